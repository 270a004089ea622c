"""How far a person agrees with themselves, and what that allows a model to reach.

A rating is taken as what the person thinks of the photo plus a mood of the moment. The moods'
variance is half the mean squared difference between two ratings of the same photo; the rest of the
ratings' variance is what they think. The share of the latter is the reliability, the correlation
between two ratings of the same photos, and its square root is the correlation that a model which
knew exactly what they think would have with their ratings (Spearman, 1904).
"""

# R photos rated twice

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST_REPEATS = 6
"""With fewer photos rated twice, nothing is said of a limit."""

_STEP = 1.0  # stars are whole numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """What two ratings of the same photos by one person say.

    `self_correlation` and `ceiling` are None while fewer than FEWEST_REPEATS photos were rated
    twice, and where all ratings are equal, as then no correlation is defined.

    >>> from engine.asking.consistency import Consistency
    >>> told = Consistency(num_repeats=8, num_same=6, num_within_a_step=8, self_correlation=0.81,
    ...                    ceiling=0.9)
    >>> told.num_same / told.num_repeats
    0.75
    """

    num_repeats: int
    num_same: int
    num_within_a_step: int
    self_correlation: float | None  # 0 to 1
    ceiling: float | None  # 0 to 1, of a model's correlation with single ratings


def consistency_of(
    repeated: Sequence[tuple[float, float]], ratings: Sequence[float]
) -> Consistency | None:
    """How far the ratings of photos that were rated twice agree; None without any.

    `repeated` are the two ratings of each photo, `ratings` are all first ratings of the person,
    repeated or not, whose spread the differences are held against.

    >>> from engine.asking.consistency import consistency_of
    >>> twice = [(1, 1), (2, 3), (3, 3), (4, 4), (5, 5), (2, 2), (4, 3), (1, 1)]
    >>> found = consistency_of(twice, [1, 2, 3, 4, 5, 2, 4, 1])
    >>> found.num_same, found.num_within_a_step
    (6, 8)
    >>> round(found.self_correlation, 4)  # 1 - (2 / 8 / 2) / variance of the ratings, 2.2143
    0.9435
    """
    if not repeated:
        return None
    differences_R = np.array([second - first for first, second in repeated], dtype=np.float64)
    reliability = None
    if len(repeated) >= FEWEST_REPEATS and len(ratings) > 1:
        spread = float(np.var(np.asarray(ratings, dtype=np.float64), ddof=1))
        mood = float(np.mean(differences_R**2)) / 2
        reliability = min(1.0, max(0.0, 1 - mood / spread)) if spread > 0 else None
    return Consistency(
        num_repeats=len(repeated),
        num_same=int((differences_R == 0).sum()),
        num_within_a_step=int((np.abs(differences_R) <= _STEP).sum()),
        self_correlation=reliability,
        ceiling=None if reliability is None else math.sqrt(reliability),
    )
