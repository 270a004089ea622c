"""What a photo's own pixels show so far, made ready for the page off the GUI thread."""

# H W pixels of the whole photo

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from app.window.inspect.defect_look import DefectLook, defect_look
from app.window.inspect.loupe import LOUPE_HEIGHT_PX, LOUPE_WIDTH_PX
from app.window.jobs.runner import JobControl
from app.window.photo_view.layered_image import image_of
from engine.defects.seen_reduced import is_seen_reduced

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.defects.box import Box
    from engine.defects.defect_finder import DefectFinder
    from engine.defects.own_pixels import OwnPixels

_FINEST_SCREEN = 2  # pixels of the screen per point
_MOST_PLACES = 6
_PAINT_S = 0.4  # a map is painted this often at most while tiles come in


@dataclass(frozen=True, slots=True)
class SharpPlace:
    """A sharp place, in shares of the photo, and the pixels around its middle."""

    box: QRectF
    loupe: QImage

    @property
    def middle(self) -> QPointF:
        """Its middle, in shares of the photo."""
        return self.box.center()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPixelsLook:
    """The numbers, the sharp places, and the defects in the tiles that were looked at."""

    own: "OwnPixels"
    places: tuple[SharpPlace, ...]
    look: DefectLook | None
    num_done: int
    num_tiles: int
    is_rated_reduced: bool

    @property
    def is_complete(self) -> bool:
        """Whether every tile was looked at."""
        return self.num_done >= self.num_tiles


def own_pixels_looks(
    photo_HW3: npt.NDArray[np.uint8], finder: "DefectFinder", control: JobControl
) -> Iterator[OwnPixelsLook]:
    """What is known of the photo's own pixels, more each time, until all of it is looked at."""
    # Here, because it loads torch, in the thread.
    from engine.defects.own_pixels import look_through

    height, width = photo_HW3.shape[:2]
    places: tuple[SharpPlace, ...] = ()
    boxes_before: tuple[Box, ...] = ()
    shown_at_s = -_PAINT_S
    for known in look_through(photo_HW3, finder, should_stop=lambda: control.is_cancelled):
        if control.is_cancelled:
            return
        is_first = known.map is None
        if not (is_first or known.is_done) and time.monotonic() - shown_at_s < _PAINT_S:
            continue
        shown_at_s = time.monotonic()
        boxes = tuple(place.box for place in known.own.places[:_MOST_PLACES])
        if boxes != boxes_before:
            places = tuple(sharp_place(photo_HW3, box) for box in boxes)
            boxes_before = boxes
        yield OwnPixelsLook(
            own=known.own,
            places=places,
            look=None if known.map is None else defect_look(known.map, finder.card),
            num_done=known.num_done,
            num_tiles=known.num_tiles,
            is_rated_reduced=is_seen_reduced(width, height),
        )


def sharp_place(photo_HW3: npt.NDArray[np.uint8], box: "Box") -> SharpPlace:
    """A box in a photo, in shares of it, with a copy of what lies around its middle."""
    height, width = photo_HW3.shape[:2]
    middle_x = box.left_px + box.width_px // 2
    middle_y = box.top_px + box.height_px // 2
    rows = _around(middle_y, _FINEST_SCREEN * LOUPE_HEIGHT_PX, height)
    columns = _around(middle_x, _FINEST_SCREEN * LOUPE_WIDTH_PX, width)
    return SharpPlace(
        box=QRectF(
            box.left_px / width, box.top_px / height, box.width_px / width, box.height_px / height
        ),
        loupe=image_of(photo_HW3[rows, columns]),
    )


def _around(middle: int, length: int, side: int) -> slice:
    first = min(max(middle - length // 2, 0), max(side - length, 0))
    return slice(first, first + length)
