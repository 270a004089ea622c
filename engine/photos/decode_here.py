"""Decoding a file that is open already, with the decoders of this process."""

from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, TiffImagePlugin

from engine.photos.colour import in_plain_mode, to_srgb
from engine.photos.limits import check_memory, check_shape, turn_for_large
from engine.photos.memory_need import decode_bytes
from engine.photos.orientation import orientation_of, swaps_sides, upright
from engine.photos.photo import Photo

_BITS_PER_SAMPLE = 258

# Pillow's own limit counts pixels alone: it would refuse a 200-megapixel JPEG that takes 4 MB when
# drafted. engine.photos.limits counts bytes, before each decode in this package.
Image.MAX_IMAGE_PIXELS = None


def decode_here(
    path: Path,
    file: BinaryIO,
    *,
    short_side_px: int | None,
    formats: tuple[str, ...],
) -> Photo:
    """The photo in an opened file, decoded by Pillow; whatever the decoders raise gets out.

    `formats` are Pillow's names of those that may be tried.

    >>> from io import BytesIO
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> from engine.photos.decode_here import decode_here
    >>> file = BytesIO()
    >>> Image.new("L", (40, 30), 128).save(file, "PNG")
    >>> photo = decode_here(Path("a.png"), file, short_side_px=None, formats=("PNG",))
    >>> photo.pixels_HW3.shape, photo.pixels_HW3[0, 0].tolist()
    ((30, 40, 3), [128, 128, 128])
    """
    return read_by_pillow(path, Image.open(file, formats=formats), short_side_px)


def read_by_pillow(path: Path, image: Image.Image, short_side_px: int | None) -> Photo:
    """The photo in a picture that Pillow has opened and not loaded.

    >>> from pathlib import Path
    >>> from PIL import Image
    >>> from engine.photos.decode_here import read_by_pillow
    >>> photo = read_by_pillow(Path("a.png"), Image.new("L", (600, 400)), 100)
    >>> photo.pixels_HW3.shape, photo.width_px  # half of it is twice what is needed
    ((200, 300, 3), 600)
    """
    full_size = image.size
    check_shape(path, *full_size)
    if short_side_px is not None:
        image.draft(None, (2 * short_side_px, 2 * short_side_px))
    needed_bytes = decode_bytes(
        image, full_size, reduction=reduction_factor(image.size, short_side_px)
    )
    check_memory(path, *full_size, needed_bytes)
    with turn_for_large(needed_bytes):
        image.load()
        orientation = orientation_of(image) or 1
        if swaps_sides(orientation):
            full_size = full_size[::-1]
        profile = image.info.get("icc_profile")
        small = reduced(in_plain_mode(image, bits=bits_per_sample(image)), short_side_px)
        del image
        return photo_of(small, profile, full_size, orientation)


def photo_of(
    image: Image.Image, profile: bytes | None, full_size: tuple[int, int], orientation: int = 1
) -> Photo:
    """The photo in a picture in plain mode, to be turned by an EXIF orientation.

    >>> from PIL import Image
    >>> from engine.photos.decode_here import photo_of
    >>> photo_of(Image.new("RGB", (40, 30)), None, (30, 40), 6).pixels_HW3.shape  # 6: it lay
    (40, 30, 3)
    """
    return Photo(
        pixels_HW3=np.array(upright(to_srgb(image, profile), orientation)),  # writeable, as a copy
        width_px=full_size[0],
        height_px=full_size[1],
    )


def reduced(image: Image.Image, short_side_px: int | None) -> Image.Image:
    """A much too large picture averaged over blocks of pixels, so that all later steps are fast.

    >>> from PIL import Image
    >>> from engine.photos.decode_here import reduced
    >>> reduced(Image.new("L", (600, 400)), 100).size  # 200 is twice what is needed
    (300, 200)
    """
    factor = reduction_factor(image.size, short_side_px)
    return image if factor == 1 else image.reduce(factor)


def reduction_factor(size: tuple[int, int], short_side_px: int | None) -> int:
    """Over how many pixels each way a picture is averaged, so that its short side stays enough.

    >>> from engine.photos.decode_here import reduction_factor
    >>> reduction_factor((600, 400), 100), reduction_factor((600, 400), None)
    (2, 1)
    """
    return 1 if short_side_px is None else max(1, min(size) // (2 * short_side_px))


def bits_per_sample(image: Image.Image) -> int:
    """How many bits of a 16-bit sample are in use; TIFF files of 12 bits exist.

    >>> from PIL import Image
    >>> from engine.photos.decode_here import bits_per_sample
    >>> bits_per_sample(Image.new("I;16", (4, 3)))
    16
    """
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return 16
    bits = image.tag_v2.get(_BITS_PER_SAMPLE, (16,))
    return int(bits[0]) if 8 < bits[0] < 16 else 16
