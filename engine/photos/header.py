"""What a photo says of itself, read without decoding it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from engine.errors import UnreadablePhoto
from engine.photos.apart.distrust import TRUSTED_FORMATS, distrusted_decoder, trusted_decoder
from engine.photos.apart.long_header import is_better_apart
from engine.photos.apart.pool import the_pool
from engine.photos.failures import reason_for
from engine.photos.file_kind import HEAD_BYTES
from engine.photos.quiet_decoders import silence_decoder_warnings
from engine.photos.regular_file import open_regular

_log = logging.getLogger(__name__)

HEADER_FORMATS = (*TRUSTED_FORMATS, "TIFF")
"""Pillow's names of the formats whose headers are read here; TIFF's by Python alone."""

_READ_APART = ("HEIF", "AVIF")
_EXIF_BLOCK = 0x8769


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The stored size, the EXIF tags by number, and XMP where the format keeps it out of reach.

    >>> from engine.photos.header import Header
    >>> header = Header(width_px=40, height_px=30, tags={274: 6}, camera_tags={})
    >>> header.tags[274]  # its EXIF orientation: it lies on its right side
    6
    """

    width_px: int
    height_px: int
    tags: Mapping[int, object]
    camera_tags: Mapping[int, object]
    xmp: bytes = b""


def read_header(path: Path) -> Header:
    """The header of a photo of any format but some camera RAW. Raises UnreadablePhoto.

    `xmp` is that of HEIF and AVIF.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.photos.header import read_header
    >>> with TemporaryDirectory() as folder:
    ...     exif = Image.Exif()
    ...     exif[271] = "Brownie"
    ...     Image.new("L", (40, 30)).save(Path(folder) / "a.jpg", exif=exif)
    ...     header = read_header(Path(folder) / "a.jpg")
    >>> header.width_px, header.tags[271]
    (40, 'Brownie')
    """
    silence_decoder_warnings()
    head = b""
    try:
        with open_regular(path) as file:
            head = file.read(HEAD_BYTES)
            decoder = distrusted_decoder(path, head)
            if decoder is None and is_better_apart(file, head):
                decoder = trusted_decoder(head)
            elif decoder not in _READ_APART:
                file.seek(0)
                return _header_here(file)
        said = the_pool().metadata(path, decoder)
        exif = Image.Exif()
        exif.load(said.exif)
        return _header((said.width_px, said.height_px), exif, said.xmp)
    except UnreadablePhoto:
        raise
    # What Pillow raises for broken headers has no common base.
    except Exception as error:
        _log.debug("Could not read the header of %s", path, exc_info=True)
        raise UnreadablePhoto(path, reason_for(error, head)) from error


def _header_here(file: BinaryIO) -> Header:
    with Image.open(file, formats=HEADER_FORMATS) as image:
        return _header(image.size, image.getexif(), b"")


def _header(size_px: tuple[int, int], exif: Image.Exif, xmp: bytes) -> Header:
    return Header(
        width_px=size_px[0],
        height_px=size_px[1],
        tags=dict(exif),
        camera_tags=dict(exif.get_ifd(_EXIF_BLOCK)),
        xmp=xmp,
    )
