"""Too much light and too little, through a tone curve or without one."""

# H W pixels, 3 red, green, blue

import numpy as np
import numpy.typing as npt

from trainer.defects.optics import factor
from trainer.distortion.defects import Pixels
from trainer.distortion.light import to_light, to_pixels


def too_bright(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Exposed too long: highlights clip, to white or to a colour; or a raised curve washes out."""
    choice = rng.random()
    if choice < 0.45:
        return to_pixels(to_light(pixels_HW3) * np.float32(2.0 ** factor(0.7, 3.5, strength)))
    if choice < 0.65:
        return _scaled(pixels_HW3, factor(1.35, 3.4, strength))
    if choice < 0.8:
        lift = factor(28, 130, strength)
        return _rounded(pixels_HW3.astype(np.float32) + lift)
    if choice < 0.9:
        power = 1 / factor(1.5, 4.0, strength)
        bent_HW3 = (pixels_HW3 / np.float32(255)) ** np.float32(power)
        return _rounded(bent_HW3 * np.float32(255 * (1 + 0.25 * strength)))
    light_HW3 = to_light(pixels_HW3) * np.float32(2.0 ** factor(1.1, 3.8, strength))
    grey_HW1 = light_HW3.mean(2, keepdims=True)
    burnt_HW1 = np.clip((grey_HW1 - 0.6) / 0.8, 0, 1)
    return to_pixels(light_HW3 + burnt_HW1 * (grey_HW1 - light_HW3))


def too_dark(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Exposed too briefly: little light, crushed shadows, few levels left."""
    choice = rng.random()
    if choice < 0.45:
        return to_pixels(to_light(pixels_HW3) * np.float32(2.0 ** -factor(0.9, 4.6, strength)))
    if choice < 0.7:
        return _scaled(pixels_HW3, 1 / factor(1.4, 6.0, strength))
    if choice < 0.85:
        power = factor(1.35, 4.0, strength)
        return _rounded(255 * (pixels_HW3 / np.float32(255)) ** np.float32(power))
    drop = factor(28, 140, strength)
    return _rounded(pixels_HW3.astype(np.float32) - drop)


def _scaled(pixels_HW3: Pixels, gain: float) -> Pixels:
    return _rounded(pixels_HW3 * np.float32(gain))


def _rounded(values_HW3: npt.NDArray[np.floating]) -> Pixels:
    rounded_HW3: Pixels = np.clip(np.rint(values_HW3), 0, 255).astype(np.uint8)
    return rounded_HW3
