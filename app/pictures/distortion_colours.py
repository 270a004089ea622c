"""One colour per kind of visible defect, told apart by colour-blind eyes too."""

# H W pixels, K kinds

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Colour = tuple[int, int, int]

# Okabe and Ito, "Color universal design", 2008.
_COLOURS: dict[str, Colour] = {
    "blur": (86, 180, 233),
    "motion blur": (0, 114, 178),
    "noise": (230, 159, 0),
    "compression": (204, 121, 167),
    "over-exposure": (240, 228, 66),
    "under-exposure": (0, 158, 115),
    "colour cast or haze": (213, 94, 0),
}
_UNKNOWN: Colour = (225, 225, 225)  # a kind of a newer model
_FAINT_UNTIL = 0.25
_FULL_FROM = 0.75


def colour_of(kind: str) -> Colour:
    """The colour that stands for this kind everywhere in the program, RGB."""
    return _COLOURS.get(kind, _UNKNOWN)


def coloured_defects(
    kinds: Sequence[str], strength_KHW: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Colours (H, W, 3) of the strongest kind at every pixel, and their opacity (H, W) in [0, 1].

    Opacity rises around a half, where a place begins to count as affected, so that faint traces
    do not cover the photo.
    """
    palette_K3 = np.array([colour_of(kind) for kind in kinds], np.uint8)
    colours_HW3: npt.NDArray[np.uint8] = palette_K3[strength_KHW.argmax(axis=0)]
    strongest_HW = strength_KHW.max(axis=0)
    rise_HW = np.clip((strongest_HW - _FAINT_UNTIL) / (_FULL_FROM - _FAINT_UNTIL), 0, 1)
    return colours_HW3, rise_HW.astype(np.float32)
