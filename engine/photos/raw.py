"""Camera RAW files: the camera's own preview, or else the sensor developed by LibRaw."""

import logging
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import rawpy
from PIL import Image, UnidentifiedImageError

from engine.photos.limits import check_memory, check_shape, turn_for_large
from engine.photos.memory_need import decode_bytes
from engine.photos.orientation import orientation_of, upright

_log = logging.getLogger(__name__)

_ORIENTATION_OF_FLIP = {0: 1, 3: 3, 5: 8, 6: 6}
_DEVELOP_BYTES_PER_PIXEL = 16  # the sensor, four 16-bit channels, the developed picture
_TAIL_BYTES = 64
_SHARE_OF_A_FULL_PREVIEW = 0.9


def read_raw(
    path: Path, file: BinaryIO, *, short_side_px: int | None
) -> tuple[Image.Image, bytes | None, tuple[int, int]]:
    """The upright picture, its ICC profile, and the sensor's upright width and height.

    The preview that the camera wrote is taken if its short side is at least twice short_side_px,
    or nine tenths of the sensor's. Otherwise the sensor is developed in sRGB with the camera's
    white balance and the exposure as shot: brightening it would hide an underexposed photo.

    >>> from pathlib import Path
    >>> from struct import pack
    >>> from tempfile import TemporaryDirectory
    >>> from engine.photos.raw import read_raw
    >>> sensor = {256: 96, 257: 64, 258: 16, 259: 1, 262: 32803, 273: 512, 277: 1, 279: 12288}
    >>> tags = [(tag, 4, 1, value) for tag, value in sensor.items()]  # 96 x 64 pixels of 16 bits
    >>> tags += [(33421, 3, 2, 0x20002), (33422, 1, 4, 0x2010100), (50706, 1, 4, 0x401)]  # a DNG
    >>> head = pack("<4sIH", b"II*", 8, len(tags)) + b"".join(pack("<HHII", *tag) for tag in tags)
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "night.dng"
    ...     num_bytes = path.write_bytes(head.ljust(512, bytes(1)) + bytes(12288))
    ...     with path.open("rb") as file:
    ...         image, profile, full_size = read_raw(path, file, short_side_px=None)
    >>> image.getpixel((48, 32)), profile, full_size
    ((0, 0, 0), None, (96, 64))
    """
    with _opened(path, file) as raw:
        sizes = raw.sizes
        width_px, height_px = sizes.width, sizes.height
        check_shape(path, width_px, height_px)
        swaps = sizes.flip in (5, 6)
        full_size = (height_px, width_px) if swaps else (width_px, height_px)
        enough_px = _SHARE_OF_A_FULL_PREVIEW * min(full_size)
        if short_side_px is not None:
            enough_px = min(enough_px, 2 * short_side_px)
        preview = _preview(path, file, raw, enough_px, short_side_px)
        if preview is not None:
            return *preview, full_size
        is_half_enough = short_side_px is not None and min(full_size) // 2 >= 2 * short_side_px
        return _developed(path, raw, is_half_enough=is_half_enough), None, full_size


@contextmanager
def _opened(path: Path, file: BinaryIO) -> Iterator[rawpy.RawPy]:
    """The file as LibRaw opens it; its errors that need words of their own become common ones."""
    try:
        # LibRaw reads a named file piece by piece, but rawpy passes on no name that is no text.
        with rawpy.imread(str(path) if _is_text(path) else file) as raw:
            yield raw
    except rawpy.LibRawUnsufficientMemoryError as error:  # type: ignore[attr-defined,unused-ignore]
        raise MemoryError(str(error)) from error
    except rawpy.LibRawFileUnsupportedError as error:  # type: ignore[attr-defined,unused-ignore]
        raise UnidentifiedImageError(str(error)) from error


def _is_text(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _preview(
    path: Path, file: BinaryIO, raw: rawpy.RawPy, enough_px: float, short_side_px: int | None
) -> tuple[Image.Image, bytes | None] | None:
    """The embedded preview, upright, if there is a sound one that is large enough."""
    try:
        thumbnail = raw.extract_thumb()
        if isinstance(thumbnail.data, bytes):
            image: Image.Image = Image.open(BytesIO(thumbnail.data), formats=("JPEG",))
        else:
            image = Image.fromarray(thumbnail.data)
        if min(image.size) < enough_px or not _is_whole(file, bytes(thumbnail.data[-_TAIL_BYTES:])):
            return None
        if short_side_px is not None:
            image.draft(None, (2 * short_side_px, 2 * short_side_px))
        needed_bytes = decode_bytes(image, image.size, reduction=1)
        check_memory(path, *image.size, needed_bytes)
        with turn_for_large(needed_bytes):
            image.load()
    except (rawpy.LibRawError, rawpy.NotSupportedError, OSError, ValueError, SyntaxError) as error:
        _log.debug("%s has no preview to be used: %s", path, error)
        return None
    orientation = orientation_of(image) or _ORIENTATION_OF_FLIP.get(raw.sizes.flip, 1)
    return upright(image, orientation), image.info.get("icc_profile")


def _is_whole(file: BinaryIO, tail: bytes) -> bool:
    """Whether the file holds the end of the preview.

    Where a file is cut, LibRaw hands out a preview that ends in whatever the memory held before;
    a JPEG decoder often takes that for a picture, and another one each time.
    """
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(tail) >= 0


def _developed(path: Path, raw: rawpy.RawPy, *, is_half_enough: bool) -> Image.Image:
    width_px, height_px = raw.sizes.raw_width, raw.sizes.raw_height
    needed_bytes = width_px * height_px * (6 if is_half_enough else _DEVELOP_BYTES_PER_PIXEL)
    check_memory(path, width_px, height_px, needed_bytes)
    with turn_for_large(needed_bytes):
        return Image.fromarray(
            raw.postprocess(
                half_size=is_half_enough,
                use_camera_wb=True,
                no_auto_bright=True,
                output_bps=8,
                output_color=rawpy.ColorSpace.sRGB,
            )
        )
