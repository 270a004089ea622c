"""The outcome of a contest in words, for the window and the report alike."""

from itertools import pairwise

from app.contest.outcome import DecidingPair, Outcome
from app.translation import translated
from engine.contest.ranking import Ranking, Standing
from engine.counted import counted

_SURE = 0.975
_LIKELY = 0.80
# The least number of judged pairs of a model before anything is said of it: the default contest of
# two models, all of it answered.
LEAST_PAIRS = 12


def headline(outcome: Outcome) -> str:
    """The result in one sentence."""
    ranking = outcome.ranking
    if ranking is None:
        return _tr("No pair of two models has been judged yet.")
    label = outcome.contest.label
    fewest = min(ranking.standings, key=lambda one: one.num_pairs)
    if fewest.num_pairs < LEAST_PAIRS:
        text = _tr("Too early for a verdict: it takes %d judged pairs of each model, %s has %d.")
        return text % (LEAST_PAIRS, label(fewest.model), fewest.num_pairs)
    first = ranking.standings[0].model
    rivals = [one.model for one in ranking.standings[1:]]
    least = min(ranking.chance_better[first, rival] for rival in rivals)
    if least >= _SURE:
        if len(rivals) == 1:
            return _tr("%s sees better than %s.") % (label(first), label(rivals[0]))
        return _tr("%s sees better than all others.") % label(first)
    if least >= _LIKELY:
        return _tr("%s probably sees best; more answers would make it sure.") % label(first)
    beaten = [rival for rival in rivals if ranking.chance_better[first, rival] >= _SURE]
    if beaten:
        return _tr("%s is ahead, but not of all others for sure.") % label(first)
    return _tr("The models can't be told apart yet; more answers may do it.")


def ranking_lines(outcome: Outcome) -> list[str]:
    """How sure each place is, one sentence per pair of neighbours."""
    ranking = outcome.ranking
    if ranking is None:
        return []
    names = [one.model for one in ranking.standings]
    return [_comparison(ranking, outcome, better, worse) for better, worse in pairwise(names)]


def _comparison(ranking: Ranking, outcome: Outcome, better: str, worse: str) -> str:
    chance = ranking.chance_better[better, worse]
    label = outcome.contest.label
    if ranking.num_pairs_of(better, worse) < LEAST_PAIRS:
        return _tr("Too early to say whether %s is better than %s.") % (label(better), label(worse))
    if chance >= _SURE:
        text = _tr("%s is better than %s (probability %s).")
    elif chance >= _LIKELY:
        text = _tr("%s is probably better than %s (probability %s).")
    else:
        text = _tr("%s and %s can't be told apart (probability that the first is better: %s).")
    return text % (label(better), label(worse), chance_text(chance))


def first_text(standing: Standing) -> str:
    """How likely a model is the strongest of all; a dash before enough pairs are judged."""
    if standing.num_pairs < LEAST_PAIRS:
        return "\N{EN DASH}"
    return chance_text(standing.chance_first)


def chance_text(chance: float) -> str:
    """A probability in per cent, as whole as it can be without claiming certainty."""
    if chance > 0.99:
        return _tr("over 99 %")
    if chance < 0.01:
        return _tr("under 1 %")
    return f"{100 * chance:.0f} %"


def answers_line(outcome: Outcome) -> str:
    """How much the result rests on."""
    contest = outcome.contest
    num_raters = len(contest.raters)
    by = _tr("one person") if num_raters == 1 else _tr("%d people") % num_raters
    text = _tr("%s by %s to %s, from %s.") % (
        counted(outcome.num_answers, "answer"),
        by,
        counted(len(contest.shown), "pair"),
        counted(contest.num_photos),
    )
    left_out = [check.rater for check in outcome.raters if check.is_left_out]
    if outcome.num_cant_say:
        times = _tr("Once") if outcome.num_cant_say == 1 else _tr("%d times") % outcome.num_cant_say
        text += " " + _tr('%s "can\'t say".') % times
    if left_out:
        text += " " + _tr("Left out, because they answer unlike all others: %s.") % ", ".join(
            left_out
        )
    return text


def pair_sentence(outcome: Outcome, one: DecidingPair) -> str:
    """What a judged pair says of its two models."""
    contest, pair = outcome.contest, one.pair
    attacker, defender = contest.label(str(pair.attacker)), contest.label(str(pair.defender))
    if one.preference > 0:
        return _tr("%s was right: there is a difference that %s did not see.") % (
            attacker,
            defender,
        )
    if one.preference < 0:
        return _tr("%s was wrong: the photo that it calls worse looks better.") % attacker
    return _tr("%s was right: both look equal, and %s saw a difference.") % (defender, attacker)


def _tr(text: str) -> str:
    return translated(text, context="Contest")
