"""The levels of quality at which a defender is attacked, as windows on its own scores."""

# N photos, L levels

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import ContestError

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Photos within `tolerance` points of `centre` look alike to the defender.

    >>> from engine.contest.levels import Level
    >>> middle = Level(number=3, centre=50.0, tolerance=2.0, weight=0.2, is_widened=False)
    >>> [abs(score - middle.centre) <= middle.tolerance for score in (47, 48, 52)]
    [False, True, True]
    """

    number: int  # from 1, the lowest quality
    centre: float
    tolerance: float
    weight: float  # share of the defender's photos in the window; all levels add up to 1
    is_widened: bool  # the tolerance asked for held fewer than two photos


def quality_levels(scores_N: npt.ArrayLike, *, num_levels: int, tolerance: float) -> list[Level]:
    """Levels at the middle of equal shares of the photos, the lowest first.

    The papers space the levels evenly between the lowest and the highest score, which on a
    person's folder leaves most of them empty; quantiles put as many photos around one level as
    around the next. A window that holds fewer than two photos is widened just far enough to hold
    two, and says so.

    >>> from engine.contest.levels import quality_levels
    >>> levels = quality_levels([10, 20, 30, 40], num_levels=2, tolerance=2.0)
    >>> [(level.centre, level.tolerance, level.weight) for level in levels]
    [(15.0, 5.0, 0.5), (35.0, 5.0, 0.5)]
    >>> levels[0].is_widened  # 2 points about 15 hold nobody, 5 hold two
    True
    """
    scores_N = np.asarray(scores_N, dtype=np.float64)
    if num_levels < 1:
        raise ContestError(f"{num_levels} levels were asked for; take 1 or more, usually 6.")
    if not tolerance > 0:
        raise ContestError(f"The tolerance is {tolerance} points; take more than 0, usually 2.")
    if scores_N.size < 2:
        raise ContestError("Levels of quality need at least two photos.")
    shares_L = (np.arange(num_levels) + 0.5) / num_levels
    centres_L = np.quantile(scores_N, shares_L, method="hazen")
    distances_LN = np.abs(scores_N[None] - centres_L[:, None])
    second_L = np.partition(distances_LN, 1, axis=1)[:, 1]
    tolerances_L = np.maximum(second_L, tolerance)
    counts_L = (distances_LN <= tolerances_L[:, None]).sum(axis=1)
    return [
        Level(
            number=index + 1,
            centre=float(centres_L[index]),
            tolerance=float(tolerances_L[index]),
            weight=float(counts_L[index] / counts_L.sum()),
            is_widened=bool(second_L[index] > tolerance),
        )
        for index in range(num_levels)
    ]
