"""Every format that Discern reads, with the decoders of this process."""

from pathlib import Path
from typing import BinaryIO

import pi_heif
from PIL import Image, UnidentifiedImageError

from engine.photos.decode_here import photo_of, read_by_pillow, reduced
from engine.photos.file_kind import is_raw, is_tiff
from engine.photos.photo import Photo

# Named, so that no file can start a decoder that runs other programs (EPS starts Ghostscript).
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "AVIF", "HEIF")

pi_heif.register_heif_opener()


def decode_any(path: Path, file: BinaryIO, head: bytes, short_side_px: int | None) -> Photo:
    """The photo in an opened file that begins with `head`; whatever the decoders raise gets out.

    >>> from io import BytesIO
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> from engine.photos.apart.every_format import decode_any
    >>> file = BytesIO()
    >>> Image.new("L", (40, 30), 128).save(file, "PNG")
    >>> photo = decode_any(Path("a.png"), file, file.getvalue()[:16], None)
    >>> photo.pixels_HW3.shape, photo.pixels_HW3[0, 0].tolist()
    ((30, 40, 3), [128, 128, 128])
    """
    if is_raw(path, head):
        from engine.photos.raw import read_raw  # here: LibRaw takes long to load

        image, profile, full_size = read_raw(path, file, short_side_px=short_side_px)
        return photo_of(reduced(image, short_side_px), profile, full_size)
    try:
        opened: Image.Image = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError:
        if not is_tiff(head):
            raise
        from engine.photos.deep_tiff import read_deep_tiff  # here: OpenCV takes long to load

        image, profile = read_deep_tiff(path, file)
        return photo_of(reduced(image, short_side_px), profile, image.size)
    return read_by_pillow(path, opened, short_side_px)
