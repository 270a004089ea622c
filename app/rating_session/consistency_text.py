"""What a person's answers say of themselves, and of what a model of them can reach, in words."""

from app.translation import translated
from engine.asking.consistency import FEWEST_REPEATS, Consistency
from engine.counted import counted


def consistency_text(found: Consistency | None) -> str:
    """Sentences to the person whose answers these are."""
    if found is None:
        return _tr("No photo came twice yet, so nothing is known of how sure your answers are.")
    again = _tr(
        "Of %s that came twice, %d got the same rating again, and %d one at most a step away."
    ) % (counted(found.num_repeats), found.num_same, found.num_within_a_step)
    if found.num_repeats < FEWEST_REPEATS:
        early = _tr("From %d such photos on, that says how far a model of you can get.")
        return f"{again} {early % FEWEST_REPEATS}"
    if found.self_correlation is None or found.ceiling is None:
        return again
    if found.num_same == found.num_repeats:
        return f"{again} {_tr('That sets a model of you no limit.')}"
    limit = _tr(
        "So you agree with yourself to %s, where 1 is fully, and no model can be expected to agree"
        " with your ratings to more than about %s."
    )
    return f"{again} {limit % (f'{found.self_correlation:.2f}', f'{found.ceiling:.2f}')}"


def _tr(sentence: str) -> str:
    return translated(sentence, context="consistency_text")
