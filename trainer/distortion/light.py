"""Between the pixels of a photo and the light they stand for (the sRGB curve, IEC 61966-2-1)."""

# H W pixels, 3 red, green, blue

from functools import cache

import numpy as np
import numpy.typing as npt

_NUM_LEVELS = 4096  # of light, enough to tell all 256 pixel values apart but the very darkest


def to_light(pixels_HW3: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Light from 0 to 1, which adds up and scales as light does."""
    light_HW3: npt.NDArray[np.float32] = _light_of_pixels()[pixels_HW3]
    return light_HW3


def to_pixels(light_HW3: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Pixels of this light; what is brighter than 1 is cut off."""
    root_HW3 = np.sqrt(np.clip(light_HW3, 0, 1))  # the table is finer in the dark
    pixels_HW3: npt.NDArray[np.uint8] = _pixels_of_root()[
        np.rint(root_HW3 * (_NUM_LEVELS - 1)).astype(np.uint16)
    ]
    return pixels_HW3


@cache
def _light_of_pixels() -> npt.NDArray[np.float32]:
    encoded = np.arange(256) / 255
    light = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


@cache
def _pixels_of_root() -> npt.NDArray[np.uint8]:
    light = (np.arange(_NUM_LEVELS) / (_NUM_LEVELS - 1)) ** 2
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    pixels: npt.NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return pixels
