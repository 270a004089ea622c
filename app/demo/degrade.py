"""Ways to spoil a photograph; without a strength given, at the plainly visible one of the demo."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

# H W pixels, 3 channels

BLUR_RADIUS_PX = 4.0
NOISE_SIGMA = 40.0  # of 255
NOISE_SEED = 20240717
EXPOSURE_STOPS = 3.0
JPEG_QUALITY = 6


def blurred(pixels_HW3: np.ndarray, radius_px: float = BLUR_RADIUS_PX) -> np.ndarray:
    """Out of focus."""
    photo = Image.fromarray(pixels_HW3)
    return np.asarray(photo.filter(ImageFilter.GaussianBlur(radius_px)))


def noisy(pixels_HW3: np.ndarray, sigma_0_255: float = NOISE_SIGMA) -> np.ndarray:
    """As from a small sensor in the dark; the same noise every time."""
    noise = np.random.default_rng(NOISE_SEED).normal(0.0, sigma_0_255, pixels_HW3.shape)
    return _to_uint8(pixels_HW3 + noise)


def overexposed(pixels_HW3: np.ndarray, stops: float = EXPOSURE_STOPS) -> np.ndarray:
    """Exposed too long: highlights burn out."""
    return _expose(pixels_HW3, stops)


def underexposed(pixels_HW3: np.ndarray, stops: float = EXPOSURE_STOPS) -> np.ndarray:
    """Exposed too briefly: shadows sink into black."""
    return _expose(pixels_HW3, -stops)


def overcompressed(pixels_HW3: np.ndarray, quality: int = JPEG_QUALITY) -> np.ndarray:
    """Saved as a JPEG of that quality, and read again."""
    file = io.BytesIO()
    Image.fromarray(pixels_HW3).save(file, "JPEG", quality=quality)
    with Image.open(file) as photo:
        return np.asarray(photo.convert("RGB"))


DEGRADATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "blurred": blurred,
    "noisy": noisy,
    "overexposed": overexposed,
    "underexposed": underexposed,
}


def _expose(pixels_HW3: np.ndarray, stops: float) -> np.ndarray:
    # A stop doubles the light, and light adds up before the sRGB curve, not after it.
    encoded = pixels_HW3 / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    exposed = np.minimum(linear * 2.0**stops, 1.0)
    again = np.where(exposed <= 0.0031308, exposed * 12.92, 1.055 * exposed ** (1 / 2.4) - 0.055)
    return _to_uint8(again * 255.0)


def _to_uint8(values_HW3: np.ndarray) -> np.ndarray:
    rounded_HW3: np.ndarray = np.clip(np.rint(values_HW3), 0, 255).astype(np.uint8)
    return rounded_HW3
