"""What a contest has shown so far: duels, the ranking, and the pairs that decided it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from app.contest.contest import Contest
from engine.contest.pairs import ContestPair
from engine.contest.ranking import Ranking, rank_models
from engine.contest.raters import RaterCheck, check_raters, screened
from engine.contest.standing import ControlAgreement, Duel, control_agreement, duels
from engine.contest.verdicts import Choice, Judgement, judgements


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingPair:
    """A judged pair; `preference` is the mean of all raters, above 0 for the attacker's claim."""

    pair: ContestPair
    preference: float
    num_answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of the answers so far. `ranking` is None before the first useful one."""

    contest: Contest
    duels: tuple[Duel, ...]
    ranking: Ranking | None
    controls: tuple[ControlAgreement, ...]
    raters: tuple[RaterCheck, ...]
    deciding: tuple[DecidingPair, ...]  # the most telling first
    num_answers: int
    num_cant_say: int


def work_out(contest: Contest, *, num_draws: int = 20_000) -> Outcome:
    """The outcome; the order of the answers has no influence. For a thread."""
    judged = judgements(contest.shown, contest.verdicts)
    checks = check_raters(judged)
    kept = screened(judged, checks)
    is_decided = any(not one.pair.is_control for one in kept)
    return Outcome(
        contest=contest,
        duels=tuple(duels(contest.models, kept, contest.levels)),
        ranking=rank_models(contest.models, kept, num_draws=num_draws, seed=0)
        if is_decided
        else None,
        controls=tuple(control_agreement(contest.scores, kept)),
        raters=tuple(checks),
        deciding=tuple(_deciding(kept)),
        num_answers=len(contest.verdicts),
        num_cant_say=sum(one.choice is Choice.CANT_SAY for one in contest.verdicts),
    )


def _deciding(judged: Sequence[Judgement]) -> list[DecidingPair]:
    """Judged pairs of two models: the surest answers first, then the boldest claims."""
    answers: dict[str, list[Judgement]] = defaultdict(list)
    for one in judged:
        if not one.pair.is_control:
            answers[one.pair.pair_id].append(one)
    pairs = [
        DecidingPair(
            pair=ones[0].pair,
            preference=fmean(one.preference for one in ones),
            num_answers=len(ones),
        )
        for ones in answers.values()
    ]
    return sorted(
        pairs,
        key=lambda one: (-abs(one.preference), -one.pair.attacker_gap, one.pair.pair_id),
    )
