"""A photo as every reader of it gets it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# H W height and width in pixels, 3 red, green, blue


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A decoded photo; the sizes are those of the whole upright photo, before any reduction.

    >>> import numpy as np
    >>> from engine.photos.photo import Photo
    >>> photo = Photo(pixels_HW3=np.zeros((500, 750, 3), np.uint8), width_px=6000, height_px=4000)
    >>> photo.width_px / photo.pixels_HW3.shape[1]  # it was decoded at an eighth of its size
    8.0
    """

    pixels_HW3: NDArray[np.uint8]
    width_px: int
    height_px: int
