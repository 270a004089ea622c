"""What can be rated: a file by its path or content, or a picture that is in memory already."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import UnreadablePhoto
from engine.photos.colour import in_eight_bits
from engine.photos.limits import LARGEST_PIXELS, check_memory, check_shape

# H W height and width in pixels, C channels

Picture = str | os.PathLike[str] | bytes | bytearray | memoryview | Image.Image | NDArray[Any]

IN_MEMORY = Path("picture in memory")
"""What stands for a path where a picture has none."""

_TAKEN = (
    "Taken are the path of a photo (str or Path), the bytes of an image file, a Pillow image, or a "
    "NumPy array (H, W, 3), (H, W, 4), (H, W, 1) or (H, W) of uint8, uint16, or floats from 0 to 1."
)
_CHANNELS = (1, 3, 4)
# Resampling oversteps the range a little; one level of 8 bits is forgiven.
_OVERSTEP = 1 / 255


def checked_picture(picture: object) -> Path | bytes | Image.Image | NDArray[Any]:
    """The picture, a path as Path; TypeError naming what is taken for anything else.

    >>> from engine.photos.picture import checked_picture
    >>> checked_picture("a.jpg").suffix, checked_picture(bytearray(b"II*"))
    ('.jpg', b'II*')
    >>> checked_picture(62)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    TypeError: This is no picture but an int. Taken are the path of a photo (str or Path), ...
    """
    match picture:
        case str() | os.PathLike():
            return Path(picture)
        case bytes() | bytearray() | memoryview():
            return bytes(picture)
        case Image.Image():
            return picture
        case np.ndarray():
            return _checked_array(picture)
    raise TypeError(f"This is no picture but {_kind(picture)}. {_TAKEN}")


def checked_pictures(pictures: Iterable[Picture]) -> Iterable[Picture]:
    """Several pictures; TypeError for a single one, which would be taken apart, and for no list.

    >>> from engine.photos.picture import checked_pictures
    >>> checked_pictures(["a.jpg", "b.jpg"])
    ['a.jpg', 'b.jpg']
    >>> checked_pictures("a.jpg")
    Traceback (most recent call last):
        ...
    TypeError: Several pictures are wanted, and this is one, a str. Put it into a list.
    """
    is_one = isinstance(pictures, str | bytes | bytearray | memoryview | os.PathLike | Image.Image)
    if isinstance(pictures, np.ndarray):
        is_one = pictures.ndim != 4
    if is_one:
        raise TypeError(
            f"Several pictures are wanted, and this is one, {_kind(pictures)}. Put it into a list."
        )
    if not isinstance(pictures, Iterable):
        raise TypeError(f"Several pictures are wanted, and this is {_kind(pictures)}. {_TAKEN}")
    return pictures


def place_of(picture: Picture) -> Path:
    """Where a picture lies; IN_MEMORY for one that is no file.

    >>> from engine.photos.picture import place_of
    >>> place_of("a.jpg").name, place_of(b"II*").name
    ('a.jpg', 'picture in memory')
    """
    return Path(picture) if isinstance(picture, str | os.PathLike) else IN_MEMORY


def image_of_array(array: NDArray[Any]) -> Image.Image:
    """A checked array as a Pillow image of 8 bits per channel.

    Raises TypeError for floats outside 0 to 1, UnreadablePhoto for values that are not numbers, and
    for a picture that is too small, too narrow or too large.

    >>> import numpy as np
    >>> from engine.photos.picture import image_of_array
    >>> image = image_of_array(np.full((30, 40), 0.5))
    >>> image.size, image.getpixel((0, 0))
    ((40, 30), 128)
    """
    height_px, width_px = array.shape[:2]
    check_size(width_px, height_px)
    if array.dtype.kind == "f":
        array = _eight_bits_of_floats(array)
    elif array.dtype.itemsize == 2:
        array = in_eight_bits(array.astype(np.uint16, copy=False))
    flat = array[:, :, 0] if array.ndim == 3 and array.shape[2] == 1 else array
    return Image.fromarray(np.ascontiguousarray(flat))


def check_size(width_px: int, height_px: int) -> None:
    """Refuses, with UnreadablePhoto, what no file of that size would be rated for either.

    >>> from engine.photos.picture import check_size
    >>> check_size(640, 480)
    >>> check_size(640, 8)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.UnreadablePhoto: picture in memory: The picture is 640 x 8 pixels, ...
    """
    check_shape(IN_MEMORY, width_px, height_px)
    if width_px * height_px > LARGEST_PIXELS:
        check_memory(IN_MEMORY, width_px, height_px, 0)


def _checked_array(array: NDArray[Any]) -> NDArray[Any]:
    has_shape = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in _CHANNELS)
    has_type = array.dtype in (np.uint8, np.uint16) or (
        array.dtype.kind == "f" and array.dtype.itemsize <= 8
    )
    is_swapped_16_bit = array.dtype.kind == "u" and array.dtype.itemsize == 2
    if has_shape and (has_type or is_swapped_16_bit):
        return array
    hint = ""
    if array.ndim == 3 and array.shape[0] in _CHANNELS and not has_shape:
        hint = " Channels come last here: array.transpose(1, 2, 0)."
    raise TypeError(
        f"This is no picture but an array of {array.dtype} with the shape {array.shape}.{hint} "
        f"{_TAKEN}"
    )


def _eight_bits_of_floats(array: NDArray[Any]) -> NDArray[np.uint8]:
    lowest, highest = float(array.min()), float(array.max())
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise UnreadablePhoto(IN_MEMORY, "The picture holds values that are not numbers.")
    if lowest < -_OVERSTEP or highest > 1 + _OVERSTEP:
        raise TypeError(
            f"This picture's floats run from {lowest:g} to {highest:g}; they must be from 0 to 1. "
            f"{_TAKEN}"
        )
    return in_eight_bits(np.clip(array, 0, 1))


def _kind(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"
