"""A photo as every reader of it gets it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# H W height and width in pixels, 3 red, green, blue


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A decoded photo; the sizes are those of the whole upright photo, before any reduction."""

    pixels_HW3: NDArray[np.uint8]
    width_px: int
    height_px: int
