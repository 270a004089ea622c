"""Files of a trusted format that still would cost too much time or memory in this process.

Pillow goes through what stands before the pixels piece by piece, and joins pieces of EXIF in
quadratic time: a JPEG of ten megabytes that holds nothing else takes minutes.
"""

import os
import struct
from typing import BinaryIO

_MOST_SEGMENTS = 2_000  # photos have some dozens, 360 at most when depth maps or panoramas are in
_MOST_CHUNKS = 100_000  # libpng writes one for every 8 kB of a picture
_MOST_BYTES = 256_000_000  # WebP is read whole


def is_better_apart(file: BinaryIO, head: bytes) -> bool:
    """Whether an opened file that begins with `head` should be decoded within limits.

    >>> from io import BytesIO
    >>> from engine.photos.apart.long_header import is_better_apart
    >>> begin, empty = bytes([0xFF, 0xD8]), bytes([0xFF, 0xE5, 0, 2])
    >>> is_better_apart(BytesIO(begin + 10 * empty), begin)
    False
    >>> is_better_apart(BytesIO(begin + 10_000 * empty), begin)
    True
    """
    if file.seek(0, os.SEEK_END) > _MOST_BYTES:
        return True
    if head.startswith(b"\xff\xd8"):
        return _has_many_segments(file)
    return head.startswith(b"\x89PNG") and _has_many_chunks(file)


def _has_many_segments(file: BinaryIO) -> bool:
    """Whether a JPEG has more segments before its first scan than any photo."""
    file.seek(2)
    for _ in range(_MOST_SEGMENTS):
        head = file.read(4)
        if len(head) < 4:
            return False
        mark, kind, length = struct.unpack(">BBH", head)
        if mark != 0xFF or kind == 0xFF:  # filled up, or no segment: look for the next mark
            file.seek(-3, os.SEEK_CUR)
        elif kind in (0xD9, 0xDA):
            return False
        else:
            file.seek(length - 2, os.SEEK_CUR)
    return True


def _has_many_chunks(file: BinaryIO) -> bool:
    """Whether a PNG has more chunks than a picture of that size needs."""
    file.seek(8)
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return False
        file.seek(int.from_bytes(head[:4], "big") + 4, os.SEEK_CUR)
    return True
