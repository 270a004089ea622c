"""The distortion map of a photo: which visible defects lie where, and how much they cover."""

# K kinds, H W pixels of the photo in the size it was looked at

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

AFFECTED_FROM = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DistortionMap:
    """How strongly each kind of defect shows at every pixel, (K, H, W) in [0, 1].

    A place counts as affected from 0.5 on. Levels are set after teaching so that this means the
    same for every kind; see the defect network's card.

    >>> import numpy as np
    >>> from engine.explain.distortion_map import DistortionMap
    >>> strength = np.array([[[0.2, 0.5], [0.7, 0.9]], [[0.1, 0.1], [0.1, 0.6]]], np.float32)
    >>> found = DistortionMap(kinds=("blur", "noise"), strength_KHW=strength)
    >>> found.share_affected()  # of four pixels, from a strength of 0.5 on
    {'blur': 0.75, 'noise': 0.25}
    """

    kinds: tuple[str, ...]
    strength_KHW: npt.NDArray[np.float32]

    def share_affected(self) -> dict[str, float]:
        """The share of the photo that each kind affects, 0 to 1, in the order of the kinds."""
        affected_KHW = self.strength_KHW >= AFFECTED_FROM
        shares_K = affected_KHW.mean(axis=(1, 2), dtype=np.float64)
        return dict(zip(self.kinds, (float(share) for share in shares_K), strict=True))

    def strongest_HW(self) -> npt.NDArray[np.float32]:
        """The strength of the strongest kind at every pixel."""
        strongest_HW: npt.NDArray[np.float32] = self.strength_KHW.max(axis=0)
        return strongest_HW
