"""What a person said of a pair, and in which order and on which sides the pairs are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.contest.pairs import ContestPair
from engine.errors import ContestError


class Choice(StrEnum):
    """The four things that can be said of a pair."""

    LEFT = "left"
    RIGHT = "right"
    EQUAL = "equal"
    CANT_SAY = "cant_say"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPair:
    """A pair as it is shown to people."""

    pair: ContestPair
    is_high_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One person's answer; `confidence` from 1 to 100 says how much better the chosen one looks.

    For "equal" and "can't say" it is 0.
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
    """

    pair: ContestPair
    rater: str
    preference: float


def arranged(pairs: Iterable[ContestPair], *, seed: int) -> list[ShownPair]:
    """Pairs in random order on random sides, the same for the same seed and pairs.

    Whatever order the pairs come in, this is the order in which they are shown.
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
