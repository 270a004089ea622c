"""The G-test for few ratings: how large G becomes when the fitted model is true.

Below about 50 ratings a photo G does not follow chi-square's curve. So ratings are drawn from the
fitted model, as many as there were, the model is fitted to them, and the G of these tells
(Efron's parametric bootstrap, as in the reference code of the GSD's authors).
"""

# N photos, K = 5 categories, R resamples

import numpy as np
import numpy.typing as npt

from engine.errors import UnusableRatings
from engine.ratings.counts import FloatArray, rating_counts
from engine.ratings.fit import RatingFit, fit
from engine.ratings.goodness import g_statistic

_PHOTOS_AT_ONCE = 20_000  # resamples that are fitted together; bounds the memory


def bootstrap_p(
    found: RatingFit, counts: npt.ArrayLike, *, num_resamples: int = 200, seed: int = 0
) -> FloatArray:
    """The share of resamples whose G is at least that of the ratings, for each photo, (N,).

    1 where all ratings are the same, or lie on two ratings next to each other: every model here can
    say that. Counts must be whole. Raises UnusableRatings for bad counts or no resamples.

    >>> from engine.ratings.bootstrap import bootstrap_p
    >>> from engine.ratings.fit import fit
    >>> from engine.ratings.quantised import NORMAL
    >>> torn, usual = [9, 0, 0, 9, 0], [2, 3, 6, 10, 3]
    >>> p = bootstrap_p(fit(NORMAL, [torn, usual]), [torn, usual], num_resamples=50)
    >>> bool(p[0] < 0.05), bool(p[1] > 0.1)
    (True, True)
    """
    counts_NK = rating_counts(counts)
    if num_resamples < 1:
        raise UnusableRatings(f"{num_resamples} resamples were asked for; choose 1 or more.")
    if (counts_NK != np.round(counts_NK)).any():
        raise UnusableRatings("Counts are not whole; give the numbers of people, not shares.")
    random = np.random.default_rng(seed)
    measured_N = g_statistic(counts_NK, found.pmf_NK)
    as_large_N = np.zeros(len(counts_NK))
    num_at_once = max(1, _PHOTOS_AT_ONCE // len(counts_NK))
    for begin in range(0, num_resamples, num_at_once):
        size = min(num_at_once, num_resamples - begin)
        drawn = _drawn(counts_NK.sum(1), found.pmf_NK, size, random)
        again = fit(found.model, drawn.reshape(-1, counts_NK.shape[1]))
        g_RN = g_statistic(drawn.reshape(-1, counts_NK.shape[1]), again.pmf_NK).reshape(size, -1)
        as_large_N += (g_RN >= measured_N - 1e-9).sum(0)
    return np.where(_can_be_said_by_all(counts_NK), 1.0, as_large_N / num_resamples)


def _drawn(
    num_ratings_N: FloatArray, pmf_NK: FloatArray, num_resamples: int, random: np.random.Generator
) -> FloatArray:
    """Ratings drawn from each model, (R, N, K)."""
    pmf_NK = np.maximum(pmf_NK, 0.0)
    pmf_NK = pmf_NK / pmf_NK.sum(1, keepdims=True)
    return random.multinomial(
        num_ratings_N.astype(np.int64), pmf_NK, size=(num_resamples, len(pmf_NK))
    ).astype(np.float64)


def _can_be_said_by_all(counts_NK: FloatArray) -> npt.NDArray[np.bool_]:
    is_used_NK = counts_NK > 0
    first_N = is_used_NK.argmax(1)
    last_N = counts_NK.shape[1] - 1 - is_used_NK[:, ::-1].argmax(1)
    is_said_N: npt.NDArray[np.bool_] = last_N - first_N <= 1
    return is_said_N
