"""Noise as sensors and their software make it."""

# H W pixels, 3 red, green, blue

import cv2
import numpy as np
import numpy.typing as npt

from trainer.defects.optics import factor
from trainer.distortion.defects import Pixels, noisy
from trainer.distortion.light import to_light, to_pixels

Floats = npt.NDArray[np.float32]


def noise_of_sensor(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Noise of brightness or colour, raw noise through a tone curve, or what denoising leaves."""
    choice = rng.random()
    if choice < 0.35:
        return noisy(pixels_HW3, strength, rng)
    if choice < 0.6:
        return _raw(pixels_HW3, strength, rng)
    if choice < 0.75:
        return _of_colour(pixels_HW3, strength, rng)
    if choice < 0.9:
        return _denoised(pixels_HW3, strength, rng)
    return _specks(pixels_HW3, strength, rng)


def _raw(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Photons and amplifier, before the tone curve: seen most where shadows were lifted."""
    light_HW3 = to_light(pixels_HW3)
    shot, read = factor(0.025, 0.16, strength), factor(0.004, 0.035, strength)
    gain_3 = np.array([rng.uniform(1.2, 2.0), 1.0, rng.uniform(1.2, 2.0)], np.float32)
    spread_HW3 = np.sqrt(light_HW3 * np.float32(shot**2) + np.float32(read**2)) * gain_3
    noise_HW3 = rng.standard_normal(light_HW3.shape, np.float32)
    if rng.random() < 0.6:  # neighbours share what demosaicing made of them
        noise_HW3 = _even(cv2.GaussianBlur(noise_HW3, (0, 0), rng.uniform(0.5, 1.1)))
    return to_pixels(light_HW3 + spread_HW3 * noise_HW3)


def _of_colour(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Blotches of colour, coarser than the grain of brightness."""
    colours = cv2.cvtColor(pixels_HW3, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    height, width = pixels_HW3.shape[:2]
    coarse = rng.standard_normal((height, width, 2), np.float32)
    coarse = _even(cv2.GaussianBlur(coarse, (0, 0), rng.uniform(0.8, 3.5)))
    colours[..., 1:] += np.float32(factor(9, 34, strength)) * coarse
    fine = rng.standard_normal((height, width), np.float32)
    colours[..., 0] += np.float32(factor(3, 14, strength)) * fine
    rounded = np.clip(np.rint(colours), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(rounded, cv2.COLOR_YCrCb2RGB), np.uint8)


def _denoised(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Strong noise that software smeared without removing it."""
    sigma = factor(22, 60, strength)
    noise_HW3 = rng.standard_normal(pixels_HW3.shape, np.float32)
    loud = np.clip(pixels_HW3 + sigma * noise_HW3, 0, 255).astype(np.uint8)
    choice = rng.random()
    if choice < 0.4:
        return np.asarray(cv2.medianBlur(loud, 3), np.uint8)
    if choice < 0.75:
        return np.asarray(cv2.bilateralFilter(loud, 5, 1.6 * sigma, 2.0), np.uint8)
    return np.asarray(cv2.GaussianBlur(loud, (0, 0), rng.uniform(0.8, 1.6)), np.uint8)


def _specks(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Single pixels that are stuck: white, black or of one colour."""
    specked_HW3 = pixels_HW3.copy()
    share = factor(0.004, 0.08, strength)
    if rng.random() < 0.5:
        is_hit_HW = rng.random(pixels_HW3.shape[:2]) < share
        values = rng.choice(np.array([0, 255], np.uint8), (int(is_hit_HW.sum()), 1))
        specked_HW3[is_hit_HW] = values
        return specked_HW3
    is_hit_HW3 = rng.random(pixels_HW3.shape) < share
    specked_HW3[is_hit_HW3] = rng.integers(0, 256, int(is_hit_HW3.sum()), np.uint8)
    return specked_HW3


def _even(noise: npt.NDArray[np.generic]) -> Floats:
    floats = np.asarray(noise, np.float32)
    return np.asarray(floats / floats.std(), np.float32)
