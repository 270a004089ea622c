"""How many people gave each of the five ratings, and the mean and variance of a distribution.

The rating scale is the absolute category rating of ITU-T P.910: 1 bad, 2 poor, 3 fair, 4 good,
5 excellent.
"""

# N photos, K = 5 categories

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import UnusableRatings

FloatArray = npt.NDArray[np.float64]

NUM_CATEGORIES = 5
CATEGORIES_K: FloatArray = np.arange(1.0, NUM_CATEGORIES + 1)
_LOWEST, _HIGHEST = 1.0, float(NUM_CATEGORIES)


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and variance of each of N distributions over the ratings 1 to 5; arrays (N,).

    >>> from engine.ratings.counts import moments
    >>> uniform = moments([[1, 1, 1, 1, 1]])
    >>> uniform.mean_N.tolist(), uniform.variance_N.tolist(), uniform.agreement_N.tolist()
    ([3.0], [2.0], [0.5])
    """

    mean_N: FloatArray
    variance_N: FloatArray

    @property
    def smallest_variance_N(self) -> FloatArray:
        """The least that whole ratings of this mean can have: all on the two next to it."""
        return (np.ceil(self.mean_N) - self.mean_N) * (self.mean_N - np.floor(self.mean_N))

    @property
    def largest_variance_N(self) -> FloatArray:
        """The most that ratings of this mean can have: all on 1 and 5."""
        return (self.mean_N - _LOWEST) * (_HIGHEST - self.mean_N)

    @property
    def agreement_N(self) -> FloatArray:
        """Rho: 1 where people agree as the mean allows, 0 where they are torn; else between.

        Where the mean leaves no choice (all said 1, or all said 5) it is 1.
        """
        span_N = self.largest_variance_N - self.smallest_variance_N
        has_choice_N = span_N > 1e-12
        share_N = (self.largest_variance_N - self.variance_N) / np.where(has_choice_N, span_N, 1.0)
        return np.where(has_choice_N, np.clip(share_N, 0.0, 1.0), 1.0)


def rating_counts(counts: npt.ArrayLike) -> FloatArray:
    """The counts as float64 (N, 5), for as many photos as there are rows; fractions are kept.

    Raises UnusableRatings for another number of columns, NaN, a negative count or an empty row.

    >>> from engine.ratings.counts import rating_counts
    >>> rating_counts([[2, 3, 6, 10, 3]]).sum()
    np.float64(24.0)
    >>> rating_counts([[1, 2, 3]])
    Traceback (most recent call last):
        ...
    engine.errors.UnusableRatings: The counts have the shape (1, 3); give one row per photo and \
five columns: how many people rated it 1, 2, 3, 4 and 5.
    """
    counts_NK = np.asarray(counts, dtype=np.float64)
    if counts_NK.ndim != 2 or counts_NK.shape[1] != NUM_CATEGORIES:
        raise UnusableRatings(
            f"The counts have the shape {counts_NK.shape}; give one row per photo and five "
            "columns: how many people rated it 1, 2, 3, 4 and 5."
        )
    for is_bad_N, what, way_out in (
        (~np.isfinite(counts_NK).all(1), "holds NaN or infinity", "Give numbers, 0 for nobody."),
        ((counts_NK < 0).any(1), "holds a negative number", "Give 0 where nobody chose it."),
        (counts_NK.sum(1) <= 0, "has no rating at all", "Leave that photo out."),
    ):
        if is_bad_N.any():
            row = int(np.flatnonzero(is_bad_N)[0])
            raise UnusableRatings(f"Row {row + 1} of the counts {what}. {way_out}")
    return counts_NK


def shares(counts: npt.ArrayLike) -> FloatArray:
    """What share of the people gave each rating, (N, 5); each row sums to 1.

    >>> from engine.ratings.counts import shares
    >>> shares([[0, 1, 2, 1, 0]]).tolist()
    [[0.0, 0.25, 0.5, 0.25, 0.0]]
    """
    counts_NK = rating_counts(counts)
    shares_NK: FloatArray = counts_NK / counts_NK.sum(1, keepdims=True)
    return shares_NK


def moments(counts: npt.ArrayLike) -> Moments:
    """Mean and variance of the ratings, each row divided by its sum first; so pmfs do as well.

    >>> from engine.ratings.counts import moments
    >>> of_two = moments([[1, 0, 0, 0, 1], [0, 1, 0, 1, 0]])
    >>> of_two.mean_N.tolist(), of_two.variance_N.tolist(), of_two.agreement_N.tolist()
    ([3.0, 3.0], [4.0, 1.0], [0.0, 0.75])
    """
    shares_NK = shares(counts)
    mean_N = shares_NK @ CATEGORIES_K
    off_NK = CATEGORIES_K - mean_N[:, None]
    return Moments(mean_N, (shares_NK * off_NK**2).sum(1))
