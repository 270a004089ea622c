"""Makers of good, odd and broken photo files, each written into a folder and returned.

Tests reach this module through the fixtures `odd_files` (the module) and `odd_folder` (all files).
"""

from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image


def picture(width_px: int = 320, height_px: int = 240) -> Image.Image:
    """A made-up photo: a colour gradient with some texture, the same every time."""
    rows, columns = np.mgrid[0:height_px, 0:width_px]
    red = 255 * columns / max(1, width_px - 1)
    green = 255 * rows / max(1, height_px - 1)
    blue = 127 + 90 * np.sin(columns / 7) * np.cos(rows / 5)
    return Image.fromarray(np.stack([red, green, blue], axis=-1).astype(np.uint8))


def good_jpeg(folder: Path, name: str = "good.jpg") -> Path:
    picture().save(folder / name, quality=90)
    return folder / name


def truncated_jpeg(folder: Path) -> Path:
    path = good_jpeg(folder, "truncated.jpg")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def zero_byte_file(folder: Path) -> Path:
    path = folder / "empty.jpg"
    path.touch()
    return path


def text_named_jpg(folder: Path) -> Path:
    path = folder / "text.jpg"
    path.write_text("This is a shopping list.\nMilk, bread, film.\n", encoding="utf-8")
    return path


def one_pixel_png(folder: Path) -> Path:
    Image.new("RGB", (1, 1), "red").save(folder / "one_pixel.png")
    return folder / "one_pixel.png"


def cmyk_jpeg(folder: Path) -> Path:
    """Without a profile, and inverted in the file, as Adobe's and Pillow's are."""
    picture().convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    return folder / "cmyk.jpg"


def sixteen_bit_png(folder: Path) -> Path:
    """Colour in 16 bits; OpenCV writes it, as Pillow can't."""
    samples = np.asarray(picture())[..., ::-1].astype(np.uint16) * 257
    ok, encoded = cv2.imencode(".png", samples)
    assert ok
    (folder / "sixteen_bit.png").write_bytes(encoded.tobytes())
    return folder / "sixteen_bit.png"


def animated_gif(folder: Path) -> Path:
    """The first frame is the picture, the later ones are black and white."""
    later = [Image.new("RGB", (320, 240), colour) for colour in ("black", "white")]
    picture().save(
        folder / "animated.gif", save_all=True, append_images=later, duration=100, loop=0
    )
    return folder / "animated.gif"


def rotated_phone_photo(folder: Path) -> Path:
    """Stored lying (320 x 240) with EXIF orientation 6: upright it is 240 x 320."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Phone"
    picture().save(folder / "rotated.jpg", quality=90, exif=exif)
    return folder / "rotated.jpg"


def name_with_spaces_and_emoji(folder: Path) -> Path:
    return good_jpeg(folder, "my holiday 🏖️ photo.jpg")


READABLE = (
    good_jpeg,
    cmyk_jpeg,
    sixteen_bit_png,
    animated_gif,
    rotated_phone_photo,
    name_with_spaces_and_emoji,
)
UNREADABLE = (truncated_jpeg, zero_byte_file, text_named_jpg, one_pixel_png)


def make_readable(folder: Path) -> list[Path]:
    """One file of every readable kind."""
    return [make(folder) for make in READABLE]


def make_unreadable(folder: Path) -> list[Path]:
    """One file of every kind that gets a reason instead of a score."""
    return [make(folder) for make in UNREADABLE]
