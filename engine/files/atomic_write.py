"""Files that are either the old ones or the new ones, whole, whatever happens in between.

The only place where a file is made under another name and then put in its own. Errors are those
of the system: each package says in its own words what could not be written.
"""

import contextlib
import os
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

_TEMPORARY_NAME = re.compile(r"\..+\.\d+-[0-9a-f]{8}(\.\w+)?")
_WINDOWS_RETRIES = 20
_WINDOWS_PAUSE_S = 0.1

# Puts the finished file, its first argument, in the place of its second.
Puts = Callable[[Path, Path], None]


def replace(finished: Path, path: Path) -> None:
    """Put a file in the place of another, which may be there and may be held for a moment."""
    # On Windows a virus scanner or a reader may hold the old file for a moment.
    retries = _WINDOWS_RETRIES if sys.platform == "win32" else 0
    for _ in range(retries):
        try:
            os.replace(finished, path)
        except PermissionError:
            time.sleep(_WINDOWS_PAUSE_S)
        else:
            return
    os.replace(finished, path)


def write_whole(
    path: Path,
    write: Callable[[Path], None],
    *,
    put: Puts = replace,
    is_flushed: bool = True,
) -> None:
    """Let `write` make the file under a temporary name, then put it in the place of `path`.

    The temporary name lies in the same folder and ends in .part, so that nobody takes it for a
    photo. The file gets the rights of the one that it replaces, else those that new files have
    here. When anything goes wrong the temporary file is removed, `path` stays as it was, and the
    error passes through. With
    `is_flushed` off the disk may take its time: for what can be made again. A link at `path` is
    replaced, not followed.
    """
    temporary = path.parent / f".discern.{os.getpid()}-{uuid.uuid4().hex[:8]}.part"
    try:
        temporary.touch(exist_ok=False)
        rights = _rights_of(path) or temporary.stat().st_mode & 0o777
        write(temporary)
        if is_flushed:
            _flush_file(temporary)
        with contextlib.suppress(OSError):  # a drive without these rights
            temporary.chmod(rights)  # some writers make files that only we could read
        put(temporary, path)
        if is_flushed:
            _flush_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` in the file `path`."""
    write_chunks(path, (content,))


def write_chunks(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file piece by piece, for content too large to hold at once."""

    def write(temporary: Path) -> None:
        with temporary.open("wb") as stream:
            stream.writelines(chunks)

    write_whole(path, write)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files in `folder` that a killed process left behind."""
    for path in folder.iterdir():
        if _TEMPORARY_NAME.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _rights_of(path: Path) -> int | None:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return None


def _flush_file(path: Path) -> None:
    # Windows flushes only what is open for writing.
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    # Else a power cut could bring the old name back. Windows can't open folders and needs no such.
    # The file itself is on the disk by now, so a drive that knows no such flush is no failure.
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
