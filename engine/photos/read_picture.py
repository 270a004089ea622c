"""Reading whatever can be rated: files, their content, and pictures that are in memory already."""

# H W height and width in pixels, C channels

import struct
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from PIL import Image

from engine.errors import UnreadablePhoto
from engine.photos.colour import in_plain_mode
from engine.photos.decode import read_photo
from engine.photos.decode_here import bits_per_sample, photo_of, reduced
from engine.photos.deep_tiff import first_tags
from engine.photos.file_kind import is_tiff
from engine.photos.orientation import orientation_of, swaps_sides
from engine.photos.photo import Photo
from engine.photos.picture import (
    IN_MEMORY,
    Picture,
    check_size,
    checked_picture,
    image_of_array,
)
from engine.photos.quiet_decoders import silence_decoder_warnings

_RAW_BEGINNINGS = (b"FUJIFILMCCD-RAW", b"IIU\0", b"IIRO", b"IIRS", b"MMOR", b"\0MRM", b"FOVb")
_SUBFILE_TYPE, _SUB_IFDS, _DNG_VERSION = 254, 330, 50706


def read_picture(picture: Picture, *, short_side_px: int | None = None) -> Photo:
    """The photo as engine.photos.decode.read_photo gives it, whatever it is given as.

    A Pillow image is taken at its current frame, with its colour profile and EXIF orientation; an
    array is sRGB and upright. Raises UnreadablePhoto, and TypeError for what is no picture.

    >>> import numpy as np
    >>> from engine.photos.read_picture import read_picture
    >>> photo = read_picture(np.full((30, 40), 0.5))  # grey, as floats from 0 to 1
    >>> photo.pixels_HW3.shape, photo.pixels_HW3[0, 0].tolist()
    ((30, 40, 3), [128, 128, 128])
    """
    silence_decoder_warnings()
    match checked_picture(picture):
        case Path() as path:
            return read_photo(path, short_side_px=short_side_px)
        case bytes() as content:
            return _photo_in_bytes(content, short_side_px)
        case Image.Image() as image:
            return _photo_in_image(image, short_side_px)
        case array:
            return _photo_in_array(array, short_side_px)


def _photo_in_bytes(content: bytes, short_side_px: int | None) -> Photo:
    """By way of a file, so that there is one way into the decoders, which know RAW by its name."""
    with tempfile.TemporaryDirectory(prefix="discern-") as folder:
        path = Path(folder) / f"picture{'.dng' if _is_raw(content) else ''}"
        path.write_bytes(content)
        try:
            return read_photo(path, short_side_px=short_side_px)
        except UnreadablePhoto as error:
            raise UnreadablePhoto(IN_MEMORY, error.reason) from error


def _photo_in_image(image: Image.Image, short_side_px: int | None) -> Photo:
    check_size(*image.size)
    try:
        image.load()
        small = reduced(in_plain_mode(image, bits=bits_per_sample(image)), short_side_px)
        orientation = orientation_of(image) or 1
        full_size = image.size[::-1] if swaps_sides(orientation) else image.size
        return photo_of(small, image.info.get("icc_profile"), full_size, orientation)
    # Loading runs Pillow's decoders, whose errors have no common base.
    except Exception as error:
        reason = f"Pillow can't load this picture: {error or type(error).__name__}."
        raise UnreadablePhoto(IN_MEMORY, reason) from error


def _photo_in_array(array: NDArray[Any], short_side_px: int | None) -> Photo:
    image = image_of_array(array)
    return photo_of(reduced(image, short_side_px), None, image.size)


def _is_raw(content: bytes) -> bool:
    """Whether this is a camera RAW file; those that look like TIFF begin with a thumbnail."""
    is_named = content.startswith(_RAW_BEGINNINGS) or content[4:11] == b"ftypcrx"
    if is_named or content[8:10] == b"CR":
        return True
    if not is_tiff(content):
        return False
    try:
        tags = first_tags(BytesIO(content))
    except (OSError, ValueError, SyntaxError, LookupError, struct.error):
        return False  # the decoder will say what is wrong with it
    return _DNG_VERSION in tags or (_SUB_IFDS in tags and tags.get(_SUBFILE_TYPE) == 1)
