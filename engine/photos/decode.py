"""Reading one photo, whatever the format, as upright sRGB pixels in bounded memory."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from engine.errors import UnreadablePhoto
from engine.photos.colour import in_plain_mode, to_srgb
from engine.photos.deep_tiff import is_tiff, read_deep_tiff
from engine.photos.failures import reason_for
from engine.photos.limits import check_memory, check_shape, turn_for_large
from engine.photos.memory_need import decode_bytes
from engine.photos.orientation import orientation_of, swaps_sides, upright
from engine.photos.quiet_decoders import silence_decoder_warnings
from engine.photos.raw import is_raw, read_raw
from engine.photos.regular_file import open_regular

# H W height and width in pixels, 3 red, green, blue

_log = logging.getLogger(__name__)

# Named, so that no file can start a decoder that runs other programs (EPS starts Ghostscript).
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "AVIF", "HEIF")
_HEAD_BYTES = 16
_BITS_PER_SAMPLE = 258

# Pillow's own limit counts pixels alone: it would refuse a 200-megapixel JPEG that takes 4 MB when
# drafted. engine.photos.limits counts bytes, before each decode in this package.
Image.MAX_IMAGE_PIXELS = None
pi_heif.register_heif_opener()


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A decoded photo; the sizes are those of the whole upright photo, before any reduction.

    >>> import numpy as np
    >>> from engine.photos.decode import Photo
    >>> photo = Photo(pixels_HW3=np.zeros((500, 750, 3), np.uint8), width_px=6000, height_px=4000)
    >>> photo.width_px / photo.pixels_HW3.shape[1]  # it was decoded at an eighth of its size
    8.0
    """

    pixels_HW3: NDArray[np.uint8]
    width_px: int
    height_px: int


def read_photo(path: Path, *, short_side_px: int | None = None) -> Photo:
    """The photo as uint8 sRGB, upright, C-contiguous; UnreadablePhoto whatever is wrong with it.

    With short_side_px the photo may come reduced, as long as its short side stays at least twice
    that; without, it comes whole. Of several frames or pages the first is read. `colour` says how
    other colours become sRGB, `limits` what is too large or too small. May be called from several
    threads at once; large pictures then wait for each other.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.photos.decode import read_photo
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "clear red.png"
    ...     Image.new("RGBA", (40, 30), (255, 0, 0, 0)).save(path)
    ...     photo = read_photo(path)
    >>> photo.pixels_HW3.shape, photo.pixels_HW3[0, 0].tolist()  # mid-grey shows through
    ((30, 40, 3), [128, 128, 128])
    """
    silence_decoder_warnings()
    head = b""
    try:
        with open_regular(path) as file:
            head = file.read(_HEAD_BYTES)
            file.seek(0)
            return _decoded(path, file, head, short_side_px)
    except UnreadablePhoto:
        raise
    # The edge to foreign decoders: what they raise for broken bytes has no common base or limit,
    # and one bad file must cost one row.
    except Exception as error:
        _log.debug("Could not decode %s", path, exc_info=True)
        raise UnreadablePhoto(path, reason_for(error, head)) from error


def _decoded(path: Path, file: BinaryIO, head: bytes, short_side_px: int | None) -> Photo:
    if is_raw(path, head):
        image, profile, full_size = read_raw(path, file, short_side_px=short_side_px)
        return _photo(_reduced(image, short_side_px), profile, full_size)
    try:
        opened: Image.Image = Image.open(file, formats=_FORMATS)
    except UnidentifiedImageError:
        if not is_tiff(head):
            raise
        image, profile = read_deep_tiff(path, file)
        return _photo(_reduced(image, short_side_px), profile, image.size)
    return _read_by_pillow(path, opened, short_side_px)


def _read_by_pillow(path: Path, image: Image.Image, short_side_px: int | None) -> Photo:
    full_size = image.size
    check_shape(path, *full_size)
    if short_side_px is not None:
        image.draft(None, (2 * short_side_px, 2 * short_side_px))
    needed_bytes = decode_bytes(
        image, full_size, reduction=_reduction_factor(image.size, short_side_px)
    )
    check_memory(path, *full_size, needed_bytes)
    with turn_for_large(needed_bytes):
        image.load()
        orientation = orientation_of(image) or 1
        if swaps_sides(orientation):
            full_size = full_size[::-1]
        profile = image.info.get("icc_profile")
        small = _reduced(in_plain_mode(image, bits=_bits_per_sample(image)), short_side_px)
        del image
        return _photo(small, profile, full_size, orientation)


def _photo(
    image: Image.Image, profile: bytes | None, full_size: tuple[int, int], orientation: int = 1
) -> Photo:
    return Photo(
        pixels_HW3=np.array(upright(to_srgb(image, profile), orientation)),  # writeable, as a copy
        width_px=full_size[0],
        height_px=full_size[1],
    )


def _reduced(image: Image.Image, short_side_px: int | None) -> Image.Image:
    """A much too large picture averaged over blocks of pixels, so that all later steps are fast."""
    factor = _reduction_factor(image.size, short_side_px)
    return image if factor == 1 else image.reduce(factor)


def _reduction_factor(size: tuple[int, int], short_side_px: int | None) -> int:
    return 1 if short_side_px is None else max(1, min(size) // (2 * short_side_px))


def _bits_per_sample(image: Image.Image) -> int:
    """How many bits of a 16-bit sample are in use; TIFF files of 12 bits exist."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return 16
    bits = image.tag_v2.get(_BITS_PER_SAMPLE, (16,))
    return int(bits[0]) if 8 < bits[0] < 16 else 16
