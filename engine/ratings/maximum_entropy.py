"""The distribution that assumes nothing but a mean and a variance: the one of most entropy.

Its probabilities are exp(a k + b k^2) / Z. It is an exponential family, so the most likely one for
some counts is the one that has their mean and variance. b = 0 is a truncated geometric
distribution, b > 0 has more at the ends than in the middle.
"""

# N photos, K = 5 categories

import numpy as np
import numpy.typing as npt

from engine.ratings.counts import CATEGORIES_K, FloatArray, Moments
from engine.ratings.rating_model import RatingModel

_CENTRE = 3.0
_STATISTICS_2K: FloatArray = np.stack([CATEGORIES_K - _CENTRE, (CATEGORIES_K - _CENTRE) ** 2])
_AWAY_FROM_BOUNDS = 1e-3  # of the possible variances; at the bounds the weights are infinite
_MOST_STEPS = 200


class MaximumEntropy(RatingModel):
    """The maximum entropy distribution by its mean and variance.

    A variance that the mean does not allow, or just does, is brought a thousandth of what is
    possible inside.

    >>> from engine.ratings.maximum_entropy import MaximumEntropy
    >>> [round(p, 4) for p in MaximumEntropy().probabilities([[3.0, 1.0]])[0].tolist()]
    [0.0638, 0.2447, 0.383, 0.2447, 0.0638]
    """

    name = "maximum entropy"
    parameter_names = ("mean", "variance")
    ticks = (np.linspace(1.001, 4.999, 40), np.linspace(1e-3, 4.0, 40))

    def from_search(self, place_N2: FloatArray) -> FloatArray:
        """See RatingModel; it is searched by mean and variance."""
        return place_N2

    def to_search(self, parameters_N2: FloatArray) -> FloatArray:
        """See RatingModel."""
        return np.clip(parameters_N2, self.lower_2, self.upper_2)

    def from_moments(self, wanted: Moments) -> FloatArray:
        """See RatingModel; exact."""
        return np.column_stack([wanted.mean_N, wanted.variance_N])

    def _probabilities(self, parameters_N2: FloatArray) -> FloatArray:
        return _of_weights(_weights(Moments(parameters_N2[:, 0], parameters_N2[:, 1])))

    def _are_valid(self, parameters_N2: FloatArray) -> npt.NDArray[np.bool_]:
        mean_N, variance_N = parameters_N2[:, 0], parameters_N2[:, 1]
        is_valid_N: npt.NDArray[np.bool_] = (mean_N >= 1) & (mean_N <= 5) & (variance_N >= 0)
        return is_valid_N


def entropy_weights(wanted: Moments) -> tuple[FloatArray, FloatArray]:
    """The weights a and b of exp(a k + b k^2) / Z for this mean and variance, each (N,).

    >>> import numpy as np
    >>> from engine.ratings.counts import Moments
    >>> from engine.ratings.maximum_entropy import entropy_weights
    >>> a, b = entropy_weights(Moments(np.array([3.0]), np.array([1.0])))
    >>> round(float(a[0]), 6), round(float(b[0]), 6)
    (2.687639, -0.44794)
    """
    weights_N2 = _weights(wanted)
    slope_N, bend_N = weights_N2[:, 0], weights_N2[:, 1]
    return slope_N - 2 * _CENTRE * bend_N, bend_N


def _inside(wanted: Moments) -> Moments:
    edge = _AWAY_FROM_BOUNDS * 4
    mean_N = np.clip(wanted.mean_N, 1 + edge, 5 - edge)
    bounds = Moments(mean_N, wanted.variance_N)
    low_N, high_N = bounds.smallest_variance_N, bounds.largest_variance_N
    margin_N = _AWAY_FROM_BOUNDS * (high_N - low_N)
    return Moments(mean_N, np.clip(wanted.variance_N, low_N + margin_N, high_N - margin_N))


def _weights(wanted: Moments) -> FloatArray:
    """The weights (N, 2) of k - 3 and its square, by Newton's steps, halved if too long."""
    inside = _inside(wanted)
    off_N = inside.mean_N - _CENTRE
    target_N2 = np.column_stack([off_N, inside.variance_N + off_N**2])
    weights_N2 = np.zeros_like(target_N2)
    potential_N = _potential(weights_N2, target_N2)
    left = np.arange(len(target_N2))
    for _ in range(_MOST_STEPS):
        if not left.size:
            break
        pmf_LK = _of_weights(weights_N2[left])
        missing_L2 = target_N2[left] - pmf_LK @ _STATISTICS_2K.T
        centred_L2K = _STATISTICS_2K - (pmf_LK @ _STATISTICS_2K.T)[:, :, None]
        curvature_L22 = np.einsum("lik,ljk,lk->lij", centred_L2K, centred_L2K, pmf_LK)
        curvature_L22 += 1e-12 * np.eye(2)
        step_L2 = np.linalg.solve(curvature_L22, missing_L2[:, :, None])[:, :, 0]
        moved, potential = _best_step(weights_N2[left], step_L2, target_N2[left], potential_N[left])
        is_moving_L = (moved != weights_N2[left]).any(1) & (np.abs(missing_L2).max(1) > 1e-11)
        weights_N2[left], potential_N[left] = moved, potential
        left = left[is_moving_L]
    return weights_N2


def _best_step(
    weights_L2: FloatArray, step_L2: FloatArray, target_L2: FloatArray, potential_L: FloatArray
) -> tuple[FloatArray, FloatArray]:
    moved_L2, best_L = weights_L2.copy(), potential_L.copy()
    is_open_L = np.ones(len(weights_L2), dtype=bool)
    share = 1.0
    while is_open_L.any() and share > 1e-6:
        tried_L2 = weights_L2 + share * step_L2
        tried_L = _potential(tried_L2, target_L2)
        is_better_L = is_open_L & (tried_L <= potential_L)
        moved_L2[is_better_L], best_L[is_better_L] = tried_L2[is_better_L], tried_L[is_better_L]
        is_open_L &= ~is_better_L
        share /= 2
    return moved_L2, best_L


def _potential(weights_N2: FloatArray, target_N2: FloatArray) -> FloatArray:
    """What the right weights make least: log Z less the weights times the wanted statistics."""
    exponents_NK = weights_N2 @ _STATISTICS_2K
    top_N = exponents_NK.max(1)
    log_sum_N = top_N + np.log(np.exp(exponents_NK - top_N[:, None]).sum(1))
    potential_N: FloatArray = log_sum_N - (weights_N2 * target_N2).sum(1)
    return potential_N


def _of_weights(weights_N2: FloatArray) -> FloatArray:
    exponents_NK = weights_N2 @ _STATISTICS_2K
    heights_NK = np.exp(exponents_NK - exponents_NK.max(1, keepdims=True))
    pmf_NK: FloatArray = heights_NK / heights_NK.sum(1, keepdims=True)
    return pmf_NK
