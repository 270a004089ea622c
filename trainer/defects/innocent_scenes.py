"""Lamps and skies, drawn: bright without being over-exposed, smooth without being blurred."""

# H W pixels, 3 red, green, blue

import cv2
import numpy as np
import numpy.typing as npt

from trainer.defects.storage import jpeg
from trainer.distortion.defects import Pixels
from trainer.distortion.light import to_light, to_pixels

Floats = npt.NDArray[np.float32]

_MOST_LAMPS = 14


def with_lamps(scene_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """Lamps, trails of light and discs out of focus: each is small, and clips as lamps do."""
    height, width = scene_HW3.shape[:2]
    light_HW3 = np.asarray(to_light(scene_HW3), np.float32)
    if rng.random() < 0.6:  # as dusk
        light_HW3 = np.asarray(light_HW3 * np.float32(rng.uniform(0.35, 0.9)), np.float32)
    warmth = rng.uniform(-0.3, 1.0)
    for _ in range(int(rng.integers(1, _MOST_LAMPS))):
        drawn_HW = _lamp(height, width, rng)
        glow_HW = cv2.GaussianBlur(drawn_HW, (0, 0), rng.uniform(2.0, 9.0))
        colour_3 = np.array([1.0, 1 - 0.35 * warmth, 1 - 0.75 * warmth], np.float32)
        if rng.random() < 0.35:  # neon
            colour_3 = rng.uniform(0.05, 1.0, 3).astype(np.float32)
        added_HW = drawn_HW * np.float32(rng.uniform(0.8, 4)) + np.float32(0.5) * glow_HW
        light_HW3 = np.asarray(light_HW3 + added_HW[..., None] * colour_3, np.float32)
    return to_pixels(light_HW3)


def under_open_sky(scene_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """A smooth sky, wall or fog above a jagged edge, with fine grain, stored with care."""
    height, width = scene_HW3.shape[:2]
    low_3, high_3 = _sky_colours(rng)
    down_H1 = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    sky_HW3 = np.broadcast_to(high_3 + down_H1 * (low_3 - high_3), scene_HW3.shape)
    drift = rng.standard_normal((3, 4), np.float32)
    drift_HW = np.asarray(cv2.resize(drift, (width, height), interpolation=cv2.INTER_CUBIC))
    grain_HW1 = rng.standard_normal((height, width, 1), np.float32)
    sky_HW3 = sky_HW3 + np.float32(rng.uniform(0, 7)) * drift_HW[..., None]
    sky_HW3 = sky_HW3 + np.float32(rng.uniform(0, 1.6)) * grain_HW1
    share_HW1 = _above_an_edge(height, width, rng)[..., None]
    mixed_HW3 = share_HW1 * sky_HW3 + (1 - share_HW1) * scene_HW3
    drawn_HW3: Pixels = np.clip(np.rint(mixed_HW3), 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        return jpeg(drawn_HW3, int(rng.integers(82, 97)))
    return drawn_HW3


def _lamp(height_px: int, width_px: int, rng: np.random.Generator) -> Floats:
    drawn_HW = np.zeros((height_px, width_px), np.float32)
    x, y = int(rng.integers(width_px)), int(rng.integers(height_px))
    choice = rng.random()
    if choice < 0.5:
        cv2.circle(drawn_HW, (x, y), int(rng.integers(1, 6)), 1.0, -1, cv2.LINE_AA)
    elif choice < 0.75:  # a trail
        bend = rng.uniform(-0.4, 0.4, 2)
        steps = np.linspace(-1, 1, 12)
        reach_px = rng.uniform(0.08, 0.5) * width_px
        angle = rng.uniform(0, np.pi)
        path = np.stack(
            [
                x + reach_px * (steps * np.cos(angle) + bend[0] * steps**2),
                y + reach_px * (steps * np.sin(angle) + bend[1] * steps**2),
            ],
            1,
        )
        points = [np.rint(path).astype(np.int32)]
        cv2.polylines(
            drawn_HW, points, isClosed=False, color=1.0, thickness=int(rng.integers(1, 4))
        )
    else:  # out of focus
        radius_px = int(rng.integers(4, max(6, width_px // 18)))
        cv2.circle(drawn_HW, (x, y), radius_px, float(rng.uniform(0.1, 0.5)), -1, cv2.LINE_AA)
    return drawn_HW


def _sky_colours(rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Near the ground and above: blue, grey, dusk, fog or a wall."""
    choice = rng.random()
    if choice < 0.4:
        high = rng.uniform((40, 90, 150), (120, 170, 235))
        low = rng.uniform((150, 180, 205), (225, 235, 245))
    elif choice < 0.65:
        grey = rng.uniform(90, 242)
        high, low = np.full(3, grey), np.full(3, np.clip(grey + rng.uniform(-30, 30), 0, 250))
    elif choice < 0.85:
        high = rng.uniform((15, 15, 45), (70, 60, 120))
        low = rng.uniform((120, 60, 50), (245, 170, 130))
    else:
        high, low = rng.uniform(20, 235, 3), rng.uniform(20, 235, 3)
    return low.astype(np.float32), high.astype(np.float32)


def _above_an_edge(height_px: int, width_px: int, rng: np.random.Generator) -> Floats:
    """One above a skyline that wobbles, nothing below it; or the other way round."""
    coarse = rng.standard_normal((1, int(rng.integers(4, 40))), np.float32)
    wobble_W = cv2.resize(coarse, (width_px, 1), interpolation=cv2.INTER_LINEAR)[0]
    middle_px = rng.uniform(0.2, 0.75) * height_px
    edge_W = middle_px + rng.uniform(0.01, 0.1) * height_px * wobble_W
    is_above_HW = (np.arange(height_px)[:, None] < edge_W).astype(np.float32)
    if rng.random() < 0.25:
        is_above_HW = 1 - is_above_HW
    return np.asarray(cv2.GaussianBlur(is_above_HW, (0, 0), rng.uniform(0.4, 1.0)), np.float32)
