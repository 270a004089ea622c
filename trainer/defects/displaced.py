"""Damage that puts parts of the picture elsewhere: combs, strips, reflections."""

# H W pixels, 3 red, green, blue

import cv2
import numpy as np

from trainer.defects.optics import factor
from trainer.distortion.defects import Pixels


def displaced(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Two moments in alternate lines, strips pushed aside, a wobble, or a reflection on top."""
    ways = (_combed, _in_strips, _wobbling, _reflected)
    way = ways[int(rng.integers(len(ways)))]
    if rng.random() < 0.5:
        return way(pixels_HW3, strength, rng)
    lying = np.ascontiguousarray(pixels_HW3.transpose(1, 0, 2))
    return np.ascontiguousarray(way(lying, strength, rng).transpose(1, 0, 2))


def _combed(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Every other line comes from another moment, as in interlaced video."""
    combed_HW3 = pixels_HW3.copy()
    move_px = round(factor(2, 14, strength)) * int(rng.choice([-1, 1]))
    moved_HW3 = np.roll(pixels_HW3, move_px, axis=1)
    combed_HW3[1::2] = moved_HW3[1::2]
    return combed_HW3


def _in_strips(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Broad strips lie beside where they belong."""
    torn_HW3 = pixels_HW3.copy()
    top, most_px = 0, factor(5, 30, strength)
    while top < len(torn_HW3):
        height = int(rng.integers(6, 28))
        move_px = round(float(rng.uniform(-most_px, most_px)))
        torn_HW3[top : top + height] = np.roll(pixels_HW3[top : top + height], move_px, axis=1)
        top += height
    return torn_HW3


def _wobbling(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Lines sway to and fro, as a rolling shutter draws what shakes."""
    height, width = pixels_HW3.shape[:2]
    down = np.arange(height, dtype=np.float32)[:, None]
    period_px = rng.uniform(5, 30)
    sway = np.float32(factor(1.5, 7, strength)) * np.sin(2 * np.pi * down / period_px)
    across = np.arange(width, dtype=np.float32)
    from_x = np.broadcast_to(across + sway, (height, width)).astype(np.float32)
    from_y = np.broadcast_to(down, (height, width)).astype(np.float32)
    swayed = cv2.remap(
        pixels_HW3, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(swayed, np.uint8)


def _reflected(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """A faint copy of the picture, mirrored or upside down and of another size, lies over it."""
    height, width = pixels_HW3.shape[:2]
    flipped = cv2.flip(pixels_HW3, int(rng.choice([-1, 0, 1])))
    share = rng.uniform(0.6, 0.95)
    cut_h, cut_w = round(height * share), round(width * share)
    top, left = int(rng.integers(height - cut_h + 1)), int(rng.integers(width - cut_w + 1))
    cut = flipped[top : top + cut_h, left : left + cut_w]
    ghost_HW3 = np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_LINEAR))
    weight = factor(0.2, 0.5, strength)
    mixed_HW3 = (1 - weight) * pixels_HW3.astype(np.float32) + weight * ghost_HW3
    return np.clip(np.rint(mixed_HW3), 0, 255).astype(np.uint8)
