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
    """Put a file in the place of another, which may be there and may be held for a moment.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.files.atomic_write import replace
    >>> with TemporaryDirectory() as folder:
    ...     old, new = Path(folder) / "scores.csv", Path(folder) / "new.csv"
    ...     num_written = old.write_text("a.jpg,40"), new.write_text("a.jpg,62")
    ...     replace(new, old)
    ...     old.read_text(), new.exists()
    ('a.jpg,62', False)
    """
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

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.files.atomic_write import write_whole
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "black.png"
    ...     write_whole(path, lambda temporary: Image.new("L", (2, 2)).save(temporary, "PNG"))
    ...     [found.name for found in Path(folder).iterdir()]  # nothing half-written is left
    ['black.png']
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
    """Put `content` in the file `path`.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.files.atomic_write import write_bytes
    >>> with TemporaryDirectory() as folder:
    ...     write_bytes(Path(folder) / "scores.csv", b"a.jpg,62")
    ...     (Path(folder) / "scores.csv").read_bytes()
    b'a.jpg,62'
    """
    write_chunks(path, (content,))


def write_chunks(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file piece by piece, for content too large to hold at once.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.files.atomic_write import write_chunks
    >>> with TemporaryDirectory() as folder:
    ...     write_chunks(Path(folder) / "scores.csv", (b"a.jpg,", b"62"))
    ...     (Path(folder) / "scores.csv").read_bytes()
    b'a.jpg,62'
    """

    def write(temporary: Path) -> None:
        with temporary.open("wb") as stream:
            stream.writelines(chunks)

    write_whole(path, write)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files in `folder` that a killed process left behind.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.files.atomic_write import remove_leftovers
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("scores.csv", ".discern.4711-0123abcd.part"):
    ...         (Path(folder) / name).touch()
    ...     remove_leftovers(Path(folder))
    ...     [path.name for path in Path(folder).iterdir()]
    ['scores.csv']
    """
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
