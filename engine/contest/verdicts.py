"""What a person said of a pair, and in which order and on which sides the pairs are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.contest.pairs import ContestPair
from engine.errors import ContestError


class Choice(StrEnum):
    """The four things that can be said of a pair.

    >>> from engine.contest.verdicts import Choice
    >>> [choice.value for choice in Choice]
    ['left', 'right', 'equal', 'cant_say']
    >>> Choice("left") is Choice.LEFT
    True
    """

    LEFT = "left"
    RIGHT = "right"
    EQUAL = "equal"
    CANT_SAY = "cant_say"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPair:
    """A pair as it is shown to people.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.verdicts import ShownPair
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]
    >>> shown = ShownPair(pair=pair, is_high_left=True)
    >>> (shown.pair.high if shown.is_high_left else shown.pair.low).name  # what is on the left
    'b.jpg'
    """

    pair: ContestPair
    is_high_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One person's answer; `confidence` from 1 to 100 says how much better the chosen one looks.

    For "equal" and "can't say" it is 0.

    >>> from engine.contest.verdicts import Choice, Verdict
    >>> Verdict(pair_id="2v1-1-1", rater="ann", choice=Choice.EQUAL).confidence
    0
    >>> Verdict(pair_id="2v1-1-1", rater="ann", choice=Choice.LEFT)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.ContestError: The answer left to 2v1-1-1 has the confidence 0; it is 1 to 100 ...
    """

    pair_id: str
    rater: str
    choice: Choice
    confidence: int = 0

    def __post_init__(self) -> None:
        is_side = self.choice in (Choice.LEFT, Choice.RIGHT)
        if not (1 <= self.confidence <= 100 if is_side else self.confidence == 0):
            raise ContestError(
                f"The answer {self.choice.value} to {self.pair_id} has the confidence "
                f"{self.confidence}; it is 1 to 100 for left and right, else 0."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict in terms of the pair.

    `preference` is from -100 to 100: above 0 the photo that the attacker scores higher looks
    better, below 0 the other one, 0 means equal.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.verdicts import Judgement
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]
    >>> answer = Judgement(pair=pair, rater="ann", preference=-30.0)
    >>> (pair.high if answer.preference > 0 else pair.low).name  # what she found better
    'a.jpg'
    """

    pair: ContestPair
    rater: str
    preference: float


def arranged(pairs: Iterable[ContestPair], *, seed: int) -> list[ShownPair]:
    """Pairs in random order on random sides, the same for the same seed and pairs.

    Whatever order the pairs come in, this is the order in which they are shown.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.verdicts import arranged
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 51], "two": [20, 80]})
    >>> pairs = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs
    >>> arranged(pairs, seed=7) == arranged(pairs[::-1], seed=7)
    True
    """
    by_id = sorted(pairs, key=lambda pair: pair.pair_id)
    rng = np.random.default_rng([seed, 2])
    order = rng.permutation(len(by_id))
    sides = rng.integers(0, 2, size=len(by_id))
    return [
        ShownPair(pair=by_id[index], is_high_left=bool(side))
        for index, side in zip(order, sides, strict=True)
    ]


def judgements(shown: Sequence[ShownPair], verdicts: Iterable[Verdict]) -> list[Judgement]:
    """All verdicts that say something, sorted by pair and rater; "can't say" says nothing.

    Raises ContestError for a verdict on no pair of the contest, or two of one rater on one pair.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.verdicts import Choice, ShownPair, Verdict, judgements
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]
    >>> left = Verdict(pair_id=pair.pair_id, rater="ann", choice=Choice.LEFT, confidence=30)
    >>> unsure = Verdict(pair_id=pair.pair_id, rater="bo", choice=Choice.CANT_SAY)
    >>> shown = [ShownPair(pair=pair, is_high_left=False)]
    >>> [(one.rater, one.preference) for one in judgements(shown, [left, unsure])]
    [('ann', -30.0)]
    """
    by_id = {one.pair.pair_id: one for one in shown}
    seen: set[tuple[str, str]] = set()
    found = []
    for verdict in sorted(verdicts, key=lambda one: (one.pair_id, one.rater)):
        if verdict.pair_id not in by_id:
            raise ContestError(
                f"There is an answer to the pair {verdict.pair_id}, and no such pair."
            )
        key = (verdict.pair_id, verdict.rater)
        if key in seen:
            raise ContestError(
                f"{verdict.rater} answered the pair {verdict.pair_id} twice; keep one answer."
            )
        seen.add(key)
        if verdict.choice is Choice.CANT_SAY:
            continue
        found.append(
            Judgement(
                pair=by_id[verdict.pair_id].pair,
                rater=verdict.rater,
                preference=_preference(verdict, is_high_left=by_id[verdict.pair_id].is_high_left),
            )
        )
    return found


def _preference(verdict: Verdict, *, is_high_left: bool) -> float:
    if verdict.choice is Choice.EQUAL:
        return 0.0
    is_high_chosen = (verdict.choice is Choice.LEFT) == is_high_left
    return float(verdict.confidence if is_high_chosen else -verdict.confidence)
