"""What the defect network sees in one photo, made ready for the page off the GUI thread."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.pictures.seen_defects import SeenDefect, seen_defects
from app.window.photo_view.overlay import defects_image

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.defects.defect_card import DefectCard
    from engine.explain.distortion_map import DistortionMap


@dataclass(frozen=True, slots=True)
class DefectLook:
    """One look: the kinds it is for, what is seen, the map as an image, and its network's card."""

    kinds: tuple[str, ...]
    seen: tuple[SeenDefect, ...]
    overlay: QImage  # to lay over the photo
    card: "DefectCard"


def defect_look(found: "DistortionMap", card: "DefectCard") -> DefectLook:
    """A map put into words and colours."""
    seen = seen_defects(found, card)
    return DefectLook(kinds=found.kinds, seen=seen, overlay=defects_image(found), card=card)
