"""What a search makes least: the surprise at some counts, or the distance from their moments."""

# N photos, K = 5 categories; slopes_N2K are the probabilities' slopes along the two coordinates

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from engine.ratings.counts import CATEGORIES_K, FloatArray, Moments

LEAST_PROBABILITY = 1e-12  # what a rating that a model holds impossible is taken for in a logarithm
_INDICES = npt.NDArray[np.intp]


class Criterion(Protocol):
    """A number per photo that is to be small, with its slope and curvature.

    >>> import numpy as np
    >>> from engine.ratings.criteria import Criterion, Likelihood
    >>> criterion: Criterion = Likelihood(np.array([[0.0, 0.0, 2.0, 2.0, 0.0]]))
    >>> round(float(criterion.loss(np.array([[0.0, 0.0, 0.5, 0.5, 0.0]]))[0] / np.log(2)), 6)
    4.0
    """

    def loss(self, pmf_NK: FloatArray) -> FloatArray:
        """The number (N,) for these probabilities."""

    def descent(self, pmf_NK: FloatArray, slopes_N2K: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Its slope (N, 2), and a curvature (N, 2, 2) that is never negative."""

    def of(self, chosen: _INDICES) -> Self:
        """The same for some of the photos."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The counts' surprise: minus the sum of n_k log p_k.

    >>> import numpy as np
    >>> from engine.ratings.criteria import Likelihood
    >>> float(Likelihood(np.array([[0.0, 0.0, 3.0, 0.0, 0.0]])).loss(np.eye(5)[[2]])[0]) == 0
    True
    """

    counts_NK: FloatArray

    def loss(self, pmf_NK: FloatArray) -> FloatArray:
        """See Criterion; in nats."""
        surprise_N: FloatArray = -(
            self.counts_NK * np.log(np.maximum(pmf_NK, LEAST_PROBABILITY))
        ).sum(1)
        return surprise_N

    def descent(self, pmf_NK: FloatArray, slopes_N2K: FloatArray) -> tuple[FloatArray, FloatArray]:
        """See Criterion; the curvature is the one that is expected (Fisher's information)."""
        safe_NK = np.maximum(pmf_NK, LEAST_PROBABILITY)
        slope_N2 = -np.einsum("nk,nik->ni", self.counts_NK / safe_NK, slopes_N2K)
        weights_NK = self.counts_NK.sum(1, keepdims=True) / safe_NK
        curvature_N22 = np.einsum("nk,nik,njk->nij", weights_NK, slopes_N2K, slopes_N2K)
        return slope_N2, curvature_N22

    def of(self, chosen: _INDICES) -> "Likelihood":
        """See Criterion."""
        return Likelihood(self.counts_NK[chosen])


@dataclass(frozen=True, slots=True)
class MomentDistance:
    """Half the squared distance of mean and variance from the wanted ones.

    >>> import numpy as np
    >>> from engine.ratings.counts import Moments
    >>> from engine.ratings.criteria import MomentDistance
    >>> wanted = Moments(np.array([3.0]), np.array([1.0]))
    >>> MomentDistance(wanted).loss(np.full((1, 5), 0.2)).round(9).tolist()  # its variance is 2
    [0.5]
    """

    wanted: Moments

    def loss(self, pmf_NK: FloatArray) -> FloatArray:
        """See Criterion."""
        miss_N2 = self._missed(pmf_NK)
        distance_N: FloatArray = 0.5 * (miss_N2**2).sum(1)
        return distance_N

    def descent(self, pmf_NK: FloatArray, slopes_N2K: FloatArray) -> tuple[FloatArray, FloatArray]:
        """See Criterion; Gauss and Newton's."""
        mean_N1 = (pmf_NK @ CATEGORIES_K)[:, None]
        mean_slopes_N2 = slopes_N2K @ CATEGORIES_K
        variance_slopes_N2 = slopes_N2K @ CATEGORIES_K**2 - 2 * mean_N1 * mean_slopes_N2
        jacobian_N22 = np.stack([mean_slopes_N2, variance_slopes_N2], axis=1)
        slope_N2 = np.einsum("nm,nmi->ni", self._missed(pmf_NK), jacobian_N22)
        return slope_N2, np.einsum("nmi,nmj->nij", jacobian_N22, jacobian_N22)

    def of(self, chosen: _INDICES) -> "MomentDistance":
        """See Criterion."""
        return MomentDistance(Moments(self.wanted.mean_N[chosen], self.wanted.variance_N[chosen]))

    def _missed(self, pmf_NK: FloatArray) -> FloatArray:
        mean_N = pmf_NK @ CATEGORIES_K
        variance_N = pmf_NK @ CATEGORIES_K**2 - mean_N**2
        return np.column_stack([mean_N - self.wanted.mean_N, variance_N - self.wanted.variance_N])
