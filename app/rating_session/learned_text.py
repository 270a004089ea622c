"""What a session has taught, in words."""

from app.rating_session.learning import Learned
from app.rating_session.session import Session
from app.translation import translated
from engine.counted import counted
from engine.personal.report import PersonalReport


def learned_line(report: PersonalReport) -> str:
    """How well the model does, in one line to be read between two photos."""
    own = report.contender("personal").srcc
    in_use = report.contender("model").srcc
    if own is None or in_use is None:
        return _tr("After %s: nothing can be told yet.") % counted(report.num_labels)
    return _tr(
        "After %s: your own model agrees with you to %s, the model in use to %s, where 1 is fully."
    ) % (counted(report.num_labels), f"{own.value:.2f}", f"{in_use.value:.2f}")


def learned_from(learned: Learned) -> str:
    """What was learned from, and what was left out."""
    points = learned.points
    parts = [_tr("%s with stars") % counted(points.num_stars)]
    if points.num_pairs:
        parts.append(_tr("%s of contests") % counted(points.num_pairs, "answer"))
    text = _tr("Learned from %s.") % _tr(" and ").join(parts)
    if points.missing:
        text += " " + _tr(
            "%s that you rated can't be found where they were, such as %s. Their ratings are kept."
        ) % (counted(len(points.missing)), points.missing[0].name)
    if learned.unreadable:
        text += " " + _tr("%s can't be read any more, such as %s.") % (
            counted(len(learned.unreadable)),
            learned.unreadable[0].name,
        )
    return text


def outlook(report: PersonalReport, session: Session) -> str:
    """What more ratings would bring, no more than a person's own answers allow; may be empty."""
    forecast = next((point.srcc for point in report.learning if point.is_forecast), None)
    found = session.consistency(session.raters[0]) if len(session.raters) == 1 else None
    if forecast is None or found is None or found.ceiling is None or forecast < found.ceiling:
        return report.learning_words()
    return (
        _tr(
            "More ratings will hardly take it beyond %s, which is as far as your own answers agree."
        )
        % f"{found.ceiling:.2f}"
    )


def agreement_between(session: Session) -> str:
    """How far the people of a session agree on photos that two of them rated; empty for one."""
    from engine.measures.correlation import srcc

    lines = []
    for place, first in enumerate(session.raters):
        for second in session.raters[place + 1 :]:
            one, other = (session.mean_stars([rater]) for rater in (first, second))
            both = sorted(one.keys() & other.keys())
            if len(both) < _FEWEST_SHARED:
                continue
            values = [[given[photo] for photo in both] for given in (one, other)]
            if any(len(set(given)) == 1 for given in values):
                continue
            lines.append(
                _tr("%s and %s agree to %s on %s.")
                % (first, second, f"{srcc(*values):.2f}", counted(len(both)))
            )
    return " ".join(lines)


_FEWEST_SHARED = 8


def _tr(sentence: str) -> str:
    return translated(sentence, context="learned_text")
