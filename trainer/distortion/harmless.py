"""Changes that no one minds, so that a network learns what is not a defect."""

# H W pixels, 3 red, green, blue

import io

import cv2
import numpy as np
from PIL import Image

from trainer.distortion.defects import Pixels
from trainer.distortion.light import to_light, to_pixels


def changed_harmlessly(pixels_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """A little lighter or darker, scaled and back, a breath of noise, or stored with care."""
    choice = rng.integers(5)
    if choice == 0:
        return to_pixels(to_light(pixels_HW3) * np.float32(2.0 ** rng.uniform(-0.5, 0.35)))
    if choice == 1:
        height, width = pixels_HW3.shape[:2]
        share = rng.uniform(0.8, 1.3)
        size = (round(width * share), round(height * share))
        way_there = cv2.INTER_CUBIC if share > 1 else cv2.INTER_AREA
        scaled = cv2.resize(pixels_HW3, size, interpolation=way_there)
        return np.asarray(cv2.resize(scaled, (width, height), interpolation=cv2.INTER_CUBIC))
    if choice == 2:
        noise_HW3 = rng.standard_normal(pixels_HW3.shape, np.float32) * rng.uniform(0.5, 3.0)
        return np.clip(np.rint(pixels_HW3 + noise_HW3), 0, 255).astype(np.uint8)
    if choice == 3:
        buffer = io.BytesIO()
        Image.fromarray(pixels_HW3).save(buffer, "JPEG", quality=int(rng.integers(80, 96)))
        return np.array(Image.open(buffer))
    stops_3 = rng.uniform(-0.12, 0.12, 3)
    return to_pixels(to_light(pixels_HW3) * (2.0**stops_3).astype(np.float32))
