"""Opening a file that may be missing, locked, a folder, or a pipe that never ends."""

import errno
import stat
from pathlib import Path
from typing import BinaryIO

from engine.errors import UnreadablePhoto
from engine.photos.limits import LARGEST_FILE_BYTES


def open_regular(path: Path) -> BinaryIO:
    """The photo opened for reading; pipes and devices are refused unopened, as they may block.

    UnreadablePhoto for those, for folders and for empty files; OSError for what can't be opened.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.photos.regular_file import open_regular
    >>> with TemporaryDirectory() as folder:
    ...     try:
    ...         open_regular(Path(folder))
    ...     except Exception as error:
    ...         error.reason
    'This is a folder, not a photo.'
    """
    info = path.stat()
    if stat.S_ISDIR(info.st_mode):
        raise UnreadablePhoto(path, "This is a folder, not a photo.")
    if not stat.S_ISREG(info.st_mode):
        raise UnreadablePhoto(path, "This is a device or a pipe, not a photo.")
    if info.st_size == 0:
        raise UnreadablePhoto(path, "The file is empty.")
    if info.st_size > LARGEST_FILE_BYTES:
        raise UnreadablePhoto(
            path,
            f"The file has {info.st_size / 1e9:.1f} GB; the limit for a photo is "
            f"{LARGEST_FILE_BYTES / 1e9:.0f} GB.",
        )
    return path.open("rb")


def open_file(path: Path) -> BinaryIO:
    """Any file opened for reading; OSError where it can't be, or is none that ends.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.photos.regular_file import open_file
    >>> with TemporaryDirectory() as folder:
    ...     try:
    ...         open_file(Path(folder))
    ...     except OSError as error:
    ...         error.strerror
    'it is a folder'
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe", str(path))
    return path.open("rb")
