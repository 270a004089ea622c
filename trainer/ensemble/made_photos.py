"""More photos to ask teachers about: pieces of training photos, many of them spoilt.

No person has rated them, and none needs to: the student learns what the teachers make of them.
"""

# H W pixels

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from trainer.distortion.defects import DEFECTS, Pixels

_SPOILT_SHARE = 0.6
_WHOLE_SHARE = 0.4
_SMALLEST_PIECE = 0.55  # of each side
_SHORT_SIDE_PX = 400  # the size that defects are meant for
_QUALITY = 95


def make_photos(
    photos: Sequence[Path], folder: Path, num_made: int, *, seed: int
) -> list[tuple[Path, Path]]:
    """Write JPEG files into the folder; each with the photo that it was made from.

    What is there already is not made again. The same photos and seed give the same files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(num_made):
        rng = np.random.default_rng([seed, number])
        photo = photos[int(rng.integers(len(photos)))]
        path = folder / f"made{number:06d}.jpg"
        if not path.exists():
            with Image.open(photo) as image:
                pixels_HW3 = np.asarray(image.convert("RGB"))
            Image.fromarray(made_of(pixels_HW3, rng)).save(path, quality=_QUALITY)
        made.append((path, photo))
    return made


def made_of(pixels_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """A piece of the photo, or the whole; of 100 photos made, 60 have one defect or two."""
    piece_HW3 = pixels_HW3 if rng.random() < _WHOLE_SHARE else _piece(pixels_HW3, rng)
    if rng.random() >= _SPOILT_SHARE:
        return piece_HW3
    spoilt_HW3 = _of_usual_size(piece_HW3)
    kinds = sorted(DEFECTS)
    for _ in range(1 if rng.random() < 0.7 else 2):
        spoil = DEFECTS[kinds[int(rng.integers(len(kinds)))]]
        spoilt_HW3 = spoil(spoilt_HW3, float(rng.uniform(-0.2, 0.9)), rng)
    return spoilt_HW3


def _piece(pixels_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = pixels_HW3.shape[:2]
    high, wide = (
        max(1, round(side * rng.uniform(_SMALLEST_PIECE, 1.0))) for side in (height, width)
    )
    top, left = int(rng.integers(height - high + 1)), int(rng.integers(width - wide + 1))
    piece_HW3 = pixels_HW3[top : top + high, left : left + wide]
    return np.ascontiguousarray(piece_HW3[:, ::-1] if rng.random() < 0.5 else piece_HW3)


def _of_usual_size(pixels_HW3: Pixels) -> Pixels:
    height, width = pixels_HW3.shape[:2]
    scale = _SHORT_SIDE_PX / min(height, width)
    if scale >= 1:
        return pixels_HW3
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels_HW3, size, interpolation=cv2.INTER_AREA), np.uint8)
