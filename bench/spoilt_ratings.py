"""A labelled set for the pictures of training: good photos, each spoilt by known amounts.

Scores follow from how much was done to a photo, so a model can learn them, and nobody's photos are
shown: the pieces are cut from the photographs that come with scikit-image (public domain or CC0).
"""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from app.demo.degrade import blurred, noisy, overcompressed, overexposed, underexposed
from bench.holiday_photos import HolidayPhoto

_SIDE_PX = 512
_PIECES_PER_PHOTO = 3
_BEST, _WORST = 0.88, 0.12
_SPREAD = 0.04  # standard deviation of what people add of their own
_SEED = 11

# What a share of the damage, from 0 to 1, does to a photo.
_SPOILS: tuple[Callable[[np.ndarray, float], np.ndarray], ...] = (
    lambda pixels, share: blurred(pixels, 0.3 + 5.0 * share),
    lambda pixels, share: noisy(pixels, 55.0 * share),
    lambda pixels, share: overexposed(pixels, 2.6 * share),
    lambda pixels, share: underexposed(pixels, 3.6 * share),
    lambda pixels, share: overcompressed(pixels, int(60 - 54 * share)),
)
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def write_spoilt_ratings(photos: list[HolidayPhoto], folder: Path) -> Path:
    """Write pieces of the photos that have no fault, spoilt in steps, with labels.csv beside them.

    Returns `folder`. The same photos give the same set.
    """
    folder.mkdir(parents=True)
    rng = np.random.default_rng(_SEED)
    rows: list[tuple[str, str]] = []
    good = [photo for photo in photos if not photo.fault]
    for photo in good:
        with Image.open(photo.path) as image:
            whole = image.convert("RGB")
        for piece in range(_PIECES_PER_PHOTO):
            pixels_HW3 = np.asarray(_cut(whole, rng))
            spoil = _SPOILS[len(rows) % len(_SPOILS)]
            for share in _SHARES:
                name = f"{photo.path.stem}_{piece}_{round(100 * share)}.jpg"
                spoilt_HW3 = spoil(pixels_HW3, share) if share else pixels_HW3
                Image.fromarray(spoilt_HW3).save(folder / name, quality=92)
                score = _BEST - (_BEST - _WORST) * share + rng.normal(0, _SPREAD)
                rows.append((name, f"{np.clip(score, 0, 1):.3f}"))
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "score"])
        writer.writerows(rows)
    return folder


def _cut(whole: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A square piece of at least half the photo's short side, in one size."""
    side = int(min(whole.size) * rng.uniform(0.5, 1.0))
    left = int(rng.integers(0, whole.width - side + 1))
    top = int(rng.integers(0, whole.height - side + 1))
    piece = whole.crop((left, top, left + side, top + side))
    return piece.resize((_SIDE_PX, _SIDE_PX), Image.Resampling.LANCZOS)
