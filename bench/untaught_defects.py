"""Defects that no head is taught, to see whether a map finds what it has never seen."""

# H W pixels, 3 red, green, blue; strength from 0 to 1

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def pixelated(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
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


def banded(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Few levels per colour, 12 down to 4, so that gradients turn into bands."""
    step = 255 / (round(12 * 3.0**-strength) - 1)
    banded_HW3: Pixels = np.clip(np.rint(np.rint(pixels_HW3 / step) * step), 0, 255).astype(
        np.uint8
    )
    return banded_HW3


def chromatically_aberrated(
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


UNTAUGHT = {
    "pixelation": pixelated,
    "banding": banded,
    "chromatic aberration": chromatically_aberrated,
}
