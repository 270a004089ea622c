"""What a map of visible defects says of a photo, in whole sentences."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.pictures.defect_certainty import not_seen_sentences
from app.pictures.seen_defects import SeenDefect

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.defects.defect_card import DefectCard


def map_sentences(seen: Sequence[SeenDefect], card: "DefectCard") -> tuple[str, ...]:
    """A sentence for each defect, then what was looked for and not seen, and how sure that is."""
    found = tuple(f"{defect.words[0].upper()}{defect.words[1:]}." for defect in seen)
    return found + not_seen_sentences(card, {defect.kind for defect in seen})
