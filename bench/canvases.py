"""Large photos whose true pixels are known, stitched from sharp small ones, and what spoils them.

Every stitched photo is as it was taken at 100 %, so a canvas has the detail that a large photo of a
good camera has, and defects can be planted at 1:1.
"""

# H W pixels, 3 red, green, blue

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from bench.defect_planting import SEEN_FROM, STRENGTHS, Defect, Floats, Pixels, region, rounded
from engine.defects.box import Box
from trainer.defects.material import pixels_of

WIDTH_PX, HEIGHT_PX = 6000, 4000
_PHOTO_PX = 512
_WINDOW_PX = 1280
_SMALLEST_SHARE, _LARGEST_SHARE = 1 / 30, 1 / 4  # of a window: some 230 to 640 pixels wide
_MOST_PLACES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """A defect in a window of a canvas: the window's pixels with it, and where it is."""

    window: Box
    pixels_HW3: Pixels
    is_inside_HW: np.ndarray
    kind: str
    strength: float


def canvas(paths: Sequence[Path], rng: np.random.Generator) -> Pixels:
    """6000 x 4000 pixels of photos drawn from these, each mirrored by chance, side by side."""
    whole = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    order = iter(rng.permutation(len(paths)))
    for top in range(0, HEIGHT_PX, _PHOTO_PX):
        for left in range(0, WIDTH_PX, _PHOTO_PX):
            photo_HW3 = _next_large(paths, order, rng)
            room = whole[top : top + _PHOTO_PX, left : left + _PHOTO_PX]
            room[...] = photo_HW3[: room.shape[0], : room.shape[1]]
    return whole


def local_defects(
    whole: Pixels, defects: Mapping[str, Defect], rng: np.random.Generator, *, times: int
) -> Iterator[Local]:
    """Every kind so many times, in feathered, irregular regions somewhere in the canvas.

    Strengths take turns. Where a defect changes its region by less than `SEEN_FROM` levels on
    average another place is tried, eight times.
    """
    for turn in range(times):
        for place, (kind, defect) in enumerate(defects.items()):
            strength = STRENGTHS[(turn + place) % len(STRENGTHS)]
            for _ in range(_MOST_PLACES):
                found = _planted(whole, kind, defect, strength, rng)
                if found is not None:
                    yield found
                    break


def _planted(
    whole: Pixels, kind: str, defect: Defect, strength: float, rng: np.random.Generator
) -> Local | None:
    left, top = (
        8 * int(rng.integers(0, (side - _WINDOW_PX) // 8)) for side in (WIDTH_PX, HEIGHT_PX)
    )
    window = Box(left_px=left, top_px=top, width_px=_WINDOW_PX, height_px=_WINDOW_PX)
    clean_HW3 = whole[top : window.bottom_px, left : window.right_px]
    share = float(np.exp(rng.uniform(np.log(_SMALLEST_SHARE), np.log(_LARGEST_SHARE))))
    weights_HW = region(_WINDOW_PX, _WINDOW_PX, share, rng)
    spoilt_HW3 = defect(clean_HW3, strength, rng).astype(np.float64)
    mixed_HW3 = rounded(clean_HW3 + weights_HW[..., None] * (spoilt_HW3 - clean_HW3))
    is_inside_HW = weights_HW >= 0.5
    if np.abs(mixed_HW3.astype(np.int16) - clean_HW3)[is_inside_HW].mean() < SEEN_FROM:
        return None
    return Local(
        window=window,
        pixels_HW3=mixed_HW3,
        is_inside_HW=is_inside_HW,
        kind=kind,
        strength=strength,
    )


def out_of_focus(whole: Pixels, spread_px: float, shape: str) -> Pixels:
    """The canvas through a Gaussian of this spread, or the disc of a lens that spreads lines so."""
    if spread_px == 0:
        return whole
    if shape == "Gaussian":
        return np.asarray(cv2.GaussianBlur(whole, (0, 0), spread_px), np.uint8)
    return np.asarray(cv2.filter2D(whole, -1, _disc(2 * spread_px)), np.uint8)


def noisy(whole: Pixels, noise: float, rng: np.random.Generator) -> Pixels:
    """Grey noise of this standard deviation over all, so that luminance has the same."""
    grain = rng.standard_normal((*whole.shape[:2], 1), np.float32) * np.float32(noise)
    return np.clip(np.rint(whole + grain), 0, 255).astype(np.uint8)


def stored(whole: Pixels, quality: int) -> Pixels:
    """As it comes back from a JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(whole).save(buffer, "JPEG", quality=quality)
    return np.array(Image.open(buffer))


def _disc(radius_px: float) -> Floats:
    """A disc with soft rim, each pixel the part of it that is covered, sampled 8 x 8 times."""
    reach = int(np.ceil(radius_px))
    fine = (np.arange(8 * (2 * reach + 1)) + 0.5) / 8 - reach - 0.5
    is_in = fine[:, None] ** 2 + fine[None, :] ** 2 <= radius_px**2
    covered = is_in.reshape(2 * reach + 1, 8, 2 * reach + 1, 8).mean((1, 3))
    return np.asarray(covered / covered.sum(), np.float32)


def _next_large(
    paths: Sequence[Path], order: Iterator[np.integer], rng: np.random.Generator
) -> Pixels:
    for number in order:
        photo_HW3 = pixels_of(paths[int(number)])
        if min(photo_HW3.shape[:2]) >= _PHOTO_PX:
            return photo_HW3[:, ::-1] if rng.random() < 0.5 else photo_HW3
    raise ValueError("There are too few photos of 512 pixels and more for a canvas.")
