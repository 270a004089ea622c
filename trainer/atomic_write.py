"""Files that are either the old ones or the new ones, whole, whatever happens in between."""

import contextlib
import errno
import json
import os
import re
import shutil
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from safetensors import SafetensorError  # loads neither NumPy nor PyTorch

from trainer.errors import TrainingError

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
# How PyTorch and safetensors, which write by themselves, say that the disk is full.
_NO_ROOM_TEXTS = ("unexpected pos", "file write failed", "os error 27", "os error 28")
_TEMPORARY_NAME = re.compile(r"\..+\.\d+-[0-9a-f]{8}(\.\w+)?")
_WINDOWS_RETRIES = 20
_WINDOWS_PAUSE_S = 0.1


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` in the file `path`; raises TrainingError and leaves the old file."""
    write_through(path, lambda temporary: _write_plainly(temporary, content))


def write_text(path: Path, text: str) -> None:
    """Put `text` in the file `path` as UTF-8, with lines ending as they are."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, values: object) -> None:
    """Put `values` in the file `path` as indented JSON; NaN is refused with ValueError."""
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_through(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` make the file under a temporary name, then put it in the place of `path`.

    The temporary name lies in the same folder and has the same suffix. When anything goes wrong
    it is removed and `path` stays as it was; a full disk or a folder that can't be written to
    raises TrainingError, and an error of `write` itself passes through.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}-{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        temporary.touch()
        mode = temporary.stat().st_mode  # some writers make files that only we could read
        write(temporary)
        temporary.chmod(mode)
        _flush_to_disk(temporary)
        _replace(temporary, path)
        _flush_folder(path.parent)
    except OSError as error:
        raise _explain(path, error) from error
    except (RuntimeError, SafetensorError) as error:
        if means_full_disk(error):
            raise full_disk(path) from error
        raise
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def means_full_disk(error: BaseException) -> bool:
    """Whether the error says that the disk is full, in the words of whoever was writing."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    text = str(error).lower()
    is_writers = isinstance(error, RuntimeError | SafetensorError)
    return is_writers and any(words in text for words in _NO_ROOM_TEXTS)


def full_disk(path: Path) -> TrainingError:
    """The error about a disk that is too full for the file `path`."""
    try:
        free = f"{shutil.disk_usage(path.parent).free / 1e6:.0f} MB are free"
    except OSError:
        free = "the drive does not say how much is free"
    return TrainingError(
        f"There is no room on the disk for {path} ({free}).",
        f"Free some space on the drive of {path.parent}, then resume the run. "
        "What was saved before is whole.",
    )


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files in `folder` that a killed process left behind."""
    for path in folder.iterdir():
        if _TEMPORARY_NAME.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _write_plainly(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _flush_to_disk(path: Path) -> None:
    # Windows flushes only what is open for writing.
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    # Else a power cut could bring the old name back. Windows can't open folders and needs no such.
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _replace(temporary: Path, path: Path) -> None:
    # On Windows a virus scanner or a reader may hold the old file for a moment.
    retries = _WINDOWS_RETRIES if sys.platform == "win32" else 0
    for _ in range(retries):
        try:
            os.replace(temporary, path)
        except PermissionError:
            time.sleep(_WINDOWS_PAUSE_S)
        else:
            return
    os.replace(temporary, path)


def _explain(path: Path, error: OSError) -> TrainingError:
    if means_full_disk(error):
        return full_disk(path)
    return TrainingError(
        f"{path} could not be written: {error.strerror or error}.",
        "Check that the folder is still there and may be written to, then resume the run.",
    )
