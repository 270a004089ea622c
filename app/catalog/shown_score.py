"""The whole number that stands for a score, and that every threshold is compared with.

A photo that is shown as 30 is not below 30, whatever its score is behind the point.
"""

# N photos

import numpy as np
import numpy.typing as npt


def shown_score(score_0_100: float) -> int:
    """The score as photos wear it."""
    return round(score_0_100)


def shown_scores(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The same of many, (N,); NaN stays NaN."""
    return np.rint(scores)
