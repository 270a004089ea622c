"""Some ratings of each photo kept, the rest held out, and how well the first foretell them."""

# N photos, K = 5 categories

import numpy as np
import numpy.typing as npt

from engine.errors import UnusableRatings
from engine.ratings.counts import FloatArray, rating_counts

_FLOOR = 1e-6


def split_ratings(
    counts: npt.ArrayLike, num_kept: int, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """The counts of `num_kept` people drawn without replacement, and of all others; both (N, 5).

    Raises UnusableRatings where a photo has not one rating more than are kept.

    >>> import numpy as np
    >>> from engine.ratings.held_out import split_ratings
    >>> kept, rest = split_ratings([[2, 3, 6, 10, 3]], 5, np.random.default_rng(0))
    >>> kept.sum(), (kept + rest).tolist()
    (np.float64(5.0), [[2.0, 3.0, 6.0, 10.0, 3.0]])
    """
    counts_NK = rating_counts(counts)
    fewest = int(counts_NK.sum(1).min())
    if not 1 <= num_kept < fewest:
        raise UnusableRatings(
            f"{num_kept} ratings are to be kept, but a photo has {fewest}; keep 1 to {fewest - 1}."
        )
    left_N, wanted_N = counts_NK.sum(1).astype(np.int64), np.full(len(counts_NK), num_kept)
    kept_NK = np.zeros_like(counts_NK)
    for category in range(counts_NK.shape[1]):
        here_N = counts_NK[:, category].astype(np.int64)
        drawn_N = random.hypergeometric(here_N, left_N - here_N, wanted_N)
        kept_NK[:, category] = drawn_N
        left_N, wanted_N = left_N - here_N, wanted_N - drawn_N
    return kept_NK, counts_NK - kept_NK


def cross_entropy(pmf_NK: FloatArray, unseen: npt.ArrayLike) -> FloatArray:
    """The mean surprise, in nats, at each photo's unseen ratings, (N,); lower is better.

    A rating that was held impossible counts as one in a million.

    >>> import numpy as np
    >>> from engine.ratings.held_out import cross_entropy
    >>> (cross_entropy(np.full((1, 5), 0.2), [[1, 0, 4, 2, 0]]) / np.log(5)).round(9).tolist()
    [1.0]
    """
    unseen_NK = rating_counts(unseen)
    surprise_NK = -np.log(np.maximum(pmf_NK, _FLOOR))
    mean_N: FloatArray = (unseen_NK * surprise_NK).sum(1) / unseen_NK.sum(1)
    return mean_N
