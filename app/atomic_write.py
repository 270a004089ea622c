"""Results that are either whole or not there, and why one could not be written."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from app.errors import OutputNotWritten
from engine.files import atomic_write


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path`, replacing what was there only once all of it is on the disk."""
    write_chunks(path, (content,))


def write_chunks(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file piece by piece, for content too large to hold at once.

    A link is followed; a device or pipe (such as /dev/null) is written to as it is.

    Raises:
        OutputNotWritten: the folder is missing or refuses, or the disk is full.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            with target.open("wb") as stream:
                stream.writelines(chunks)
        else:
            atomic_write.write_chunks(target, chunks)
    except OSError as error:
        raise _not_written(path, error) from error


def check_writable(path: Path) -> None:
    """Raise OutputNotWritten now if `path` plainly can't be written later."""
    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise _not_written(path, IsADirectoryError("it is a folder"))
        if target.is_file() or not target.exists():
            with tempfile.TemporaryFile(prefix=".discern-", dir=target.parent):
                pass
    except OSError as error:
        raise _not_written(path, error) from error


def make_folder(folder: Path) -> None:
    """Make a folder for results; raises OutputNotWritten where it can't be had."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(prefix=".discern-", dir=folder):
            pass
    except OSError as error:
        raise _not_written(folder, error) from error


def _not_written(path: Path, error: OSError) -> OutputNotWritten:
    reason = error.strerror or str(error)
    return OutputNotWritten(f"{path} could not be written: {reason}.")
