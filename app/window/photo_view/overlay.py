"""The maps of a photo as images to lay over it: evidence in the one colour scale, or defects."""

# H W pixels of the resized photo

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from app.pictures.colour_scale import colour_table
from app.pictures.distortion_colours import coloured_defects

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.explain.distortion_map import DistortionMap
    from engine.explain.quality_map import QualityMap

# Opacity rises faster than the value, so that half the evidence is more than a tint.
# The same as in app/explain_picture.py, whose top opacity is the slider's first setting.
_OPACITY_POWER = 0.7
# A defect can cover the whole photo, which must still be seen.
_TOP_DEFECT_OPACITY = 0.6


def overlay_image(values_HW: npt.NDArray[np.float32]) -> QImage:
    """Values in [0, 1] on the common scale, coloured; the higher, the more opaque."""
    values_HW = np.clip(values_HW, 0.0, 1.0)
    height, width = values_HW.shape
    indices_HW = np.rint(values_HW * 255).astype(np.uint8)
    rgba_HW4 = np.empty((height, width, 4), dtype=np.uint8)
    rgba_HW4[..., :3] = colour_table()[indices_HW]
    rgba_HW4[..., 3] = np.rint(255 * values_HW**_OPACITY_POWER)
    image = QImage(rgba_HW4.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # a copy


def defects_image(found: "DistortionMap") -> QImage:
    """Visible defects, each kind in its colour, the more opaque the stronger."""
    colours_HW3, opacity_HW = coloured_defects(found.kinds, found.strength_KHW)
    height, width = opacity_HW.shape
    alpha_HW = np.rint(255 * _TOP_DEFECT_OPACITY * opacity_HW).astype(np.uint8)
    rgba_HW4 = np.dstack([colours_HW3, alpha_HW])
    image = QImage(rgba_HW4.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # a copy


def values_of(quality_map: "QualityMap", side: str) -> npt.NDArray[np.float32]:
    """The values of one side of a map: what lowers or what raises the score."""
    return quality_map.lowers_HW if side == "lowers" else quality_map.raises_HW
