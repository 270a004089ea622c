"""What storing too small leaves: blocks, rings and smears, once or several times over."""

# H W pixels, 3 red, green, blue

import io

import cv2
import numpy as np
from PIL import Image

from trainer.distortion.defects import Pixels, compressed


def stored_too_small(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """JPEG or WebP, perhaps stored again on another grid, perhaps scaled or sharpened between."""
    if rng.random() < 0.5:
        return compressed(pixels_HW3, strength, rng)
    height, width = pixels_HW3.shape[:2]
    stored_HW3 = _stored(pixels_HW3, strength, rng)
    choice = rng.random()
    if choice < 0.35:  # again, with the blocks elsewhere
        left, top = rng.integers(1, 8, 2)
        moved_HW3 = np.pad(stored_HW3, ((top, 0), (left, 0), (0, 0)), "edge")
        again_HW3 = jpeg(moved_HW3, int(rng.integers(25, 90)))
        return np.ascontiguousarray(again_HW3[top:, left:])
    if choice < 0.6:  # scaled since
        share = rng.uniform(0.7, 1.5)
        size = (round(width * share), round(height * share))
        small = np.asarray(cv2.resize(pixels_HW3, size, interpolation=cv2.INTER_AREA), np.uint8)
        small = _stored(small, strength, rng)
        large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        return np.asarray(large, np.uint8)
    if choice < 0.75:
        soft = cv2.GaussianBlur(stored_HW3, (0, 0), 1.0)
        return np.asarray(cv2.addWeighted(stored_HW3, 1.5, soft, -0.5, 0), np.uint8)
    return stored_HW3


def jpeg(pixels_HW3: Pixels, quality: int, subsampling: int = 2) -> Pixels:
    """Stored as JPEG and read again."""
    buffer = io.BytesIO()
    Image.fromarray(pixels_HW3).save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    return np.array(Image.open(buffer).convert("RGB"))


def _stored(pixels_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    if rng.random() < 0.7:
        quality = round(4 + 28 * (1 - strength) ** 1.4)
        return jpeg(np.ascontiguousarray(pixels_HW3), quality, int(rng.choice([0, 2])))
    buffer = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels_HW3))
    image.save(buffer, "WEBP", quality=round(16 * (1 - strength)), method=0)
    return np.array(Image.open(buffer).convert("RGB"))
