"""Puts the maps of overlapping crops together into one map for the whole photo."""

# B crops, G patch grid side, H W pixels of the photo

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from engine.photos.crops import CropBox


def stitch_maps(
    maps_BGG: npt.NDArray[np.float32],
    boxes: Sequence[CropBox],
    *,
    width_px: int,
    height_px: int,
) -> npt.NDArray[np.float32]:
    """The mean map (H, W) of the crops at every pixel; a crop counts most at its middle.

    The weight falls to nearly nothing at a crop's edge, so no seam shows where crops end. Every
    pixel must lie in at least one crop.

    >>> import numpy as np
    >>> from engine.explain.crop_mosaic import stitch_maps
    >>> from engine.photos.crops import CropBox
    >>> maps = np.stack([np.full((2, 2), 0.0), np.full((2, 2), 4.0)]).astype(np.float32)
    >>> boxes = [CropBox(0, 0, 32), CropBox(16, 0, 32)]  # the second 16 pixels further right
    >>> stitched = stitch_maps(maps, boxes, width_px=48, height_px=32)
    >>> float(stitched[0, 0]), float(stitched[0, 47]), round(float(stitched.mean()), 4)
    (0.0, 4.0, 2.0)
    """
    total_HW = np.zeros((height_px, width_px), np.float32)
    weight_HW = np.zeros((height_px, width_px), np.float32)
    for map_GG, box in zip(maps_BGG, boxes, strict=True):
        size = box.size_px
        enlarged_SS = cv2.resize(map_GG, (size, size), interpolation=cv2.INTER_CUBIC)
        window_SS = _window(size)
        rows = slice(box.top_px, box.top_px + size)
        columns = slice(box.left_px, box.left_px + size)
        total_HW[rows, columns] += enlarged_SS * window_SS
        weight_HW[rows, columns] += window_SS
    stitched_HW: npt.NDArray[np.float32] = total_HW / weight_HW
    return stitched_HW


def _window(size_px: int) -> npt.NDArray[np.float32]:
    place = (np.arange(size_px, dtype=np.float32) + 0.5) / size_px
    ramp = np.sin(np.pi * place) ** 2 + np.float32(1e-3)
    return np.outer(ramp, ramp).astype(np.float32)
