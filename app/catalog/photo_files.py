"""Which content lies at which path, so that an unchanged file need not be read again."""

import errno
import hashlib
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.catalog import plausible
from engine.photos.limits import LARGEST_FILE_BYTES
from engine.photos.regular_file import open_file

_HASH_BYTES = 20
_CHUNK_BYTES = 1 << 20
# A file changed this recently may change again within the same tick of its file system's clock
# (two seconds on FAT), so that size and time would not tell.
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """What tells without reading a file that it is still the same."""

    path: Path  # absolute
    size_bytes: int
    mtime_ns: int


def stamp_of(path: Path) -> FileStamp:
    """The stamp of a file now; raises OSError when there is no such file."""
    stat = path.stat()
    return FileStamp(
        path=Path(os.path.abspath(path)), size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns
    )


def stored_stamp(path: object, size_bytes: object, mtime_ns: object) -> FileStamp | None:
    """The stamp in a row of the catalog; None if no Discern ever wrote such a one."""
    place, size = plausible.binary(path), plausible.whole(size_bytes)
    time_ns = plausible.whole(mtime_ns, least=-plausible.MOST_WHOLE)
    if not place or b"\0" in place or size is None or time_ns is None:
        return None
    return FileStamp(path=Path(os.fsdecode(place)), size_bytes=size, mtime_ns=time_ns)


def is_settled(stamp: FileStamp) -> bool:
    """Whether the stamp can be trusted to change when the file's content does."""
    return time.time_ns() - stamp.mtime_ns > _SETTLED_NS


class HashingStopped(Exception):
    """Nobody wants to know the content of a file any more."""


def content_hash(path: Path, *, should_stop: Callable[[], bool] = lambda: False) -> bytes:
    """BLAKE2b of the whole file.

    `should_stop` is asked after every megabyte. Raises OSError when the file can't be read or is
    no photo by its size, and HashingStopped.
    """
    digest = hashlib.blake2b(digest_size=_HASH_BYTES)
    chunk = memoryview(bytearray(_CHUNK_BYTES))
    with open_file(path) as file:
        if os.fstat(file.fileno()).st_size > LARGEST_FILE_BYTES:
            raise OSError(errno.EFBIG, "it is too large for a photo", str(path))
        while num_bytes := file.readinto(chunk):  # type: ignore[attr-defined]
            digest.update(chunk[:num_bytes])
            if should_stop():
                raise HashingStopped
    return digest.digest()


def find_content(connection: sqlite3.Connection, stamp: FileStamp) -> bytes | None:
    """The content hash of an unchanged file, or None when it is new or changed."""
    row = connection.execute(
        "SELECT content_hash FROM photo_file WHERE path = ? AND size_bytes = ? AND mtime_ns = ?",
        (os.fsencode(stamp.path), stamp.size_bytes, stamp.mtime_ns),
    ).fetchone()
    return None if row is None else plausible.binary(row[0])


def store_content(connection: sqlite3.Connection, stamp: FileStamp, content: bytes) -> None:
    """Remember what lies at a path; a file that has changed takes its old row's place."""
    connection.execute(
        "INSERT OR REPLACE INTO photo_file VALUES (?, ?, ?, ?)",
        (os.fsencode(stamp.path), stamp.size_bytes, stamp.mtime_ns, content),
    )
