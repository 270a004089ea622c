"""A photo of 24 megapixels whose pixels are natural at 100 %."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from app.demo.photographs import read_photographs

WIDTH_PX, HEIGHT_PX = 6000, 4000
BLUR_RADIUS_PX = 5.0


def write_large_photo(path: Path, *, blurred: tuple[float, float, float, float] | None) -> None:
    """Stitch one of sharp photographs, beside each other at their own size, as JPEG.

    `blurred` is a part that is out of focus at 100 %: left, top, right, bottom in shares.
    """
    canvas = Image.new("RGB", (WIDTH_PX, HEIGHT_PX))
    photographs = [Image.fromarray(pixels) for pixels in read_photographs().values()]
    rng = np.random.default_rng(0)
    top = 0
    while top < HEIGHT_PX:
        left = -int(rng.integers(300))
        while left < WIDTH_PX:
            tile = photographs[int(rng.integers(len(photographs)))]
            canvas.paste(tile.crop((0, 0, tile.width, 300)), (left, top))
            left += tile.width
        top += 300
    if blurred is not None:
        box = (
            round(blurred[0] * WIDTH_PX),
            round(blurred[1] * HEIGHT_PX),
            round(blurred[2] * WIDTH_PX),
            round(blurred[3] * HEIGHT_PX),
        )
        canvas.paste(canvas.crop(box).filter(ImageFilter.GaussianBlur(BLUR_RADIUS_PX)), box[:2])
    canvas.save(path, quality=92)
