"""Ranks of values, without SciPy's statistics: importing those takes half a second."""

import numpy as np
import numpy.typing as npt

from engine.measures.paired_values import FloatArray


def mean_ranks(values: npt.ArrayLike) -> FloatArray:
    """The rank of each of N values, float64 (N,), from 1 for the least; ties share their mean rank.

    The values are finite.

    >>> from engine.measures.ranks import mean_ranks
    >>> mean_ranks([20, 10, 20, 40]).tolist()  # both 20 share the ranks 2 and 3
    [2.5, 1.0, 2.5, 4.0]
    """
    _, places_N, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last_ranks = counts.cumsum()
    ranks_N: FloatArray = (last_ranks - (counts - 1) / 2)[places_N]
    return ranks_N
