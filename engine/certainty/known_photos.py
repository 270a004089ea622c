"""How far a photo is from those that a model learned from, by the features that it is scored by.

The features of the training photos are brought to their principal axes and to unit spread there; a
photo's distance has two parts: along these axes (Mahalanobis), and away from all of them, where
training photos hardly go. Both are common measures of what a network has not seen (Lee et al.,
NeurIPS 2018; Wang et al., "ViM", CVPR 2022).
"""

# N photos, F features of a photo, K axes

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

NUM_AXES = 32
FEWEST_PHOTOS = 50
_MOST_OF_AXES = 4  # at least so many photos for each axis
_LEAST_SPREAD = 1e-6
_LEAST_BESIDE = 0.01  # of a feature's spread: less is the noise of rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where photos lie along the axes, (N, K) in standard deviations, and their distances (N,).

    >>> import numpy as np
    >>> from engine.certainty.known_photos import Places
    >>> Places(along_NK=np.zeros((1, 32)), distances_N=np.array([0.5])).distances_N.tolist()
    [0.5]
    """

    along_NK: Floats
    distances_N: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPhotos:
    """Where the training photos lie among features: their middle, spread, and main axes.

    `spread_F` brings features to one scale. `axes_FK` are unit vectors of these features, along
    which training photos have the standard deviations `lengths_K`. `beside` is the root mean square
    of what lies beside all axes. `beyond` is the distance that one in a hundred photos exceeds
    which were not used to find the axes.

    >>> import numpy as np
    >>> from engine.certainty.known_photos import KnownPhotos
    >>> features_NF = np.random.default_rng(0).normal(size=(400, 6))
    >>> known = KnownPhotos.of(features_NF)
    >>> far = known.distances(np.array([[0.0] * 6, [9.0] * 6]))
    >>> bool(far[0] < 1 < far[1])  # in the middle, and farther than 99 in 100 photos
    True
    """

    middle_F: Floats
    spread_F: Floats
    axes_FK: Floats
    lengths_K: Floats
    beside: float
    beyond: float

    @classmethod
    def of(cls, features_NF: Floats) -> Self:
        """Found on four fifths of the photos; the last fifth says how far photos are usually.

        Photos are in no order that means anything. Raises ValueError for fewer than 50 photos.
        """
        features_NF = np.asarray(features_NF, dtype=np.float64)
        if len(features_NF) < FEWEST_PHOTOS:
            raise ValueError(
                f"There are {len(features_NF)} training photos; {FEWEST_PHOTOS} are needed to say "
                "what is unlike them."
            )
        is_kept_back_N = np.arange(len(features_NF)) % 5 == 4
        used_NF = features_NF[~is_kept_back_N]
        middle_F = used_NF.mean(axis=0)
        spread_F = np.maximum(used_NF.std(axis=0), _LEAST_SPREAD)
        scaled_NF = (used_NF - middle_F) / spread_F
        num_axes = min(NUM_AXES, scaled_NF.shape[1], len(scaled_NF) // _MOST_OF_AXES)
        variances, axes_FF = np.linalg.eigh(scaled_NF.T @ scaled_NF / len(scaled_NF))
        axes_FK = axes_FF[:, ::-1][:, :num_axes]
        lengths_K = np.sqrt(np.maximum(variances[::-1][:num_axes], _LEAST_SPREAD**2))
        rest_NF = scaled_NF - scaled_NF @ axes_FK @ axes_FK.T
        found = cls(
            middle_F=middle_F,
            spread_F=spread_F,
            axes_FK=axes_FK,
            lengths_K=lengths_K,
            beside=float(
                np.sqrt(max((rest_NF**2).sum(axis=1).mean(), _LEAST_BESIDE**2 * len(middle_F)))
            ),
            beyond=1.0,
        )
        beyond = float(np.quantile(found.distances(features_NF[is_kept_back_N]), 0.99))
        return cls(
            middle_F=middle_F,
            spread_F=spread_F,
            axes_FK=axes_FK,
            lengths_K=lengths_K,
            beside=found.beside,
            beyond=max(beyond, _LEAST_SPREAD),
        )

    def places(self, features_NF: Floats) -> Places:
        """Where photos lie beside the training photos."""
        scaled_NF = (np.asarray(features_NF, np.float64) - self.middle_F) / self.spread_F
        far_NK = scaled_NF @ self.axes_FK
        beside_N = np.maximum((scaled_NF**2).sum(axis=1) - (far_NK**2).sum(axis=1), 0.0)
        along_NK: Floats = far_NK / self.lengths_K
        squares_N = (along_NK**2).mean(axis=1) + beside_N / self.beside**2
        return Places(along_NK=along_NK, distances_N=np.sqrt(squares_N / 2) / self.beyond)

    def distances(self, features_NF: Floats) -> Floats:
        """Distances (N,) from the training photos; 1 is that of the farthest in a hundred."""
        return self.places(features_NF).distances_N
