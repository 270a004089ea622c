"""The lines under an explained photo: a defect each beside its colour, then what was not seen."""

from collections.abc import Callable
from dataclasses import dataclass

from app.pictures.distortion_colours import Colour, colour_of
from app.pictures.map_words import map_sentences
from app.pictures.seen_defects import seen_defects
from engine.defects.defect_card import DefectCard
from engine.explain.distortion_map import DistortionMap


@dataclass(frozen=True, slots=True)
class DefectLine:
    """One line of text; `colour` is that of the defect that it is about, if it is about one."""

    text: str
    colour: Colour | None = None


def defect_lines(
    found: DistortionMap, card: DefectCard, *, fits: Callable[[str], bool]
) -> list[DefectLine]:
    """What a map says, broken into lines that fit."""
    seen = seen_defects(found, card)
    colours: list[Colour | None] = [colour_of(defect.kind) for defect in seen]
    lines = []
    sentences = map_sentences(seen, card)
    for place, sentence in enumerate(sentences):
        colour = colours[place] if place < len(colours) else None
        first, *others = _broken(sentence, fits)
        lines.append(DefectLine(first, colour))
        lines += [DefectLine(other) for other in others]
    return lines


def _broken(sentence: str, fits: Callable[[str], bool]) -> list[str]:
    lines = [""]
    for word in sentence.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if fits(longer) or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
