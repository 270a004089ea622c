"""Pseudo-ratings: what other photos of the folder say of a photo that few people have rated.

Two numbers fitted to three or five ratings follow their luck. So each photo gets a few ratings
more, spread as all ratings of the folder are. The idea is ours and not of the paper; with 2 of them
a fit predicts further ratings better than the plain fit up to 50 ratings a photo (docs/ratings.md).
"""

# N photos, K = 5 categories, W weights

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.errors import UnusableRatings
from engine.ratings.counts import FloatArray, rating_counts, shares
from engine.ratings.fit import fit
from engine.ratings.rating_model import RatingModel

DEFAULT_WEIGHT = 2.0
WEIGHTS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_FLOOR = 1e-6  # what a rating that was held impossible costs: log of this


def pooled(counts: npt.ArrayLike) -> FloatArray:
    """How the ratings of all photos together are spread, (5,); it sums to 1.

    >>> from engine.ratings.prior import pooled
    >>> pooled([[0, 1, 1, 0, 0], [0, 0, 1, 1, 0]]).tolist()
    [0.0, 0.25, 0.5, 0.25, 0.0]
    """
    together_K = rating_counts(counts).sum(0)
    pooled_K: FloatArray = together_K / together_K.sum()
    return pooled_K


def with_prior(
    counts: npt.ArrayLike, *, weight: float = DEFAULT_WEIGHT, prior: npt.ArrayLike | None = None
) -> FloatArray:
    """The counts with `weight` ratings more each, spread as `prior` (5,), or as all ratings are.

    >>> from engine.ratings.prior import with_prior
    >>> with_prior([[0, 0, 3, 0, 0]], prior=[0, 0.25, 0.5, 0.25, 0]).tolist()
    [[0.0, 0.5, 4.0, 0.5, 0.0]]
    """
    if not weight >= 0:
        raise UnusableRatings(f"{weight} pseudo-ratings were asked for; choose 0 or more.")
    counts_NK = rating_counts(counts)
    spread_K = pooled(counts_NK) if prior is None else shares(np.asarray(prior)[None])[0]
    helped_NK: FloatArray = counts_NK + weight * spread_K
    return helped_NK


def best_weight(
    model: RatingModel, counts: npt.ArrayLike, weights: Sequence[float] = WEIGHTS
) -> float:
    """The number of pseudo-ratings with which each rating is best foretold by all the others.

    Every rating is left out in turn. Raises UnusableRatings when no photo has two ratings.

    >>> from engine.ratings.prior import best_weight
    >>> from engine.ratings.quantised import NORMAL
    >>> best_weight(NORMAL, [[0, 0, 1, 1, 0]] * 20)  # all alike: the others tell all
    8.0
    """
    counts_NK = rating_counts(counts)
    counts_NK = counts_NK[counts_NK.sum(1) >= 2]
    if not len(counts_NK):
        raise UnusableRatings(
            "No photo has two ratings, so none can be left out to see how well the rest foretell "
            "it. Collect a second rating for some photos."
        )
    prior_K = pooled(counts_NK)
    costs = [_left_out_cost(model, counts_NK, prior_K, weight) for weight in weights]
    return float(weights[int(np.argmin(costs))])


def _left_out_cost(
    model: RatingModel, counts_NK: FloatArray, prior_K: FloatArray, weight: float
) -> float:
    cost = 0.0
    for category in range(counts_NK.shape[1]):
        rows_NK = counts_NK[counts_NK[:, category] > 0]
        if not len(rows_NK):
            continue
        one_K = np.eye(counts_NK.shape[1])[category]
        rest_NK = with_prior(np.maximum(rows_NK - one_K, 0.0), weight=weight, prior=prior_K)
        chance_N = fit(model, rest_NK).pmf_NK[:, category]
        cost -= float((rows_NK[:, category] * np.log(np.maximum(chance_N, _FLOOR))).sum())
    return cost
