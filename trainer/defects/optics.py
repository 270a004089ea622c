"""Blur as lenses and hands make it: out of focus, moved along any path, enlarged too far."""

# H W pixels, 3 red, green, blue

import cv2
import numpy as np
import numpy.typing as npt

from trainer.distortion.defects import Pixels
from trainer.distortion.light import to_light, to_pixels

_MOST_PATH_PX = 48
_PATH_STEPS = 160


def unfocused(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Out of focus: a Gaussian, the disc of a lens in light or in pixels, or enlarged from less."""
    choice = rng.random()
    if choice < 0.4:
        return np.asarray(
            cv2.GaussianBlur(pixels_HW3, (0, 0), factor(1.0, 6.0, strength)), np.uint8
        )
    if choice < 0.8:
        radius_px = factor(1.7, 9.5, strength)
        return filtered(pixels_HW3, disc(radius_px, rng), in_light=rng.random() < 0.6)
    height, width = pixels_HW3.shape[:2]
    share = 1 / factor(2.0, 7.0, strength)
    size = (max(2, round(width * share)), max(2, round(height * share)))
    small = cv2.resize(pixels_HW3, size, interpolation=cv2.INTER_AREA)
    way = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(small, (width, height), interpolation=way), np.uint8)


def moved(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Camera or subject moved while the shutter was open: straight, in an arc, or shaking."""
    length_px = factor(5.0, 34.0, strength)
    return filtered(pixels_HW3, path(length_px, rng), in_light=rng.random() < 0.5)


def path(length_px: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The trace of a point of light, as a filter that sums to 1."""
    heading = rng.uniform(0, 2 * np.pi)
    steps = np.full(_PATH_STEPS, heading)
    choice = rng.random()
    if choice < 0.35:
        steps += np.linspace(0, rng.uniform(-2.2, 2.2), _PATH_STEPS)
    elif choice < 0.6:
        steps += np.cumsum(rng.standard_normal(_PATH_STEPS)) * rng.uniform(0.03, 0.16)
    pace = np.ones(_PATH_STEPS)
    if rng.random() < 0.5:  # hands speed up and slow down
        pace = np.interp(np.arange(_PATH_STEPS), (0, 53, 106, 159), rng.uniform(0.2, 1.8, 4))
    x, y = np.cumsum(np.cos(steps) * pace), np.cumsum(np.sin(steps) * pace)
    reach = max(float(np.hypot(x - x[0], y - y[0]).max()), 1e-6)
    x, y = ((one - (one.max() + one.min()) / 2) * length_px / reach for one in (x, y))
    side_px = min(_MOST_PATH_PX, int(np.ceil(max(np.abs(x).max(), np.abs(y).max()))) + 1)
    kernel = np.zeros((2 * side_px + 2, 2 * side_px + 2), np.float32)
    across, down = (np.clip(one, -side_px, side_px) + side_px for one in (x, y))
    left, top = np.floor(across).astype(int), np.floor(down).astype(int)
    for right in (0, 1):
        for below in (0, 1):
            weight = np.abs(1 - right - (across - left)) * np.abs(1 - below - (down - top))
            np.add.at(kernel, (top + below, left + right), weight.astype(np.float32))
    soft = np.asarray(cv2.GaussianBlur(kernel[:-1, :-1], (3, 3), 0.5), np.float32)
    return np.asarray(soft / soft.sum(), np.float32)


def disc(radius_px: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The image of a point out of focus: a disc or a polygon of blades, summing to 1."""
    side_px = int(np.ceil(radius_px)) + 1
    place = np.arange(-side_px, side_px + 1)
    x, y = place[None, :], place[:, None]
    distance = np.hypot(x, y)
    if rng.random() < 0.4:
        num_blades = int(rng.integers(5, 9))
        turned = np.arctan2(y, x) + rng.uniform(0, np.pi)
        wedge = (turned % (2 * np.pi / num_blades)) - np.pi / num_blades
        distance = distance * np.cos(wedge) / np.cos(np.pi / num_blades)
    kernel = np.clip(radius_px + 0.5 - distance, 0, 1)
    return np.asarray(kernel / kernel.sum(), np.float32)


def filtered(pixels_HW3: Pixels, kernel: npt.NDArray[np.float32], *, in_light: bool) -> Pixels:
    """The photo through a filter, as light adds up or as pixels do."""
    if not in_light:
        return np.asarray(
            cv2.filter2D(pixels_HW3, -1, kernel, borderType=cv2.BORDER_REFLECT_101), np.uint8
        )
    light_HW3 = to_light(pixels_HW3)
    light_HW3 += np.maximum(light_HW3 - 0.9, 0) * 8  # lamps are brighter than white
    return to_pixels(
        np.asarray(cv2.filter2D(light_HW3, -1, kernel, borderType=cv2.BORDER_REFLECT_101))
    )


def factor(weakest: float, strongest: float, strength: float) -> float:
    """Even steps of strength are even factors, as eyes judge them."""
    return float(weakest * (strongest / weakest) ** strength)
