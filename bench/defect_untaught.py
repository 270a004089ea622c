"""Six kinds of defects that are never planted to teach: does the network see them all the same?"""

# H W pixels, 3 red, green, blue

import cv2
import numpy as np
from scipy import ndimage

from bench.defect_planting import Defect, Pixels, rounded


def _pixelated(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Made of squares of one colour each, 4 to 14 pixels wide."""
    side_px = round(4 * 3.5**strength)
    height, width = pixels_HW3.shape[:2]
    rows, columns = -(-height // side_px), -(-width // side_px)
    padded = np.pad(
        pixels_HW3,
        ((0, rows * side_px - height), (0, columns * side_px - width), (0, 0)),
        "edge",
    )
    small = cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA)
    large = small.repeat(side_px, axis=0).repeat(side_px, axis=1)
    return np.ascontiguousarray(large[:height, :width])


def _banded(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Few levels per colour, 12 down to 4, so that gradients turn into bands."""
    step = 255 / (round(12 * 3.0**-strength) - 1)
    banded_HW3: Pixels = np.clip(np.rint(np.rint(pixels_HW3 / step) * step), 0, 255).astype(
        np.uint8
    )
    return banded_HW3


def _chromatically_aberrated(
    pixels_HW3: Pixels, strength: float, rng: np.random.Generator
) -> Pixels:
    """Red and blue moved apart by 3 to 12 pixels, as at the edge of a poor lens."""
    shift_px = 1.5 * 4.0**strength
    angle = rng.uniform(0, 2 * np.pi)
    size = (pixels_HW3.shape[1], pixels_HW3.shape[0])
    moved_HW3 = pixels_HW3.copy()
    for channel, sign in ((0, 1), (2, -1)):
        move = np.array(
            [[1, 0, sign * shift_px * np.cos(angle)], [0, 1, sign * shift_px * np.sin(angle)]],
            np.float32,
        )
        moved_HW3[..., channel] = cv2.warpAffine(
            np.ascontiguousarray(pixels_HW3[..., channel]),
            move,
            size,
            borderMode=cv2.BORDER_REFLECT_101,
        )
    return moved_HW3


def _ghosted(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Seen double: the same picture again, moved, as a second exposure leaves it."""
    angle, far_px = rng.uniform(0, 2 * np.pi), 5 + 14 * strength
    shift = (far_px * np.sin(angle), far_px * np.cos(angle), 0)
    twice = ndimage.shift(photo_HW3.astype(np.float64), shift, order=1, mode="reflect")
    share = 0.25 + 0.25 * strength
    return rounded((1 - share) * photo_HW3 + share * twice)


def _torn(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Rows moved sideways, each by its own step, as a bad line tears a picture."""
    torn_HW3 = photo_HW3.copy()
    rows_px = int(rng.integers(1, 4))
    for top in range(0, len(photo_HW3), rows_px):
        move = round(float(rng.normal(0, 1.5 + 6 * strength)))
        torn_HW3[top : top + rows_px] = np.roll(photo_HW3[top : top + rows_px], move, axis=1)
    return torn_HW3


def _oversharpened(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Sharpened until edges have bright and dark rims."""
    photo = photo_HW3.astype(np.float64)
    sigma_px = rng.uniform(1.0, 2.5)
    soft = ndimage.gaussian_filter(photo, (sigma_px, sigma_px, 0))
    return rounded(photo + (0.8 + 4 * strength) * (photo - soft))


NEVER_TAUGHT: dict[str, Defect] = {
    "pixelation": _pixelated,
    "banding": _banded,
    "chromatic aberration": _chromatically_aberrated,
    "double image": _ghosted,
    "torn rows": _torn,
    "over-sharpening": _oversharpened,
}
