"""The sharpest places of a photo at its own size."""

# H W pixels of the whole photo

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engine.defects.box import Box
from engine.defects.line_spread import line_spread_px
from engine.defects.sharpness import sharpness_0_100

FOCUS_TILE_PX = 256
_SHRINK = 4
_LOUD_QUANTILE = 0.98
_LARGE_EDGES_WEIGH = 0.02  # so that a photo without fine detail has candidates too
_SHARPEST = 5
_MOST_PLACES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusPlace:
    """A place of a photo and how sharp it is there.

    `spread_px` is the standard deviation of the line spread. `sharpness_0_100` says how much
    contrast that leaves of detail with a period of 8 pixels.

    >>> from engine.defects.box import Box
    >>> from engine.defects.focus import FocusPlace
    >>> box = Box(left_px=0, top_px=0, width_px=256, height_px=256)
    >>> round(FocusPlace(box=box, spread_px=1.0).sharpness_0_100)
    73
    """

    box: Box
    spread_px: float

    @property
    def sharpness_0_100(self) -> float:
        """From 0 to 100."""
        return sharpness_0_100(self.spread_px)


def tiles_of(width_px: int, height_px: int, side_px: int) -> list[Box]:
    """Tiles that cover a photo without gaps, row by row; the last of a row may overlap.

    >>> from engine.defects.focus import tiles_of
    >>> [(box.left_px, box.top_px) for box in tiles_of(600, 256, 256)]
    [(0, 0), (256, 0), (344, 0)]
    """
    return [
        Box(
            left_px=left,
            top_px=top,
            width_px=min(side_px, width_px),
            height_px=min(side_px, height_px),
        )
        for top in _starts(height_px, side_px)
        for left in _starts(width_px, side_px)
    ]


def by_detail(luma_HW: npt.NDArray[np.uint8], boxes: Sequence[Box]) -> list[Box]:
    """The boxes, those with the loudest fine detail and edges first. Quick, and no measure.

    >>> import numpy as np
    >>> from engine.defects.focus import by_detail, tiles_of
    >>> photo = np.zeros((256, 768), np.uint8)
    >>> photo[:, 300:500:2] = 200
    >>> by_detail(photo, tiles_of(768, 256, 256))[0].left_px
    256
    """
    fine_HW = cv2.absdiff(luma_HW[:, 1:], luma_HW[:, :-1])
    height, width = luma_HW.shape
    size = (max(1, width // _SHRINK), max(1, height // _SHRINK))
    small_hw = cv2.resize(luma_HW, size, interpolation=cv2.INTER_AREA)
    edges_hw = cv2.magnitude(
        cv2.Sobel(small_hw, cv2.CV_32F, 1, 0), cv2.Sobel(small_hw, cv2.CV_32F, 0, 1)
    )

    def loudness(box: Box) -> float:
        rows, columns = slice(box.top_px, box.bottom_px, 4), slice(box.left_px, box.right_px, 2)
        fine = fine_HW[rows, columns].ravel()
        place = min(int(_LOUD_QUANTILE * fine.size), fine.size - 1)
        loud = float(np.partition(fine, place)[place])
        near = slice(box.top_px // _SHRINK, box.bottom_px // _SHRINK)
        beside = slice(box.left_px // _SHRINK, box.right_px // _SHRINK)
        edges = edges_hw[near, beside]
        coarse = float(np.quantile(edges, 0.95)) if edges.size else 0.0
        return loud + _LARGE_EDGES_WEIGH * coarse

    return sorted(boxes, key=lambda box: -loudness(box))


def focus_places(luma_HW: npt.NDArray[np.uint8], boxes: Iterable[Box]) -> list[FocusPlace]:
    """How sharp it is in each box that has edges, sharpest first.

    >>> import numpy as np
    >>> from engine.defects.focus import focus_places, tiles_of
    >>> photo = np.zeros((256, 512), np.uint8)
    >>> photo[50:200, 30:220] = 200
    >>> [place.box.left_px for place in focus_places(photo, tiles_of(512, 256, 256))]
    [0]
    """
    found = []
    for box in boxes:
        tile_HW = luma_HW[box.top_px : box.bottom_px, box.left_px : box.right_px]
        spread_px = line_spread_px(tile_HW.astype(np.float32))
        if spread_px is not None:
            found.append(FocusPlace(box=box, spread_px=spread_px))
    return sorted(found, key=lambda place: place.spread_px)


def focus_of(places: Sequence[FocusPlace]) -> FocusPlace | None:
    """How sharp the sharpest part of a photo is: the middle one of its five sharpest places.

    >>> from engine.defects.box import Box
    >>> from engine.defects.focus import FocusPlace, focus_of
    >>> box = Box(left_px=0, top_px=0, width_px=256, height_px=256)
    >>> focus_of([FocusPlace(box=box, spread_px=s) for s in (0.2, 0.8, 0.9, 1, 1, 3)]).spread_px
    0.9
    """
    if not places:
        return None
    return places[min(len(places), _SHARPEST) // 2]


def apart(places: Sequence[FocusPlace]) -> tuple[FocusPlace, ...]:
    """The sharpest places that do not touch each other, at most twelve.

    >>> from engine.defects.box import Box
    >>> from engine.defects.focus import FocusPlace, apart
    >>> boxes = [Box(left_px=x, top_px=0, width_px=256, height_px=256) for x in (0, 256, 600)]
    >>> places = [FocusPlace(box=box, spread_px=1.0) for box in boxes]
    >>> [place.box.left_px for place in apart(places)]
    [0, 600]
    """
    kept: list[FocusPlace] = []
    for place in places:
        near = 1.5 * max(place.box.width_px, place.box.height_px)
        if len(kept) < _MOST_PLACES and all(
            place.box.distance_px(other.box) >= near for other in kept
        ):
            kept.append(place)
    return tuple(kept)


def _starts(length_px: int, side_px: int) -> list[int]:
    if length_px <= side_px:
        return [0]
    starts = list(range(0, length_px - side_px + 1, side_px))
    if starts[-1] + side_px < length_px:
        starts.append(length_px - side_px)
    return starts
