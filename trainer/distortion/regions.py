"""Irregular regions with soft edges, so that no network can learn seams instead of defects."""

# H W pixels

import cv2
import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]


def whole(height_px: int, width_px: int) -> Weights:
    """All of the photo, (H, W) of ones."""
    return np.ones((height_px, width_px), np.float32)


def irregular(height_px: int, width_px: int, *, share: float, rng: np.random.Generator) -> Weights:
    """One blob with a feathered edge somewhere in the photo, (H, W) in [0, 1].

    `share` is the part of the photo that weighs at least a half, met to within a few pixels. The
    outline wobbles at random; the feather is between a hair and a third of the blob wide.
    """
    if not 0 < share < 1:
        raise ValueError(f"The region's share is {share}; it must be between 0 and 1.")
    radius_px = float(np.sqrt(share * height_px * width_px / np.pi))
    x, y = (_centre(side_px, radius_px, rng) for side_px in (width_px, height_px))
    distance_HW = _distance(height_px, width_px, x, y, rng)
    wobble_HW = _smooth_noise(height_px, width_px, radius_px * rng.uniform(0.4, 1.0), rng)
    # Added and bounded, so that no islands arise far away.
    distance_HW += np.float32(radius_px * rng.uniform(0.08, 0.2)) * wobble_HW
    edge = float(np.quantile(distance_HW, share))
    feather = edge * rng.uniform(0.08, 0.4)
    # From 1 well inside to 0 well outside, a half at the edge itself.
    rise_HW = np.clip((edge - distance_HW) / (2 * feather) + 0.5, 0, 1)
    weights_HW: Weights = (rise_HW * rise_HW * (3 - 2 * rise_HW)).astype(np.float32)
    return weights_HW


def _centre(side_px: int, radius_px: float, rng: np.random.Generator) -> float:
    margin_px = min(0.7 * radius_px, side_px / 2)
    return float(rng.uniform(margin_px, side_px - margin_px))


def _distance(
    height_px: int, width_px: int, x: float, y: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Distance from a point, measured in an ellipse that lies in a random direction."""
    angle, stretch = rng.uniform(0, np.pi), rng.uniform(1.0, 1.7)
    across = np.arange(width_px, dtype=np.float32) - np.float32(x)
    down = (np.arange(height_px, dtype=np.float32) - np.float32(y))[:, None]
    along_HW = np.cos(angle) * across + np.sin(angle) * down
    beside_HW = -np.sin(angle) * across + np.cos(angle) * down
    distance_HW: npt.NDArray[np.float32] = np.hypot(
        along_HW / np.float32(stretch), beside_HW * np.float32(stretch)
    ).astype(np.float32)
    return distance_HW


def _smooth_noise(
    height_px: int, width_px: int, scale_px: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Random hills and valleys about `scale_px` wide, with standard deviation 1."""
    rows, columns = (max(3, round(side / scale_px) + 2) for side in (height_px, width_px))
    coarse = rng.standard_normal((rows, columns), np.float32)
    noise_HW = cv2.resize(coarse, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    return np.clip(noise_HW, -2, 2).astype(np.float32)
