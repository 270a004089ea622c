"""Defects planted to test the defect network, by other code and in other regions than it learnt.

Nothing here is shared with what teaches: filters are SciPy's, colours scikit-image's, files
Pillow's, and regions are smoothed polygons. Strength goes from 0.25, which can just be seen side by
side, to 1, which spoils the photo.
"""

# H W pixels, 3 red, green, blue

import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageEnhance
from scipy import ndimage, signal
from skimage import color

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating]
Defect = Callable[[Pixels, float, np.random.Generator], Pixels]

AREAS = {"1/36": 1 / 36, "1/16": 1 / 16, "1/9": 1 / 9, "1/4": 1 / 4}
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
SEEN_FROM = 3.0
_MOST_PLACES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoilt:
    """A photo with one defect where `is_inside_HW`; `area` is a key of `AREAS`."""

    pixels_HW3: Pixels
    clean_HW3: Pixels
    is_inside_HW: npt.NDArray[np.bool_]
    kind: str
    area: str
    strength: float


def region(height_px: int, width_px: int, share: float, rng: np.random.Generator) -> Floats:
    """A polygon of random corners, smoothed and feathered, a half or more on this share."""
    num_corners = int(rng.integers(5, 10))
    angles = np.sort(rng.uniform(0, 2 * np.pi, num_corners))
    reach = np.sqrt(share * height_px * width_px / np.pi) * rng.uniform(0.65, 1.45, num_corners)
    margin_x, margin_y = (
        min(0.5 * float(reach.mean()), side / 3) for side in (width_px, height_px)
    )
    x = rng.uniform(margin_x, width_px - margin_x)
    y = rng.uniform(margin_y, height_px - margin_y)
    corners = [
        (float(x + far * np.cos(angle)), float(y + far * np.sin(angle)))
        for far, angle in zip(reach, angles, strict=True)
    ]
    canvas = Image.new("L", (width_px, height_px))
    ImageDraw.Draw(canvas).polygon(corners, fill=255)
    hard_HW = np.asarray(canvas, np.float64) / 255
    soft_HW = ndimage.gaussian_filter(hard_HW, float(reach.mean()) * rng.uniform(0.12, 0.3))
    edge = float(np.quantile(soft_HW, 1 - share))
    # No wider than the edge is high, or a trace of the defect would be left everywhere.
    width = max(min(float(soft_HW.max()) - edge, 0.9 * edge) * rng.uniform(0.2, 0.9), 1e-3)
    return np.clip(0.5 + 0.5 * (soft_HW - edge) / width, 0, 1)


def spoilt_photos(
    photos: Sequence[Pixels], defects: Mapping[str, Defect], *, seed: int
) -> Iterator[Spoilt]:
    """Every kind once in every photo; areas and strengths take turns so that all pairs occur.

    Where a defect changes its region by less than `SEEN_FROM` levels of 255 on average another
    place is tried, and after eight places the photo is passed over for this kind.
    """
    for number, photo_HW3 in enumerate(photos):
        for place, (kind, defect) in enumerate(defects.items()):
            rng = np.random.default_rng([seed, number, place])
            turn = number + 3 * place
            area, strength = list(AREAS)[turn % 4], STRENGTHS[turn // 4 % 4]
            damaged_HW3 = defect(photo_HW3, strength, rng).astype(np.float64)
            for _ in range(_MOST_PLACES):
                weights_HW = region(len(photo_HW3), photo_HW3.shape[1], AREAS[area], rng)
                mixed = photo_HW3 + weights_HW[..., None] * (damaged_HW3 - photo_HW3)
                mixed_HW3 = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
                is_inside_HW = weights_HW >= 0.5
                change_HW3 = np.abs(mixed_HW3.astype(np.int16) - photo_HW3)
                if change_HW3[is_inside_HW].mean() >= SEEN_FROM:
                    yield Spoilt(
                        pixels_HW3=mixed_HW3,
                        clean_HW3=photo_HW3,
                        is_inside_HW=is_inside_HW,
                        kind=kind,
                        area=area,
                        strength=strength,
                    )
                    break


def _blur(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    if rng.random() < 0.5:
        sigma_px = 1.0 + 5.0 * (strength - 0.05)
        return rounded(
            ndimage.gaussian_filter(photo_HW3.astype(np.float64), (sigma_px,) * 2 + (0,))
        )
    radius_px = 1.2 + 7.5 * strength
    side = np.arange(-10, 11)
    disc = (side[:, None] ** 2 + side[None, :] ** 2 <= radius_px**2).astype(np.float64)
    return _convolved(photo_HW3, disc)


def _motion(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    length_px, bend = 3 + 25 * strength, rng.uniform(-1.2, 1.2)
    along = np.linspace(-0.5, 0.5, 400)
    heading = rng.uniform(0, np.pi) + bend * along
    step = length_px / 400
    x, y = np.cumsum(np.cos(heading)) * step, np.cumsum(np.sin(heading)) * step
    x, y = x - x.mean(), y - y.mean()
    edges = np.arange(-20, 22) - 0.5
    trace, _, _ = np.histogram2d(y, x, bins=(edges, edges))
    return _convolved(photo_HW3, trace)


def _noise(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    photons = 2500 * (0.012 ** (strength**0.7))
    choice = rng.random()
    if choice < 0.4:  # as a camera at high ISO: photons counted before the tone curve
        linear = (photo_HW3 / 255.0) ** 2.2
        counted = rng.poisson(linear * photons) / photons + rng.normal(
            0, 0.01 * strength, linear.shape
        )
        return rounded(255 * np.clip(counted, 0, 1) ** (1 / 2.2))
    if choice < 0.7:
        return rounded(photo_HW3 + rng.normal(0, 5 + 32 * strength, photo_HW3.shape))
    lab = color.rgb2lab(photo_HW3)
    lab[..., 0] += rng.normal(0, 2 + 8 * strength, lab.shape[:2])
    blotches = ndimage.gaussian_filter(rng.normal(0, 1, (*lab.shape[:2], 2)), (1.2, 1.2, 0))
    lab[..., 1:] += blotches / blotches.std() * (4 + 13 * strength)
    return _of_lab(lab)


def _compression(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    image = Image.fromarray(photo_HW3)
    if rng.random() < 0.7:
        return _stored(image, "JPEG", quality=max(3, round(30 - 26 * strength)))
    if rng.random() < 0.5:
        return _stored(image, "WEBP", quality=max(0, round(14 - 14 * strength)))
    once = Image.fromarray(_stored(image, "JPEG", quality=round(32 - 24 * strength)))
    moved = once.transform(once.size, Image.Transform.AFFINE, (1, 0, 3, 0, 1, 3))
    again = Image.fromarray(_stored(moved, "JPEG", quality=60))
    return np.asarray(again.transform(again.size, Image.Transform.AFFINE, (1, 0, -3, 0, 1, -3)))


def _overexposure(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    if rng.random() < 0.5:
        return rounded(photo_HW3 * (1.25 + 1.85 * strength))
    linear = (photo_HW3 / 255.0) ** 2.2 * 2 ** (0.5 + 2.7 * strength)
    return rounded(255 * np.clip(linear, 0, 1) ** (1 / 2.2))


def _underexposure(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    if rng.random() < 0.5:
        return np.asarray(
            ImageEnhance.Brightness(Image.fromarray(photo_HW3)).enhance(0.75 - 0.6 * strength)
        )
    linear = (photo_HW3 / 255.0) ** 2.2 * 2 ** -(0.8 + 3.4 * strength)
    return rounded(255 * linear ** (1 / 2.2))


def _cast_or_haze(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    choice = rng.random()
    if choice < 0.35:
        lab = color.rgb2lab(photo_HW3)
        angle = rng.uniform(0, 2 * np.pi)
        lab[..., 1:] += (12 + 36 * strength) * np.array([np.cos(angle), np.sin(angle)])
        return _of_lab(lab)
    if choice < 0.65:
        push = rng.permutation(np.array([1.0, 0.0, -1.0])) * (0.12 + 0.42 * strength)
        return rounded(photo_HW3 * np.exp(push))
    far = np.linspace(1.3, 0.7, len(photo_HW3))[:, None, None]
    clear = np.exp(-(0.25 + 1.25 * strength) * far)
    air = rng.uniform(165, 235) * np.array([0.97, 0.99, 1.03])
    return rounded(photo_HW3 * clear + air * (1 - clear))


TAUGHT: dict[str, Defect] = {
    "blur": _blur,
    "motion blur": _motion,
    "noise": _noise,
    "compression": _compression,
    "over-exposure": _overexposure,
    "under-exposure": _underexposure,
    "colour cast or haze": _cast_or_haze,
}


def _of_lab(lab_HW3: Floats) -> Pixels:
    with warnings.catch_warnings():  # of colours that no screen shows; they are cut off
        warnings.simplefilter("ignore", UserWarning)
        return rounded(255 * np.clip(color.lab2rgb(lab_HW3), 0, 1))


def _convolved(photo_HW3: Pixels, kernel: Floats) -> Pixels:
    kernel = kernel / kernel.sum()
    half = kernel.shape[0] // 2
    padded = np.pad(photo_HW3.astype(np.float64), ((half, half), (half, half), (0, 0)), "reflect")
    found = [signal.fftconvolve(padded[..., one], kernel, "valid") for one in range(3)]
    return rounded(np.stack(found, axis=2)[: photo_HW3.shape[0], : photo_HW3.shape[1]])


def _stored(image: Image.Image, kind: str, *, quality: int) -> Pixels:
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=quality)
    return np.array(Image.open(buffer).convert("RGB"))


def rounded(values: npt.NDArray[Any]) -> Pixels:
    """Values as pixels, cut off at 0 and 255."""
    pixels: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return pixels
