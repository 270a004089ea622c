"""Turning a picture the way it was held: EXIF orientations 1 to 8."""

import logging
import struct

from PIL import ExifTags, Image

_log = logging.getLogger(__name__)

_TURN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation_of(image: Image.Image) -> int | None:
    """The orientation still to be applied, 1 to 8; None if the picture states none that is valid.

    To be asked after loading: some formats turn the picture themselves and then forget the tag.

    >>> from PIL import ExifTags, Image
    >>> from engine.photos.orientation import orientation_of
    >>> image = Image.new("RGB", (4, 3))
    >>> orientation_of(image) is None  # it states none
    True
    >>> image.getexif()[ExifTags.Base.Orientation] = 6
    >>> orientation_of(image)
    6
    """
    try:
        stated = image.getexif().get(ExifTags.Base.Orientation)
    except (OSError, ValueError, TypeError, LookupError, SyntaxError, EOFError, struct.error) as e:
        _log.debug("Unreadable EXIF was ignored: %s", e)
        return None
    return stated if isinstance(stated, int) and 1 <= stated <= 8 else None


def swaps_sides(orientation: int) -> bool:
    """Whether width and height change places in the upright picture.

    >>> from engine.photos.orientation import swaps_sides
    >>> [orientation for orientation in range(1, 9) if swaps_sides(orientation)]
    [5, 6, 7, 8]
    """
    return orientation >= 5


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as it should be seen.

    >>> from PIL import Image
    >>> from engine.photos.orientation import upright
    >>> lying = Image.new("L", (4, 3))
    >>> lying.putpixel((0, 0), 255)  # upper left
    >>> standing = upright(lying, 6)  # a quarter to the right
    >>> standing.size, standing.getpixel((2, 0))
    ((3, 4), 255)
    """
    turn = _TURN.get(orientation)
    return image if turn is None else image.transpose(turn)
