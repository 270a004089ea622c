"""The XMP packet inside a photo file, found without decoding the photo."""

import logging
import struct
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from engine.errors import UnreadablePhoto
from engine.photos.header import read_header
from engine.photos.regular_file import open_file

_log = logging.getLogger(__name__)

_MAX_PACKET_BYTES = 8 << 20
# In front of the packet. A download that stopped can hold gigabytes of zeros, which read as chunks
# without content: minutes of nothing.
_MOST_PIECES = 200_000
_JPEG_MARK = b"http://ns.adobe.com/xap/1.0/\0"
_PNG_KEYWORD = b"XML:com.adobe.xmp\0"
_TIFF_XMP_TAG = 700
_TIFF_HEADS = (b"II*\0", b"MM\0*", b"IIRO", b"IIRS", b"MMOR", b"IIU\0")
_CR3_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def embedded_packet(path: Path) -> bytes | None:
    """The bytes of the packet, or None where there is none or the file can't be read."""
    try:
        with open_file(path) as file:
            packet = _find(path, file)
    except (OSError, ValueError, struct.error, zlib.error, UnreadablePhoto) as error:
        _log.debug("No XMP was read from %s: %s", path, error)
        return None
    return packet.rstrip(b"\0 \r\n\t") if packet else None


def _find(path: Path, file: BinaryIO) -> bytes | None:
    head = file.read(16)
    file.seek(0)
    if head.startswith(b"\xff\xd8"):
        return _in_jpeg(file)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _in_png(file)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _in_webp(file)
    if head.startswith(_TIFF_HEADS):
        return _in_tiff(file)
    if head[4:8] == b"ftyp":
        return _in_boxes(file) if head[8:12] == b"crx " else read_header(path).xmp
    return None


def _read(file: BinaryIO, num_bytes: int) -> bytes:
    if num_bytes > _MAX_PACKET_BYTES:
        raise ValueError("the packet is too large")
    content = file.read(num_bytes)
    if len(content) < num_bytes:
        raise ValueError("the file ends early")
    return content


def _in_jpeg(file: BinaryIO) -> bytes | None:
    file.seek(2)
    for _ in range(_MOST_PIECES):
        mark, kind, length = struct.unpack(">BBH", _read(file, 4))
        if mark != 0xFF or kind in (0xD9, 0xDA) or length < 2:  # the picture itself begins
            return None
        if kind == 0xE1:
            content = _read(file, length - 2)
            if content.startswith(_JPEG_MARK):
                return content[len(_JPEG_MARK) :]
        else:
            file.seek(length - 2, 1)
    return None


def _in_png(file: BinaryIO) -> bytes | None:
    file.seek(8)
    for _ in range(_MOST_PIECES):
        length, kind = struct.unpack(">I4s", _read(file, 8))
        if kind == b"IEND":
            return None
        if kind == b"iTXt":
            content = _read(file, length)
            if content.startswith(_PNG_KEYWORD):
                return _in_text_chunk(content[len(_PNG_KEYWORD) :])
            file.seek(4, 1)
        else:
            file.seek(length + 4, 1)
    return None


def _in_text_chunk(content: bytes) -> bytes:
    """The text of an iTXt chunk, of which everything after the keyword is given."""
    is_packed, rest = content[:1] != b"\0", content[2:]
    language_keyword_text = rest.split(b"\0", 2)
    if len(language_keyword_text) < 3:
        raise ValueError("the text chunk ends early")
    packet = language_keyword_text[2]
    return _unpacked(packet) if is_packed else packet


def _unpacked(packet: bytes) -> bytes:
    return zlib.decompressobj().decompress(packet, _MAX_PACKET_BYTES)


def _in_webp(file: BinaryIO) -> bytes | None:
    file.seek(12)
    for _ in range(_MOST_PIECES):
        kind, length = struct.unpack("<4sI", _read(file, 8))
        if kind == b"XMP ":
            return _read(file, length)
        file.seek(length + length % 2, 1)
    return None


def _in_tiff(file: BinaryIO) -> bytes | None:
    """From the first directory; most camera RAW files are TIFF files in this respect."""
    order = "<" if _read(file, 2) == b"II" else ">"
    file.seek(4)
    (offset,) = struct.unpack(f"{order}I", _read(file, 4))
    file.seek(offset)
    (count,) = struct.unpack(f"{order}H", _read(file, 2))
    for _ in range(count):
        tag, _kind, length, place = struct.unpack(f"{order}HHII", _read(file, 12))
        if tag == _TIFF_XMP_TAG:
            file.seek(place)
            return _read(file, length)
    return None


def _in_boxes(file: BinaryIO) -> bytes | None:
    """From Canon's CR3, which keeps the packet in a box of its own at the top."""
    for kind, length in islice(_boxes(file), _MOST_PIECES):
        if kind == b"uuid" and length >= 16:
            start = file.tell()
            if _read(file, 16) == _CR3_XMP:
                return _read(file, length - 16)
            file.seek(start)
    return None


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """The boxes at the top, the file standing at the content of each; length 0 is the last's."""
    end = file.seek(0, 2)
    start = 0
    while start + 8 <= end:
        file.seek(start)
        length, kind = struct.unpack(">I4s", _read(file, 8))
        head = 8
        if length == 1:
            (length,) = struct.unpack(">Q", _read(file, 8))
            head = 16
        length = length or end - start
        if length < head:
            return
        yield kind, length - head
        start += length
