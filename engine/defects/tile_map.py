"""What was found in the tiles of a photo, put together as one map."""

# K kinds, H W pixels of the photo, h w the map's places, 8 pixels apart

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.defects.box import Box
from engine.defects.defect_finder import DefectFinder
from engine.defects.defect_network import STRIDE_PX
from engine.explain.distortion_map import DistortionMap

PLACE_PX = 2 * STRIDE_PX
_TILE_PX = 448
_MARGIN_PX = 32
_NOT_SEEN = -100.0
_PIXEL_KINDS = ("blur", "motion blur", "noise", "compression")


def pixel_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """The kinds that a photo's own pixels are looked at for: blur, motion blur, noise, compression.

    Exposure, colour and damage need the whole photo: a tile of a dark thing is dark, and a tile of
    a pattern has nothing but the pattern.

    >>> from engine.defects.tile_map import pixel_kinds
    >>> pixel_kinds(["blur", "over-exposure", "noise"])
    ('blur', 'noise')
    """
    return tuple(kind for kind in kinds if kind in _PIXEL_KINDS)


def network_tiles(width_px: int, height_px: int) -> list[Box]:
    """Tiles of about the same size, at most 456 pixels, that cover a photo once, row by row.

    >>> from engine.defects.tile_map import network_tiles
    >>> [(box.left_px, box.width_px) for box in network_tiles(1000, 400)]
    [(0, 336), (336, 328), (664, 336)]
    """
    return [
        Box(left_px=left, top_px=top, width_px=right - left, height_px=bottom - top)
        for top, bottom in _cuts(height_px)
        for left, right in _cuts(width_px)
    ]


class TileMap:
    """The map of a photo of which more and more is seen, at one place in eight pixels.

    It has the `pixel_kinds` of the finder's kinds.

    Every tile is looked at with 32 pixels of what is around it. Logits become strengths over all
    that was seen so far, so that a defect is one across tiles; what was not seen has strength 0.

    >>> import numpy as np
    >>> from engine.defects.bundled import bundled_defect_network
    >>> from engine.defects.defect_finder import DefectFinder
    >>> from engine.defects.tile_map import TileMap, network_tiles
    >>> finder = DefectFinder.open(bundled_defect_network())
    >>> photo = np.random.default_rng(0).integers(0, 256, (256, 900, 3), np.uint8)
    >>> seen = TileMap(finder, photo)
    >>> seen.look_at(network_tiles(900, 256)[0])  # one of three
    >>> found = seen.distortions()
    >>> noise = found.strength_KHW[found.kinds.index("noise")]
    >>> noise.shape, bool(noise[:, :38].mean() > 0.9), float(noise[:, 38:].max())
    ((32, 113), True, 0.0)
    """

    def __init__(self, finder: DefectFinder, photo_HW3: npt.NDArray[np.uint8]) -> None:
        self._finder = finder
        self._photo_HW3 = photo_HW3
        height, width = (math.ceil(side / PLACE_PX) for side in photo_HW3.shape[:2])
        self._logits_Khw = np.full((len(finder.kinds), height, width), _NOT_SEEN, np.float32)

    def look_at(self, tile: Box) -> None:
        """See one of `network_tiles`."""
        left, top = max(0, tile.left_px - _MARGIN_PX), max(0, tile.top_px - _MARGIN_PX)
        around_HW3 = self._photo_HW3[
            top : tile.bottom_px + _MARGIN_PX, left : tile.right_px + _MARGIN_PX
        ]
        logits_Khw = self._finder.logits(np.ascontiguousarray(around_HW3)).numpy()
        loudest_Khw = _loudest_of_four(self._finder.calm(logits_Khw))
        x, y = (tile.left_px - left) // PLACE_PX, (tile.top_px - top) // PLACE_PX
        to_x, to_y = tile.left_px // PLACE_PX, tile.top_px // PLACE_PX
        width, height = (math.ceil(side / PLACE_PX) for side in (tile.width_px, tile.height_px))
        self._logits_Khw[:, to_y : to_y + height, to_x : to_x + width] = loudest_Khw[
            :, y : y + height, x : x + width
        ]

    def distortions(self) -> DistortionMap:
        """The map of what was seen so far; it is (K, h, w) for the whole photo."""
        kinds = pixel_kinds(self._finder.kinds)
        channels = [self._finder.kinds.index(kind) for kind in kinds]
        strength_Khw = self._finder.strengths(self._logits_Khw)[channels]
        strength_Khw[self._logits_Khw[channels] == _NOT_SEEN] = 0
        return DistortionMap(kinds=kinds, strength_KHW=strength_Khw)


def shares_in_tiles(
    finder: DefectFinder, tiles_HW3: Sequence[npt.NDArray[np.uint8]]
) -> dict[str, float]:
    """The share that each of the `pixel_kinds` affects of some tiles, each seen by itself.

    >>> import numpy as np
    >>> from engine.defects.bundled import bundled_defect_network
    >>> from engine.defects.defect_finder import DefectFinder
    >>> from engine.defects.tile_map import shares_in_tiles
    >>> finder = DefectFinder.open(bundled_defect_network())
    >>> noise = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    >>> shares_in_tiles(finder, [noise])["noise"] > 0.9
    True
    """
    looks = [finder.look_at(tile_HW3).map.share_affected() for tile_HW3 in tiles_HW3]
    return {
        kind: sum(shares[kind] for shares in looks) / max(1, len(looks))
        for kind in pixel_kinds(finder.kinds)
    }


def _loudest_of_four(logits_Khw: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Half as many places each way; both numbers are even, because of the padding to 32 pixels."""
    across_Khw = np.maximum(logits_Khw[:, :, ::2], logits_Khw[:, :, 1::2])
    return np.maximum(across_Khw[:, ::2], across_Khw[:, 1::2])


def _cuts(length_px: int) -> list[tuple[int, int]]:
    number = math.ceil(length_px / _TILE_PX)
    edges = [PLACE_PX * round(one * length_px / number / PLACE_PX) for one in range(number)]
    return list(zip(edges, [*edges[1:], length_px], strict=True))
