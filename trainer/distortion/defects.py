"""Defects to teach, each made from a clean photo at a strength from 0 to 1.

Strength 0 can just be seen by someone who looks for it, strength 1 spoils the photo. Every defect
depends on the photo, the strength and the generator alone.
"""

# H W pixels of a photo whose short side is about 400, 3 red, green, blue

import io
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from engine.explain.distortion_kinds import Kind
from trainer.distortion.light import to_light, to_pixels

Pixels = npt.NDArray[np.uint8]
Defect = Callable[[Pixels, float, np.random.Generator], Pixels]


def blurred(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Out of focus: a Gaussian, or the disc of a lens."""
    if rng.random() < 0.5:
        sigma_px = _between(1.0, 5.0, strength)
        return np.asarray(cv2.GaussianBlur(pixels_HW3, (0, 0), sigma_px), np.uint8)
    radius_px = _between(1.8, 8.0, strength)
    place = np.arange(-9, 10)
    distance = np.hypot(place[:, None], place[None, :])
    kernel = np.clip(radius_px + 0.5 - distance, 0, 1)
    return _filtered(pixels_HW3, kernel)


def motion_blurred(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Camera or subject moved along a straight line while the shutter was open."""
    length_px = _between(6.0, 28.0, strength)
    angle = rng.uniform(0, np.pi)
    num_steps = 4 * 32
    along = np.linspace(-length_px / 2, length_px / 2, num_steps)
    kernel = np.zeros((33, 33), np.float64)
    # Each point of the line is shared among the four pixels around it.
    x, y = 16 + along * np.cos(angle), 16 + along * np.sin(angle)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    for right in (0, 1):
        for below in (0, 1):
            weight = np.abs(1 - right - (x - left)) * np.abs(1 - below - (y - top))
            np.add.at(kernel, (top + below, left + right), weight)
    return _filtered(pixels_HW3, kernel)


def noisy(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Noise of a sensor: of brightness or colour, even or in the light, fine or smeared."""
    height, width = pixels_HW3.shape[:2]
    is_grey = rng.random() < 0.35
    noise_HW3 = rng.standard_normal((height, width, 1 if is_grey else 3), np.float32)
    grain_px = rng.choice([0.0, 0.0, 0.6, 0.9])
    if grain_px:
        smeared_HW3 = cv2.GaussianBlur(noise_HW3, (0, 0), grain_px).reshape(noise_HW3.shape)
        noise_HW3 = (smeared_HW3 / smeared_HW3.std()).astype(np.float32)
    sigma = _between(8.0, 45.0, strength)
    if rng.random() < 0.3:  # photons: more in the light, seen more in the shadows
        sigma_HW1 = sigma * (0.5 + 0.7 * np.sqrt(pixels_HW3.mean(2, keepdims=True) / 255))
        return _rounded(pixels_HW3 + sigma_HW1 * noise_HW3)
    return _rounded(pixels_HW3 + sigma * noise_HW3)


def compressed(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Stored too small as JPEG or WebP; the blocks lie anywhere and may have been scaled since."""
    height, width = pixels_HW3.shape[:2]
    scale = rng.choice([1.0, 1.0, rng.uniform(1.0, 1.6)])
    left, top = rng.integers(0, 8, 2)
    shifted_HW3 = np.pad(pixels_HW3, ((top, 0), (left, 0), (0, 0)), "edge")
    size = (round(shifted_HW3.shape[1] * scale), round(shifted_HW3.shape[0] * scale))
    image = Image.fromarray(shifted_HW3).resize(size, Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    if rng.random() < 0.8:
        quality = round(4 + 26 * (1 - strength) ** 1.5)
        image.save(buffer, "JPEG", quality=quality, subsampling=int(rng.choice([0, 2])))
    else:
        image.save(buffer, "WEBP", quality=round(14 * (1 - strength)), method=0)
    decoded = (
        Image.open(buffer)
        .convert("RGB")
        .resize((shifted_HW3.shape[1], shifted_HW3.shape[0]), Image.Resampling.BICUBIC)
    )
    return np.ascontiguousarray(np.asarray(decoded)[top : top + height, left : left + width])


def overexposed(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Exposed too long: more light everywhere, and highlights cut off."""
    stops = _between(1.0, 3.5, strength) * rng.uniform(0.9, 1.1)
    return to_pixels(to_light(pixels_HW3) * 2.0**stops)


def underexposed(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Exposed too briefly: little light everywhere, rounded to few levels of brightness."""
    stops = _between(1.5, 4.5, strength) * rng.uniform(0.9, 1.1)
    return to_pixels(to_light(pixels_HW3) * 2.0**-stops)


def discoloured(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """A cast of one colour over everything, or a veil of haze."""
    light_HW3 = to_light(pixels_HW3)
    if rng.random() < 0.5:
        hue = rng.uniform(0, 2 * np.pi)
        push_3 = np.cos(hue + np.array([0.0, 2.0, 4.0]) * np.pi / 3)
        stops_3 = _between(0.45, 1.5, strength) * push_3
        return to_pixels(light_HW3 * (2.0**stops_3).astype(np.float32))
    veil_3 = rng.uniform(0.45, 0.85) * rng.uniform(0.92, 1.08, 3)
    share = _between(0.3, 0.85, strength)
    return to_pixels((1 - share) * light_HW3 + np.float32(share) * veil_3.astype(np.float32))


DEFECTS: dict[Kind, Defect] = {
    "blur": blurred,
    "motion blur": motion_blurred,
    "noise": noisy,
    "compression": compressed,
    "over-exposure": overexposed,
    "under-exposure": underexposed,
    "colour cast or haze": discoloured,
}


def _between(weakest: float, strongest: float, strength: float) -> float:
    """Even steps of strength are even factors, as eyes judge them."""
    return float(weakest * (strongest / weakest) ** strength)


def _filtered(pixels_HW3: Pixels, kernel: npt.NDArray[np.float64]) -> Pixels:
    kernel = kernel / kernel.sum()
    return np.asarray(
        cv2.filter2D(pixels_HW3, -1, kernel, borderType=cv2.BORDER_REFLECT_101), np.uint8
    )


def _rounded(values_HW3: npt.NDArray[np.floating]) -> Pixels:
    rounded_HW3: Pixels = np.clip(np.rint(values_HW3), 0, 255).astype(np.uint8)
    return rounded_HW3
