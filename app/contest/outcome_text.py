"""The outcome of a contest in words, for the window and the report alike."""

from itertools import pairwise

from app.contest.outcome import DecidingPair, Outcome
from app.translation import translated
from engine.contest.ranking import Ranking

_SURE = 0.975
_LIKELY = 0.80


def headline(outcome: Outcome) -> str:
    """The result in one sentence."""
    ranking = outcome.ranking
    if ranking is None:
        return _tr("No pair of two models has been judged yet.")
    label = outcome.contest.label
    first = ranking.standings[0].model
    rivals = [one.model for one in ranking.standings[1:]]
    least = min(ranking.share_better[first, rival] for rival in rivals)
    if least >= _SURE:
        if len(rivals) == 1:
            return _tr("%s sees better than %s.") % (label(first), label(rivals[0]))
        return _tr("%s sees better than all others.") % label(first)
    if least >= _LIKELY:
        return _tr("%s probably sees best; more answers would make it sure.") % label(first)
    beaten = [rival for rival in rivals if ranking.share_better[first, rival] >= _SURE]
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
    share = ranking.share_better[better, worse]
    label = outcome.contest.label
    if share >= _SURE:
        text = _tr("%s is better than %s: so it is in %d of 100 redrawn contests.")
    elif share >= _LIKELY:
        text = _tr("%s is probably better than %s: so it is in %d of 100 redrawn contests.")
    else:
        text = _tr("%s and %s can't be told apart: the first leads in %d of 100 redrawn contests.")
    return text % (label(better), label(worse), round(100 * share))


def answers_line(outcome: Outcome) -> str:
    """How much the result rests on."""
    contest = outcome.contest
    num_raters = len(contest.raters)
    by = _tr("one person") if num_raters == 1 else _tr("%d people") % num_raters
    text = _tr("%d answers by %s to %d pairs, from %d photos.") % (
        outcome.num_answers,
        by,
        len(contest.shown),
        contest.num_photos,
    )
    left_out = [check.rater for check in outcome.raters if check.is_left_out]
    if outcome.num_cant_say:
        text += " " + _tr('%d times "can\'t say".') % outcome.num_cant_say
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
