"""Raters who answer unlike everyone else, found as ITU-R BT.500 does.

Per pair: with a kurtosis from 2 to 4 (about normal) an answer more than 2 standard deviations from
the mean is an outlier, else one more than sqrt(20). A rater is left out when more than 5 % of the
answers are outliers and they lie to both sides about as often (|above - below| < 0.3 of them all):
a rater who is merely stricter than the others stays.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.contest.verdicts import Judgement

_FEWEST_RATERS = 3  # of two who differ, neither is the outlier
_MOST_OUTLIERS = 0.05
_MOST_ONE_SIDED = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterCheck:
    """What the screening found of one rater.

    >>> from engine.contest.raters import RaterCheck
    >>> ann = RaterCheck(rater="ann", num_answers=20, num_above=2, num_below=2, is_left_out=True)
    >>> (ann.num_above + ann.num_below) / ann.num_answers  # above 5 %, to both sides alike
    0.2
    """

    rater: str
    num_answers: int
    num_above: int
    num_below: int
    is_left_out: bool


def check_raters(judged: Sequence[Judgement]) -> list[RaterCheck]:
    """Every rater, sorted by name. With fewer than three raters nobody is left out.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.raters import check_raters
    >>> from engine.contest.verdicts import Judgement
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 51], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]
    >>> answers = {"ann": 100.0, **{f"rater {number}": 10.0 for number in range(25)}}
    >>> judged = [Judgement(pair=pair, rater=who, preference=p) for who, p in answers.items()]
    >>> ann = check_raters(judged)[0]
    >>> ann.num_above, ann.is_left_out  # once far above all others: merely milder, so she stays
    (1, False)
    """
    by_pair: dict[str, list[Judgement]] = defaultdict(list)
    for one in sorted(judged, key=lambda one: (one.pair.pair_id, one.rater)):
        by_pair[one.pair.pair_id].append(one)
    above: Counter[str] = Counter()
    below: Counter[str] = Counter()
    for answers in by_pair.values():
        values = np.array([one.preference for one in answers])
        spread = float(values.std(ddof=1)) if values.size >= _FEWEST_RATERS else 0.0
        if spread == 0:
            continue
        centred = values - values.mean()
        kurtosis = float((centred**4).mean() / (centred**2).mean() ** 2)
        bound = (2.0 if 2 <= kurtosis <= 4 else np.sqrt(20.0)) * spread
        for one, distance in zip(answers, centred, strict=True):
            above[one.rater] += int(distance >= bound)
            below[one.rater] += int(distance <= -bound)
    counts = Counter(one.rater for one in judged)
    return [
        RaterCheck(
            rater=rater,
            num_answers=counts[rater],
            num_above=above[rater],
            num_below=below[rater],
            is_left_out=len(counts) >= _FEWEST_RATERS
            and _is_erratic(counts[rater], above[rater], below[rater]),
        )
        for rater in sorted(counts)
    ]


def screened(judged: Sequence[Judgement], checks: Sequence[RaterCheck]) -> list[Judgement]:
    """The answers of the raters who were not left out.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.raters import RaterCheck, screened
    >>> from engine.contest.verdicts import Judgement
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 51], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]
    >>> judged = [Judgement(pair=pair, rater=who, preference=0.0) for who in ("ann", "bo")]
    >>> ann = RaterCheck(rater="ann", num_answers=1, num_above=1, num_below=0, is_left_out=True)
    >>> bo = RaterCheck(rater="bo", num_answers=1, num_above=0, num_below=0, is_left_out=False)
    >>> [one.rater for one in screened(judged, [ann, bo])]
    ['bo']
    """
    kept = {check.rater for check in checks if not check.is_left_out}
    return [one for one in judged if one.rater in kept]


def _is_erratic(num_answers: int, num_above: int, num_below: int) -> bool:
    num_outliers = num_above + num_below
    return (
        num_outliers / num_answers > _MOST_OUTLIERS
        and abs(num_above - num_below) / num_outliers < _MOST_ONE_SIDED
    )
