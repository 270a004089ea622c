"""Raters who answer at random, upside down, or always the same: found and said, never dropped.

Each rater is compared with all others together, where the others count by how well they agree in
turn (someone who answers upside down counts upside down). So one who has the scale the wrong way
round does not make the others look bad. Being stricter or using less of the scale is no fault.
"""

# R raters, N photos

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.counted import counted
from engine.errors import UnusableRatings
from engine.ratings.counts import NUM_CATEGORIES, FloatArray

RaterVerdict = Literal["agrees", "upside down", "at random", "one answer", "too few"]

_FEWEST_SHARED = 10
_FEWEST_RATERS = 3  # of two who contradict each other, neither is known to be wrong
_SURE = 2.576  # standard errors: 99 %
_NUM_ROUNDS = 30


@dataclass(frozen=True, slots=True)
class RatedPhoto:
    """One answer: who gave which photo which rating, 1 to 5.

    >>> from engine.ratings.rater_check import RatedPhoto
    >>> RatedPhoto("ann", "a.jpg", 4).rating
    4
    """

    rater: str
    photo: str
    rating: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterReport:
    """What is known of one rater.

    Attributes:
        rater: The name.
        num_answers: How many photos the rater rated.
        num_shared: How many of them others rated too.
        agreement: Correlation with the others, -1 to 1, with its 99 % interval; None where there is
            none, as for one who always says the same.
        low: The interval's lower end.
        high: And the upper.
        verdict: What to make of it.

    >>> from engine.ratings.rater_check import RaterReport
    >>> ann = RaterReport(rater="ann", num_answers=40, num_shared=40, agreement=-0.7, low=-0.9,
    ...     high=-0.4, verdict="upside down")
    >>> ann.words
    'ann seems to rate upside down (correlation with the others -0.70 on 40 photos): ask whether 5 \
was taken for the best.'
    """

    rater: str
    num_answers: int
    num_shared: int
    agreement: float | None
    low: float | None
    high: float | None
    verdict: RaterVerdict

    @property
    def words(self) -> str:
        """A sentence for the person who collected the ratings."""
        photos = counted(self.num_shared)
        figure = "" if self.agreement is None else f"{self.agreement:.2f}"
        match self.verdict:
            case "upside down":
                return (
                    f"{self.rater} seems to rate upside down (correlation with the others {figure} "
                    f"on {photos}): ask whether 5 was taken for the best."
                )
            case "at random":
                return (
                    f"{self.rater} seems to answer at random (correlation with the others {figure} "
                    f"on {photos}): look at these answers before you use them."
                )
            case "one answer":
                return (
                    f"{self.rater} gave {counted(self.num_answers, 'answer')}, all the same: "
                    "they say nothing of which photo is better."
                )
            case "too few":
                return (
                    f"{self.rater} shares {photos} with other raters, too few to tell how "
                    "far they agree."
                )
            case _:
                return f"{self.rater} agrees with the others ({figure} on {photos})."


def check_raters(answers: Sequence[RatedPhoto]) -> list[RaterReport]:
    """A report on every rater, sorted by name. Raises UnusableRatings for ratings beyond 1 to 5.

    Of several answers by one rater to one photo the mean counts. With two raters nobody is called
    upside down or at random.

    >>> from engine.ratings.rater_check import RatedPhoto, check_raters
    >>> scale = {"ann": (1, 2, 4, 5), "bo": (2, 2, 4, 4), "cy": (5, 4, 2, 1)}
    >>> answers = [
    ...     RatedPhoto(rater, f"{number}.jpg", ratings[number % 4])
    ...     for rater, ratings in scale.items() for number in range(40)
    ... ]
    >>> [report.verdict for report in check_raters(answers)]
    ['agrees', 'agrees', 'upside down']
    """
    for one in answers:
        if one.rating not in range(1, NUM_CATEGORIES + 1):
            raise UnusableRatings(
                f"{one.rater} gave {one.photo} a {one.rating}; ratings are 1, 2, 3, 4 or 5."
            )
    raters, ratings_RN = _table(answers)
    if not raters:
        return []
    standard_RN = _standardised(ratings_RN)
    weights_R = _weights(standard_RN)
    found = [_agreement(standard_RN, weights_R, row) for row in range(len(raters))]
    known = [agreement for agreement, _ in found if agreement is not None]
    usual = float(np.median(known)) if known else 0.0
    num_answers = dict.fromkeys(raters, 0)
    for one in answers:
        num_answers[one.rater] += 1
    return [
        _report(rater, num_answers[rater], ratings_RN[row], found[row], usual, len(raters))
        for row, rater in enumerate(raters)
    ]


def _table(answers: Sequence[RatedPhoto]) -> tuple[list[str], FloatArray]:
    """The raters' names and their ratings, (R, N), NaN where a rater did not see a photo."""
    raters = sorted({one.rater for one in answers})
    photos = {photo: column for column, photo in enumerate(sorted({one.photo for one in answers}))}
    rows = {rater: row for row, rater in enumerate(raters)}
    sums_RN = np.zeros((len(raters), len(photos)))
    counts_RN = np.zeros_like(sums_RN)
    for one in answers:
        sums_RN[rows[one.rater], photos[one.photo]] += one.rating
        counts_RN[rows[one.rater], photos[one.photo]] += 1
    return raters, np.where(counts_RN > 0, sums_RN / np.maximum(counts_RN, 1), np.nan)


def _standardised(ratings_RN: FloatArray) -> FloatArray:
    """Each rater's ratings with mean 0 and spread 1; all 0 for one who always says the same."""
    is_given_RN = np.isfinite(ratings_RN)
    num_R1 = np.maximum(is_given_RN.sum(1, keepdims=True), 1)
    filled_RN = np.where(is_given_RN, ratings_RN, 0.0)
    centred_RN = np.where(is_given_RN, filled_RN - filled_RN.sum(1, keepdims=True) / num_R1, 0.0)
    spread_R1 = np.sqrt((centred_RN**2).sum(1, keepdims=True) / num_R1)
    standard_RN = centred_RN / np.where(spread_R1 > 0, spread_R1, 1.0)
    return np.where(is_given_RN, standard_RN, np.nan)


def _weights(standard_RN: FloatArray) -> FloatArray:
    """How each rater counts for the others, -1 to 1, so that most count as they are."""
    weights_R = np.ones(len(standard_RN))
    for _ in range(_NUM_ROUNDS):
        found = [_agreement(standard_RN, weights_R, row)[0] for row in range(len(standard_RN))]
        weights_R = 0.5 * weights_R + 0.5 * np.array([one or 0.0 for one in found])
    return -weights_R if (weights_R < 0).sum() > (weights_R > 0).sum() else weights_R


def _agreement(
    standard_RN: FloatArray, weights_R: FloatArray, row: int
) -> tuple[float | None, int]:
    """The correlation of a rater with the others, if there is one, and on how many photos."""
    others_RN = np.delete(standard_RN, row, axis=0)
    weights_R1 = np.delete(weights_R, row)[:, None]
    is_given_RN = np.isfinite(others_RN)
    sum_N = (np.where(is_given_RN, others_RN, 0.0) * weights_R1).sum(0)
    weight_N = (is_given_RN * np.abs(weights_R1)).sum(0)
    is_shared_N = np.isfinite(standard_RN[row]) & (weight_N > 0)
    own_S = standard_RN[row][is_shared_N]
    others_S = sum_N[is_shared_N] / weight_N[is_shared_N]
    num_shared = int((np.isfinite(standard_RN[row]) & is_given_RN.any(0)).sum())
    if own_S.size < 2 or np.ptp(own_S) == 0 or np.ptp(others_S) < 1e-12:
        return None, num_shared
    return float(np.corrcoef(own_S, others_S)[0, 1]), num_shared


def _report(
    rater: str,
    num_answers: int,
    ratings_N: npt.NDArray[np.float64],
    found: tuple[float | None, int],
    usual: float,
    num_raters: int,
) -> RaterReport:
    agreement, num_shared = found
    given = ratings_N[np.isfinite(ratings_N)]
    low, high = (None, None) if agreement is None else _interval(agreement, num_shared)
    verdict: RaterVerdict = "agrees"
    if num_answers > 1 and np.ptp(given) == 0:
        verdict = "one answer"
    elif num_shared < _FEWEST_SHARED or low is None or high is None:
        verdict = "too few"
    elif num_raters >= _FEWEST_RATERS and high < 0:
        verdict = "upside down"
    elif num_raters >= _FEWEST_RATERS and low <= 0 and high < max(usual, 0.0):
        verdict = "at random"
    elif low <= 0:
        verdict = "too few"
    return RaterReport(
        rater=rater,
        num_answers=num_answers,
        num_shared=num_shared,
        agreement=agreement,
        low=low,
        high=high,
        verdict=verdict,
    )


def _interval(agreement: float, num_shared: int) -> tuple[float, float]:
    """Fisher's 99 % interval of a correlation."""
    if num_shared < 4:
        return -1.0, 1.0
    middle = np.arctanh(np.clip(agreement, -0.999999, 0.999999))
    half = _SURE / np.sqrt(num_shared - 3)
    return float(np.tanh(middle - half)), float(np.tanh(middle + half))
