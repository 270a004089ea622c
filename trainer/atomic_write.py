"""Files of a run, old or new but whole, and what to do where one could not be written."""

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from safetensors import SafetensorError  # loads neither NumPy nor PyTorch

from engine.files.atomic_write import write_whole
from trainer.errors import TrainingError

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
# How PyTorch and safetensors, which write by themselves, say that the disk is full.
_NO_ROOM_TEXTS = ("unexpected pos", "file write failed", "os error 27", "os error 28")


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` in the file `path`; raises TrainingError and leaves the old file."""
    write_through(path, lambda temporary: _fill(temporary, content))


def write_text(path: Path, text: str) -> None:
    """Put `text` in the file `path` as UTF-8, with lines ending as they are."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, values: object) -> None:
    """Put `values` in the file `path` as indented JSON; NaN is refused with ValueError."""
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_through(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` make the file under a temporary name, then put it in the place of `path`.

    When anything goes wrong, `path` stays as it was; a full disk or a folder that can't be written
    to raises TrainingError, and an error of `write` itself passes through.
    """
    try:
        write_whole(path, write)
    except OSError as error:
        raise _explain(path, error) from error
    except (RuntimeError, SafetensorError) as error:
        if means_full_disk(error):
            raise full_disk(path) from error
        raise


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


def _fill(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _explain(path: Path, error: OSError) -> TrainingError:
    if means_full_disk(error):
        return full_disk(path)
    return TrainingError(
        f"{path} could not be written: {error.strerror or error}.",
        "Check that the folder is still there and may be written to, then resume the run.",
    )
