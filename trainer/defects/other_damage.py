"""Damage of no common name, so that the network learns what is not of the picture at all."""

# H W pixels, 3 red, green, blue

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from trainer.defects.displaced import displaced
from trainer.defects.optics import factor
from trainer.distortion.defects import Pixels

Floats = npt.NDArray[np.float32]


def damaged(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Moire, dust, scratches, uneven glass, lost blocks, wrong colours, or parts put elsewhere."""
    ways = (
        _moire,
        _dusty,
        _scratched,
        _warped,
        _frosted,
        _painted,
        _overdone,
        _shuffled,
        _recoloured,
        _masked,
        displaced,
        displaced,
    )
    return ways[int(rng.integers(len(ways)))](pixels_HW3, strength, rng)


def _moire(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Waves of colour where two grids meet."""
    height, width = pixels_HW3.shape[:2]
    period_px, angle = rng.uniform(3, 14), rng.uniform(0, np.pi)
    across = np.arange(width, dtype=np.float32)
    down = np.arange(height, dtype=np.float32)[:, None]
    coarse = rng.standard_normal((4, 4), np.float32) * np.float32(period_px * 0.6)
    bend_HW = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    along_HW = np.cos(angle) * across + np.sin(angle) * down + bend_HW
    turn_3 = rng.uniform(0, 2 * np.pi, 3) if rng.random() < 0.7 else np.zeros(3)
    waves_HW3 = np.sin(2 * np.pi * along_HW[..., None] / period_px + turn_3)
    return _rounded(pixels_HW3 + factor(10, 45, strength) * waves_HW3)


def _dusty(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Soft dark spots of a dirty sensor, or drops on the glass."""
    height, width = pixels_HW3.shape[:2]
    shade_HW = np.zeros((height, width), np.float32)
    for _ in range(int(height * width / rng.uniform(500, 2500)) + 1):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(shade_HW, centre, int(rng.integers(1, 6)), float(rng.uniform(0.4, 1)), -1)
    soft_HW = np.asarray(cv2.GaussianBlur(shade_HW, (0, 0), rng.uniform(0.6, 2.0)), np.float32)
    tone = 0.0 if rng.random() < 0.7 else 255.0
    share_HW1 = (factor(0.25, 0.9, strength) * np.clip(soft_HW, 0, 1))[..., None]
    return _rounded(pixels_HW3 + share_HW1 * (tone - pixels_HW3.astype(np.float32)))


def _scratched(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Fine bright or dark lines across the film."""
    height, width = pixels_HW3.shape[:2]
    lines_HW = np.zeros((height, width), np.float32)
    for _ in range(int(max(height, width) / rng.uniform(8, 30)) + 1):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        angle, length = rng.uniform(0, np.pi), rng.uniform(10, 90)
        end = (int(x + length * np.cos(angle)), int(y + length * np.sin(angle)))
        cv2.line(lines_HW, (x, y), end, float(rng.uniform(0.4, 1)), 1, cv2.LINE_AA)
    tone = 255.0 if rng.random() < 0.6 else 0.0
    share_HW1 = (factor(0.3, 1.0, strength) * lines_HW)[..., None]
    return _rounded(pixels_HW3 + share_HW1 * (tone - pixels_HW3.astype(np.float32)))


def _warped(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Seen through uneven glass."""
    height, width = pixels_HW3.shape[:2]
    scale_px = rng.uniform(4, 14)
    size = (round(width / scale_px) + 2, round(height / scale_px) + 2)
    coarse = rng.standard_normal((size[1], size[0], 2), np.float32)
    moves = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
    moves = moves * np.float32(factor(1.0, 4.5, strength))
    x = np.arange(width, dtype=np.float32) + moves[..., 0]
    y = np.arange(height, dtype=np.float32)[:, None] + moves[..., 1]
    return np.asarray(
        cv2.remap(pixels_HW3, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101), np.uint8
    )


def _frosted(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Every pixel taken from somewhere near, as through frosted glass."""
    height, width = pixels_HW3.shape[:2]
    moves = rng.standard_normal((height, width, 2), np.float32)
    moves *= np.float32(factor(0.7, 4.0, strength))
    x = np.arange(width, dtype=np.float32) + moves[..., 0]
    y = np.arange(height, dtype=np.float32)[:, None] + moves[..., 1]
    return np.asarray(
        cv2.remap(pixels_HW3, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101), np.uint8
    )


def _painted(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Smeared into patches with hard edges, as software that guesses detail leaves it."""
    side_px = 2 * round(factor(1.5, 5.0, strength)) + 1
    smeared = cv2.medianBlur(pixels_HW3, side_px)
    return np.asarray(cv2.medianBlur(smeared, side_px), np.uint8)


def _overdone(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Contrast and colours turned up until they shout."""
    values_HW3 = pixels_HW3.astype(np.float32)
    middle = values_HW3.mean()
    values_HW3 = middle + (values_HW3 - middle) * np.float32(factor(1.4, 3.0, strength))
    grey_HW1 = values_HW3.mean(2, keepdims=True)
    return _rounded(grey_HW1 + (values_HW3 - grey_HW1) * np.float32(factor(1.2, 3.0, strength)))


def _shuffled(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Blocks that were lost in transmission: grey, black, white or from elsewhere."""
    height, width = pixels_HW3.shape[:2]
    side_px = int(rng.integers(6, 25))
    broken_HW3 = pixels_HW3.copy()
    for top in range(0, height - side_px, side_px):
        for left in range(0, width - side_px, side_px):
            if rng.random() >= factor(0.12, 0.7, strength):
                continue
            block = broken_HW3[top : top + side_px, left : left + side_px]
            if rng.random() < 0.3:
                block[:] = int(rng.choice([0, 128, 255]))
            else:
                down = int(rng.integers(height - side_px))
                right = int(rng.integers(width - side_px))
                block[:] = pixels_HW3[down : down + side_px, right : right + side_px]
    return broken_HW3


def _recoloured(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Channels swapped or turned over, as a broken decoder leaves them."""
    share = np.float32(factor(0.45, 1.0, strength))
    choice = rng.random()
    if choice < 0.4:
        wrong_HW3 = 255 - pixels_HW3
    elif choice < 0.7:
        wrong_HW3 = pixels_HW3[..., rng.permutation(3)][..., ::-1]
    else:
        wrong_HW3 = np.abs(2 * pixels_HW3.astype(np.float32) - 255).astype(np.uint8)
    return _rounded(pixels_HW3 + share * (wrong_HW3.astype(np.float32) - pixels_HW3))


def _masked(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """A mesh or a pattern of dots laid over the picture."""
    height, width = pixels_HW3.shape[:2]
    period = int(rng.integers(4, 13))
    x, y = np.arange(width) % period, (np.arange(height) % period)[:, None]
    is_dark_HW = (x < 1) | (y < 1) if rng.random() < 0.5 else np.hypot(x - 2, y - 2) < period / 4
    share_HW1 = (factor(0.2, 0.8, strength) * is_dark_HW.astype(np.float32))[..., None]
    return _rounded(pixels_HW3 * (1 - share_HW1))


def _rounded(values_HW3: npt.NDArray[Any]) -> Pixels:
    rounded_HW3: Pixels = np.clip(np.rint(values_HW3), 0, 255).astype(np.uint8)
    return rounded_HW3
