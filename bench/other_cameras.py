"""Photos re-made as other cameras and programs would give them, and how much scores move."""

# H W pixels

import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from engine.measures.correlation import srcc
from engine.scorer import Scorer

Pixels = npt.NDArray[np.uint8]
Remake = Callable[[Pixels], Pixels]


def resized(pixels_HW3: Pixels, long_side_px: int) -> Pixels:
    """The photo with this long side."""
    height, width = pixels_HW3.shape[:2]
    scale = long_side_px / max(height, width)
    size = (max(1, round(scale * width)), max(1, round(scale * height)))
    return np.array(Image.fromarray(pixels_HW3).resize(size, Image.Resampling.LANCZOS))


def recompressed(pixels_HW3: Pixels, quality: int) -> Pixels:
    """The photo after a JPEG file of this quality."""
    buffer = io.BytesIO()
    Image.fromarray(pixels_HW3).save(buffer, "JPEG", quality=quality)
    return np.array(Image.open(buffer))


def toned(pixels_HW3: Pixels, gamma: float, contrast: float) -> Pixels:
    """Another tone curve: a power, and an S around the middle."""
    light = (np.arange(256) / 255) ** gamma
    curved = 0.5 + (light - 0.5) * (1 + contrast * (1 - (2 * light - 1) ** 2))
    table = np.clip(np.rint(255 * curved), 0, 255).astype(np.uint8)
    return table[pixels_HW3]


def sharpened(pixels_HW3: Pixels, amount: float) -> Pixels:
    """The unsharp mask that cameras lay on, of one pixel."""
    blurred = cv2.GaussianBlur(pixels_HW3, (0, 0), 1.0)
    return np.asarray(cv2.addWeighted(pixels_HW3, 1 + amount, blurred, -amount, 0), np.uint8)


def cropped(pixels_HW3: Pixels, aspect: float) -> Pixels:
    """The middle of the photo with this width by height, as large as fits."""
    height, width = pixels_HW3.shape[:2]
    wide, high = min(width, round(height * aspect)), min(height, round(width / aspect))
    top, left = (height - high) // 2, (width - wide) // 2
    return np.ascontiguousarray(pixels_HW3[top : top + high, left : left + wide])


REMADE: Mapping[str, Remake] = {
    **{f"long side {px}": partial(resized, long_side_px=px) for px in (256, 1024, 2048)},
    **{f"JPEG {quality}": partial(recompressed, quality=quality) for quality in (95, 85, 75, 60)},
    "lighter": partial(toned, gamma=0.87, contrast=0.0),
    "darker": partial(toned, gamma=1.15, contrast=0.0),
    "more contrast": partial(toned, gamma=1.0, contrast=0.25),
    "less contrast": partial(toned, gamma=1.0, contrast=-0.2),
    "sharpened": partial(sharpened, amount=0.4),
    "cut to 4:3": partial(cropped, aspect=4 / 3),
    "cut to 9:16": partial(cropped, aspect=9 / 16),
}


def table_of_moves(scorer: Scorer, photos: Sequence[Path], scratch: Path) -> str:
    """How far scores move from those of the photos as they are, in points of 100, in Markdown."""
    pixels = []
    for path in photos:
        with Image.open(path) as image:
            pixels.append(np.asarray(image.convert("RGB")))
    before = _scores(scorer, pixels, scratch)
    lines = [
        "| re-made | mean move | mean size of the move | 95 % move less than | order kept, SRCC |",
        "|---|---|---|---|---|",
    ]
    sizes = []
    for name, remake in REMADE.items():
        after = _scores(scorer, [remake(one) for one in pixels], scratch)
        moves = after - before
        sizes.append(np.abs(moves))
        lines.append(
            f"| {name} | {moves.mean():+.2f} | {sizes[-1].mean():.2f} "
            f"| {np.quantile(sizes[-1], 0.95):.2f} | {srcc(after, before):.3f} |"
        )
    every = np.concatenate(sizes)
    lines.append(f"| all | | {every.mean():.2f} | {np.quantile(every, 0.95):.2f} | |")
    return "\n".join(lines)


def _scores(scorer: Scorer, photos: Sequence[Pixels], scratch: Path) -> npt.NDArray[np.float64]:
    """Scores of these pixels, by way of files without loss."""
    scores = []
    path = scratch / "photo.png"
    for pixels in photos:
        Image.fromarray(pixels).save(path, compress_level=1)
        (result,) = scorer.score([path])
        if result.score_0_100 is None:
            raise RuntimeError(f"A re-made photo could not be scored: {result.error}")
        scores.append(result.score_0_100)
    return np.array(scores)
