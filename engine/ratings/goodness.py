"""Whether a model fits the ratings of a photo: the likelihood-ratio (G) test."""

# N photos, K = 5 categories

import numpy as np
import numpy.typing as npt
from scipy import special

from engine.ratings.counts import FloatArray, rating_counts
from engine.ratings.criteria import LEAST_PROBABILITY

# Five categories less one that the sum decides, less the two parameters
DEGREES_OF_FREEDOM = 2


def g_statistic(counts: npt.ArrayLike, pmf_NK: FloatArray) -> FloatArray:
    """G of each photo, (N,): twice the sum of n_k log(n_k / (n p_k)), where 0 log 0 is 0.

    >>> import numpy as np
    >>> from engine.ratings.goodness import g_statistic
    >>> g_statistic([[2, 2, 2, 2, 2]], np.full((1, 5), 0.2)).round(9).tolist()  # as expected
    [0.0]
    >>> (g_statistic([[3, 0, 0, 0, 0]], np.full((1, 5), 0.2)) / np.log(5)).round(6).tolist()
    [6.0]
    """
    counts_NK = rating_counts(counts)
    expected_NK = counts_NK.sum(1, keepdims=True) * np.maximum(pmf_NK, LEAST_PROBABILITY)
    g_N: FloatArray = 2 * special.rel_entr(counts_NK, expected_NK).sum(1)
    return g_N


def chi_square_p(g_N: npt.ArrayLike) -> FloatArray:
    """How often a fitted model that is true has this G or more, if ratings are many (above 50).

    >>> from engine.ratings.goodness import chi_square_p
    >>> chi_square_p([0.0, 5.991]).round(3).tolist()  # of two degrees of freedom: exp(-G / 2)
    [1.0, 0.05]
    """
    p_N: FloatArray = special.chdtrc(DEGREES_OF_FREEDOM, np.maximum(np.asarray(g_N), 0.0))
    return p_N
