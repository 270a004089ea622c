"""How sure a map's silence is: what was looked for, and how much of it the network finds."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from app.translation import translated

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.defects.defect_card import DefectCard

_AREA = "1/16"  # of the photo: the size of defects that the sentences speak of
_GOOD_FROM = 0.75
_ROUNDING = 1e-9
_MOST_TENTHS = 9  # a few dozen planted defects can't show that one in a hundred is missed
_AREA_WORDS = {
    "1/36": "a thirty-sixth of the photo",
    "1/16": "a sixteenth of the photo",
    "1/9": "a ninth of the photo",
    "1/4": "a quarter of the photo",
}


def not_seen_sentences(
    card: "DefectCard", seen: Collection[str] = (), *, kinds: Iterable[str] | None = None
) -> tuple[str, ...]:
    """What was looked for and not seen, with how much of it the map finds by the network's card.

    `seen` are the kinds that the map shows; nothing is said of them. `kinds` are those that were
    looked for, all of the network unless given.
    """
    looked_for = card.network.kinds if kinds is None else kinds
    silent = [kind for kind in looked_for if kind not in seen]
    rates = {kind: rate for kind in silent if (rate := found_rate(card, kind)) is not None}
    good = [kind for kind, rate in rates.items() if rate >= _GOOD_FROM]
    bad = [kind for kind in rates if kind not in good]
    unknown = [kind for kind in silent if kind not in rates]
    said = []
    if good:
        sentence = (
            "Otherwise no %s that this map can see (it finds at least %d of 10 that cover %s)."
            if seen
            else "No %s that this map can see (it finds at least %d of 10 that cover %s)."
        )
        fewest = min(_tenths(rates[kind]) for kind in good)
        kinds = listed(good, _said("or"))
        said.append(_said(sentence) % (kinds, fewest, area_words()))
    if bad:
        weak = [_said("%s (%d of 10)") % (kind, _tenths(rates[kind])) for kind in bad]
        said.append(_said("Often missed: %s.") % listed(weak, _said("and")))
    if unknown:
        sentence = "No %s seen; how much of it is found was not measured."
        said.append(_said(sentence) % listed(unknown, _said("or")))
    return tuple(said)


def found_rate(card: "DefectCard", kind: str) -> float | None:
    """The share of planted defects of the usual size that the map shows; None: not measured."""
    rates = card.rates.get(kind)
    return None if rates is None else rates.found.get(_AREA)


def trust_sentence(card: "DefectCard", kind: str) -> str:
    """How far to believe a map that shows this kind; empty where nothing was measured."""
    rates = card.rates.get(kind)
    if rates is None:
        return ""
    said = []
    named = rates.named.get(_AREA)
    if named is not None:
        said.append(
            _said("Of planted ones that cover %s, %d of 10 were called %s.")
            % (area_words(), _tenths(named), kind)
        )
    if rates.false_alarms is not None:
        said.append(
            _said("Of the photos that people rated best, 1 in %d was called so.")
            % round(1 / rates.false_alarms)
            if rates.false_alarms
            else _said("Of the photos that people rated best, none was called so.")
        )
    return " ".join(said)


def area_words() -> str:
    """The size of defects that the rates are given for."""
    return _said(_AREA_WORDS[_AREA])


def listed(things: Iterable[str], conjunction: str) -> str:
    """Such as "blur, noise or compression"."""
    *others, last = things
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def _tenths(rate: float) -> int:
    """Whole tenths, never more than there were."""
    return min(int(10 * rate + _ROUNDING), _MOST_TENTHS)


def _said(sentence: str) -> str:
    return translated(sentence, context="DefectCertainty")
