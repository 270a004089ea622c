"""The four figures of the field: SRCC, PLCC, KRCC and RMSE of predicted and rated scores.

All take two 1-D arrays, lists or tensors of the same length N >= 2, and raise UndefinedMeasure
where there is no value, rather than returning NaN.
"""

import numpy as np
import numpy.typing as npt

from engine.measures.paired_values import FloatArray, paired_values
from engine.measures.ranks import mean_ranks


def srcc(predicted: npt.ArrayLike, rated: npt.ArrayLike) -> float:
    """Rank correlation (Spearman) of scores with human ratings, in [-1, 1]; higher is better.

    Ties share their mean rank.

    >>> from engine.measures.correlation import srcc
    >>> round(srcc([1, 2, 3], [10, 30, 20]), 4)  # 1 - 6 * (0 + 1 + 1) / (3 * (3**2 - 1))
    0.5
    >>> round(srcc([1, 2, 3], [-5, 0, 700]), 4)  # the same order, whatever the distances
    1.0
    """
    predicted_N, rated_N = paired_values(predicted, rated)
    return _cosine_about_mean(mean_ranks(predicted_N), mean_ranks(rated_N))


def plcc(predicted: npt.ArrayLike, rated: npt.ArrayLike) -> float:
    """Linear correlation (Pearson) of scores with human ratings, in [-1, 1]; higher is better.

    >>> from engine.measures.correlation import plcc
    >>> round(plcc([1, 2, 3], [20, 40, 60]), 4)
    1.0
    >>> round(plcc([1, 2, 3], [1, 2, 9]), 4)  # about the means: (3 + 0 + 5) / sqrt(2 * 38)
    0.9177
    """
    return _cosine_about_mean(*paired_values(predicted, rated))


def krcc(predicted: npt.ArrayLike, rated: npt.ArrayLike) -> float:
    """Share of pairs in the right order less those in the wrong one (Kendall's tau-b).

    >>> from engine.measures.correlation import krcc
    >>> round(krcc([1, 2, 3], [10, 30, 20]), 4)  # two pairs of three are in the right order
    0.3333
    """
    from scipy import stats  # here: it takes half a second, and only a last report needs it

    return float(stats.kendalltau(*paired_values(predicted, rated), variant="b").statistic)


def rmse(predicted: npt.ArrayLike, rated: npt.ArrayLike) -> float:
    """Root of the mean squared distance, in the units of the scores; lower is better.

    >>> from engine.measures.correlation import rmse
    >>> rmse([10, 20], [11, 27])  # sqrt((1 + 49) / 2)
    5.0
    """
    predicted_N, rated_N = paired_values(predicted, rated, allow_constant=True)
    return float(np.sqrt(np.mean((predicted_N - rated_N) ** 2)))


def _cosine_about_mean(first_N: FloatArray, second_N: FloatArray) -> float:
    cosine = float(np.dot(_unit_about_mean(first_N), _unit_about_mean(second_N)))
    return min(1.0, max(-1.0, cosine))  # rounding may step over the end


def _unit_about_mean(values_N: FloatArray) -> FloatArray:
    # Divided by the largest value first and last, so that the squares neither overflow nor vanish
    scaled_N = values_N / np.abs(values_N).max()
    centred_N = scaled_N - scaled_N.mean()
    centred_N = centred_N / np.abs(centred_N).max()
    unit_N: FloatArray = centred_N / np.linalg.norm(centred_N)
    return unit_N
