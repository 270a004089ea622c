"""A photo at its own size: how sharp its sharpest part is, how noisy it is, what its tiles show.

Scores and the map of the whole photo come from a reduced picture, in which neither can be seen.
"""

# H W pixels of the whole photo, 3 red, green, blue

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from engine.defects.box import Box
from engine.defects.defect_finder import DefectFinder
from engine.defects.focus import (
    FOCUS_TILE_PX,
    FocusPlace,
    apart,
    by_detail,
    focus_of,
    focus_places,
    tiles_of,
)
from engine.defects.grain import noise_0_100, noise_at_100
from engine.defects.tile_map import TileMap, network_tiles, shares_in_tiles
from engine.explain.distortion_map import DistortionMap

_NUM_FOCUS_TILES = 20  # of a quick look
_NUM_NETWORK_TILES = 5
_MAPS_ON_THE_WAY = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPixels:
    """What a photo's own pixels show.

    `focus` is its sharpest part; None if no edge was found. `places` are the sharpest ones that do
    not touch, sharpest first. `noise_at_100` is the standard deviation of luminance in smooth
    places, in levels of 255. `shares` say which part of the tiles that were looked at each kind of
    defect affects.

    >>> from engine.defects.own_pixels import OwnPixels
    >>> own = OwnPixels(width_px=6000, height_px=4000, noise_at_100=4.0)
    >>> own.focus is None, own.noise_0_100
    (True, 50.0)
    """

    width_px: int
    height_px: int
    focus: FocusPlace | None = None
    places: tuple[FocusPlace, ...] = ()
    noise_at_100: float | None = None
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def noise_0_100(self) -> float | None:
        """The noise on a scale from 0, none to be seen, to 100."""
        return None if self.noise_at_100 is None else noise_0_100(self.noise_at_100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """A quick look that lacks what the network says of the tiles, each (h, w, 3).

    >>> import numpy as np
    >>> from engine.defects.own_pixels import glimpse
    >>> found = glimpse(np.zeros((600, 800, 3), np.uint8))  # all black
    >>> found.own.focus, found.own.noise_at_100, found.tiles_HW3[0].shape
    (None, None, (256, 256, 3))
    """

    own: OwnPixels
    tiles_HW3: tuple[npt.NDArray[np.uint8], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLook:
    """How far a look through all tiles is: `num_done` of `num_tiles`, the last of them `tile`.

    `map` covers the whole photo at one place in eight pixels; it is remade every few tiles.

    >>> from engine.defects.own_pixels import OwnLook, OwnPixels
    >>> OwnLook(own=OwnPixels(width_px=1, height_px=1), num_done=3, num_tiles=126).is_done
    False
    """

    own: OwnPixels
    num_done: int
    num_tiles: int
    tile: Box | None = None
    map: DistortionMap | None = None

    @property
    def is_done(self) -> bool:
        """Whether every tile was looked at."""
        return self.num_done == self.num_tiles


def glimpse(photo_HW3: npt.NDArray[np.uint8]) -> Glimpse:
    """The quick look without a network, and the tiles for it; may run in any thread.

    >>> import numpy as np
    >>> from engine.defects.own_pixels import glimpse
    >>> photo = np.random.default_rng(0).normal(128, 9, (600, 800, 1)).repeat(3, 2).astype(np.uint8)
    >>> round(glimpse(photo).own.noise_at_100)
    9
    """
    height, width = photo_HW3.shape[:2]
    luma_HW = _luma(photo_HW3)
    candidates = by_detail(luma_HW, tiles_of(width, height, FOCUS_TILE_PX))[:_NUM_FOCUS_TILES]
    places = focus_places(luma_HW, candidates)
    own = _own_pixels(photo_HW3, places, noise_at_100(luma_HW))
    boxes = [place.box for place in own.places] or candidates
    tiles_HW3 = tuple(
        photo_HW3[box.top_px : box.bottom_px, box.left_px : box.right_px].copy()
        for box in boxes[:_NUM_NETWORK_TILES]
    )
    return Glimpse(own=own, tiles_HW3=tiles_HW3)


def finished(half: Glimpse, finder: DefectFinder) -> OwnPixels:
    """The quick look with what the network says of its tiles.

    >>> import numpy as np
    >>> from engine.defects.bundled import bundled_defect_network
    >>> from engine.defects.defect_finder import DefectFinder
    >>> from engine.defects.own_pixels import finished, glimpse
    >>> finder = DefectFinder.open(bundled_defect_network())
    >>> photo = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    >>> finished(glimpse(photo), finder).shares["noise"] > 0.9
    True
    """
    return replace(half.own, shares=shares_in_tiles(finder, half.tiles_HW3))


def look_quickly(photo_HW3: npt.NDArray[np.uint8], finder: DefectFinder) -> OwnPixels:
    """Focus, noise and defects of a whole photo at its own size, from tiles that have detail.

    >>> import numpy as np
    >>> from engine.defects.bundled import bundled_defect_network
    >>> from engine.defects.defect_finder import DefectFinder
    >>> from engine.defects.own_pixels import look_quickly
    >>> photo = np.zeros((400, 600, 3), np.uint8)
    >>> photo[60:300, 40:400] = 210
    >>> own = look_quickly(photo, DefectFinder.open(bundled_defect_network()))
    >>> own.focus.spread_px < 0.7, own.focus.sharpness_0_100 > 85
    (True, True)
    """
    return finished(glimpse(photo_HW3), finder)


def look_through(
    photo_HW3: npt.NDArray[np.uint8],
    finder: DefectFinder,
    *,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[OwnLook]:
    """Look at every tile of a whole photo, sharpest first, and say after each what is known.

    First comes what a quick look finds, with no tile yet. `should_stop` is asked before every tile.

    >>> import numpy as np
    >>> from engine.defects.bundled import bundled_defect_network
    >>> from engine.defects.defect_finder import DefectFinder
    >>> from engine.defects.own_pixels import look_through
    >>> finder = DefectFinder.open(bundled_defect_network())
    >>> photo = np.random.default_rng(0).integers(0, 256, (300, 900, 3), np.uint8)
    >>> looks = list(look_through(photo, finder))
    >>> [(look.num_done, look.num_tiles) for look in looks]
    [(0, 3), (1, 3), (2, 3), (3, 3)]
    >>> looks[-1].own.shares["noise"] > 0.9, looks[-1].map.strength_KHW.shape[1:]
    (True, (38, 113))
    """
    height, width = photo_HW3.shape[:2]
    luma_HW = _luma(photo_HW3)
    waiting = by_detail(luma_HW, tiles_of(width, height, FOCUS_TILE_PX))
    candidates, waiting = waiting[:_NUM_FOCUS_TILES], waiting[_NUM_FOCUS_TILES:]
    places = focus_places(luma_HW, candidates)
    noise = noise_at_100(luma_HW)
    own = _own_pixels(photo_HW3, places, noise)
    tiles = _sharpest_first(network_tiles(width, height), [p.box for p in places], waiting)
    yield OwnLook(own=own, num_done=0, num_tiles=len(tiles))
    seen, found = TileMap(finder, photo_HW3), None
    every = max(1, len(tiles) // _MAPS_ON_THE_WAY)
    for number, tile in enumerate(tiles, start=1):
        if should_stop():
            return
        seen.look_at(tile)
        inside = [box for box in waiting if _holds(tile, box)]
        waiting = [box for box in waiting if box not in inside]
        places = sorted(
            [*places, *focus_places(luma_HW, inside)], key=lambda place: place.spread_px
        )
        own = _own_pixels(photo_HW3, places, noise)
        if found is None or number % every == 0 or number == len(tiles):
            found = seen.distortions()
        own = replace(own, shares=found.share_affected())
        yield OwnLook(own=own, num_done=number, num_tiles=len(tiles), tile=tile, map=found)


def _own_pixels(
    photo_HW3: npt.NDArray[np.uint8], places: list[FocusPlace], noise: float | None
) -> OwnPixels:
    height, width = photo_HW3.shape[:2]
    return OwnPixels(
        width_px=width,
        height_px=height,
        focus=focus_of(places),
        places=apart(places),
        noise_at_100=noise,
    )


def _sharpest_first(tiles: list[Box], sharp: list[Box], others: list[Box]) -> list[Box]:
    """The tiles in the order of the sharpest place in each; those that hold none come last."""
    left = dict.fromkeys(tiles)
    ordered = []
    for box in (*sharp, *others):
        for tile in left:
            if _holds(tile, box):
                ordered.append(tile)
                del left[tile]
                break
    return [*ordered, *left]


def _holds(tile: Box, box: Box) -> bool:
    """Whether the middle of a box lies in a tile."""
    x, y = box.middle_px
    return tile.left_px <= x < tile.right_px and tile.top_px <= y < tile.bottom_px


def _luma(photo_HW3: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(photo_HW3, cv2.COLOR_RGB2GRAY), np.uint8)
