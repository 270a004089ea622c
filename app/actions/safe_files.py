"""Moving and copying single files without ever overwriting one or leaving half of one."""

import errno
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from engine.files.atomic_write import write_whole
from engine.photos.regular_file import open_file

# What file systems without hard links (FAT, exFAT, many network drives) say of them.
_NO_HARD_LINKS = {
    errno.EPERM,
    errno.EACCES,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EMLINK,
    errno.EINVAL,
}
_CHUNK_BYTES = 1 << 20

Pair = tuple[Path, Path]
"""A file and where it goes."""


def rename_to_free(source: Path, target: Path) -> None:
    """Rename within one file system; FileExistsError where the target exists."""
    if os.name == "nt":
        os.rename(source, target)  # which refuses by itself
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _rename_over_own(source, target)
        return
    try:
        source.unlink()
    except OSError:
        target.unlink()
        raise


def copy_to_free(source: Path, target: Path) -> None:
    """Copy content and times; the target appears only once all of it is there.

    Raises:
        FileExistsError: the target exists.
        OSError: the source can't be read or changed meanwhile, or the target can't be written.
    """
    before = source.stat()

    def copy(temporary: Path) -> None:
        with temporary.open("wb") as written, open_file(source) as read:
            shutil.copyfileobj(read, written, _CHUNK_BYTES)

    def put(copied: Path, free: Path) -> None:
        with suppress(OSError):  # a file system without these permissions
            copied.chmod(before.st_mode & 0o777)
        os.utime(copied, ns=(before.st_atime_ns, before.st_mtime_ns))
        after = source.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise OSError(errno.EAGAIN, "it was changed while it was copied", str(source))
        if copied.stat().st_size != before.st_size:
            raise OSError(errno.EIO, "the copy is not as large as the file", str(source))
        rename_to_free(copied, free)

    write_whole(target, copy, put=put)


def move_to_free(source: Path, target: Path) -> None:
    """Move a file, by a verified copy where it goes to another file system."""
    try:
        rename_to_free(source, target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    copy_to_free(source, target)
    try:
        source.unlink()
    except OSError:
        target.unlink()
        raise


def copy_all(pairs: Sequence[Pair]) -> None:
    """Copy files that belong together: all of them or none."""
    done: list[Path] = []
    try:
        for source, target in pairs:
            copy_to_free(source, target)
            done.append(target)
    except BaseException:
        for target in done:
            with suppress(OSError):
                target.unlink()
        raise


def move_all(pairs: Sequence[Pair]) -> None:
    """Move files that belong together: all of them or none."""
    done: list[Pair] = []
    try:
        for source, target in pairs:
            move_to_free(source, target)
            done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            with suppress(OSError):
                move_to_free(target, source)
        raise


def _rename_over_own(source: Path, target: Path) -> None:
    """Take the name with an empty file that must be new, then rename over that file."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        os.rename(source, target)
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise
