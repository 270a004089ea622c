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
    """
    try:
        stated = image.getexif().get(ExifTags.Base.Orientation)
    except (OSError, ValueError, TypeError, LookupError, SyntaxError, EOFError, struct.error) as e:
        _log.debug("Unreadable EXIF was ignored: %s", e)
        return None
    return stated if isinstance(stated, int) and 1 <= stated <= 8 else None


def swaps_sides(orientation: int) -> bool:
    """Whether width and height change places in the upright picture."""
    return orientation >= 5


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as it should be seen."""
    turn = _TURN.get(orientation)
    return image if turn is None else image.transpose(turn)
