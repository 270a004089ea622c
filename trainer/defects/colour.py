"""Casts of real light, haze that grows with distance, and flare."""

# H W pixels, 3 red, green, blue

import cv2
import numpy as np
import numpy.typing as npt

from trainer.defects.optics import factor
from trainer.distortion.defects import Pixels, discoloured
from trainer.distortion.light import to_light, to_pixels

# What white turns into when the camera takes one light for another: lamps, shade, neon, leaves.
_LIGHTS = np.array(
    [[1.0, 0.62, 0.2], [1.0, 0.75, 0.42], [0.62, 0.82, 1.0], [0.7, 1.0, 0.72], [1.0, 0.6, 0.9]],
    np.float32,
)


def veiled(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """A cast of a lamp, a tint, a hue turned away, haze, flare, or contrast lost."""
    choice = rng.random()
    if choice < 0.25:
        return discoloured(pixels_HW3, strength, rng)
    if choice < 0.5:
        return _lit_wrongly(pixels_HW3, strength, rng)
    if choice < 0.68:
        return _tinted(pixels_HW3, strength, rng)
    if choice < 0.86:
        return _hazy(pixels_HW3, strength, rng)
    return _flared(pixels_HW3, strength, rng)


def _lit_wrongly(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    light_3 = _LIGHTS[int(rng.integers(len(_LIGHTS)))] * rng.uniform(0.9, 1.1, 3)
    gain_3 = (light_3 ** np.float32(factor(0.55, 1.6, strength))).astype(np.float32)
    grey = np.array([0.3, 0.6, 0.1], np.float32)
    return to_pixels(to_light(pixels_HW3) * gain_3 / np.float32(grey @ gain_3))


def _tinted(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """A colour mixed in or added, as pixels."""
    hue = rng.uniform(0, 2 * np.pi)
    push_3 = np.cos(hue + np.array([0.0, 2.0, 4.0]) * np.pi / 3).astype(np.float32)
    if rng.random() < 0.5:
        moved_HW3 = pixels_HW3 + push_3 * np.float32(factor(16, 70, strength))
    else:
        tint_3 = 128 + 127 * push_3 / np.abs(push_3).max()
        share = np.float32(factor(0.14, 0.55, strength))
        moved_HW3 = (1 - share) * pixels_HW3 + share * tint_3
    return np.clip(np.rint(moved_HW3), 0, 255).astype(np.uint8)


def _hazy(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """A veil of one light that is thicker farther off: mostly upwards, in drifts."""
    height, width = pixels_HW3.shape[:2]
    depth_HW = np.ones((height, width), np.float32)
    if rng.random() < 0.6:
        slope = rng.uniform(0.0, 0.6)
        depth_HW += np.linspace(slope, -slope, height, dtype=np.float32)[:, None]
        coarse = rng.standard_normal((4, 4), np.float32) * np.float32(0.15)
        depth_HW += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    thickness = factor(0.4, 2.0, strength)
    clear_HW1 = np.exp(-thickness * np.maximum(depth_HW, 0.3))[..., None].astype(np.float32)
    veil_3 = (rng.uniform(0.35, 0.9) * rng.uniform(0.88, 1.1, 3)).astype(np.float32)
    if rng.random() < 0.35:
        mixed_HW3 = pixels_HW3 * clear_HW1 + 255 * veil_3 * (1 - clear_HW1)
        return np.clip(np.rint(mixed_HW3), 0, 255).astype(np.uint8)
    return to_pixels(to_light(pixels_HW3) * clear_HW1 + veil_3 * (1 - clear_HW1))


def _flared(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Stray light of a lamp near the edge, spread over the picture."""
    height, width = pixels_HW3.shape[:2]
    x, y = rng.uniform(-0.1, 1.1, 2) * (width, height)
    across = np.arange(width, dtype=np.float32) - np.float32(x)
    down = (np.arange(height, dtype=np.float32) - np.float32(y))[:, None]
    reach_px = rng.uniform(0.4, 1.1) * max(height, width)
    glow_HW = np.exp(-((across / reach_px) ** 2 + (down / reach_px) ** 2)).astype(np.float32)
    colour_3 = np.array([1.0, rng.uniform(0.75, 1.0), rng.uniform(0.5, 1.0)], np.float32)
    light_HW3 = np.asarray(to_light(pixels_HW3), np.float32)
    added_HW3: npt.NDArray[np.float32] = glow_HW[..., None] * colour_3
    return to_pixels(light_HW3 + np.float32(factor(0.18, 0.8, strength)) * added_HW3)
