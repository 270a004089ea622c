"""Which photos a program is decoding right now, written where the next one finds it.

A decoder can end the whole program. What it had in hand then is read apart from then on, however
ordinary its format is. The note is shared memory in a file: writing into it costs no system call,
and the system keeps what was written when the process dies.
"""

import json
import logging
import mmap
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

_log = logging.getLogger(__name__)

_NUM_SLOTS = 64
_SLOT_BYTES = 4096
_LENGTH_BYTES = 2
_CARE_FILE = "read-apart.json"
_MOST_CARED_FOR = 500


class _Note:
    """The note of this process; all threads use it."""

    def __init__(self, path: Path) -> None:
        with path.open("w+b") as file:
            file.truncate(_NUM_SLOTS * _SLOT_BYTES)
            self._memory = mmap.mmap(file.fileno(), 0)
        self._free = deque(range(0, _NUM_SLOTS * _SLOT_BYTES, _SLOT_BYTES))

    def take(self, path: Path) -> int | None:
        content = os.fsencode(os.path.abspath(path))[: _SLOT_BYTES - _LENGTH_BYTES]
        try:
            slot = self._free.popleft()
        except IndexError:  # more threads than anybody starts
            return None
        begin = slot + _LENGTH_BYTES
        self._memory[begin : begin + len(content)] = content
        self._memory[slot:begin] = len(content).to_bytes(_LENGTH_BYTES, "little")
        return slot

    def put_back(self, slot: int) -> None:
        self._memory[slot : slot + _LENGTH_BYTES] = bytes(_LENGTH_BYTES)
        self._free.append(slot)

    def close(self) -> None:
        self._memory.close()


_note: _Note | None = None
_cared_for: frozenset[str] = frozenset()


@contextmanager
def noted_in(folder: Path) -> Iterator[list[Path]]:
    """Note photos in this folder while entered; yields what programs that died had in hand.

    Those photos, and all that were ever found so, are read apart. Where the folder can't be
    written, nothing is noted.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.photos.in_hand import noted_in
    >>> with TemporaryDirectory() as folder, noted_in(Path(folder)) as left_behind:
    ...     left_behind  # no program died before this one
    []
    """
    global _note, _cared_for
    own = folder / f"{os.getpid()}-{_began(os.getpid())}.note"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        left = _left_behind(folder)
        cared_for = _take_care(folder, left)
        note = _Note(own)
    except OSError as error:
        _log.info("Photos in hand are not noted: %s", error)
        yield []
        return
    _note, _cared_for = note, cared_for
    try:
        yield left
    finally:
        _note, _cared_for = None, frozenset()
        note.close()
        with suppress(OSError):
            own.unlink()


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Have it noted that this photo is being decoded in this process.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.photos.in_hand import holding, noted_in
    >>> with TemporaryDirectory() as folder, noted_in(Path(folder)), holding(Path("a.jpg")):
    ...     (note,) = Path(folder).glob("*.note")
    ...     b"a.jpg" in note.read_bytes()
    True
    """
    note = _note
    slot = None if note is None else note.take(path)
    try:
        yield
    finally:
        if note is not None and slot is not None:
            with suppress(ValueError):  # the program is ending
                note.put_back(slot)


def needs_care(path: Path) -> bool:
    """Whether a program died with this photo in hand.

    >>> from pathlib import Path
    >>> from engine.photos.in_hand import needs_care
    >>> needs_care(Path("a.jpg"))
    False
    """
    return bool(_cared_for) and os.path.abspath(path) in _cared_for


def _left_behind(folder: Path) -> list[Path]:
    """The photos in the notes of programs that are no more; the notes are removed."""
    left = []
    for path in sorted(folder.glob("*.note")):
        pid, _, began = path.stem.partition("-")
        if pid.isdecimal() and began == _began(int(pid)):
            continue
        try:
            content = path.read_bytes()
            path.unlink()
        except OSError:
            continue  # another program was faster
        for slot in range(0, len(content), _SLOT_BYTES):
            begin = slot + _LENGTH_BYTES
            length = int.from_bytes(content[slot:begin], "little")
            if 0 < length <= _SLOT_BYTES - _LENGTH_BYTES:
                left.append(Path(os.fsdecode(content[begin : begin + length])))
    return left


def _began(pid: int) -> str:
    """When the process was started, as a number that tells it from an earlier one; or nothing."""
    try:
        return f"{psutil.Process(pid).create_time():.0f}"
    except psutil.Error:
        return ""


def _take_care(folder: Path, left: list[Path]) -> frozenset[str]:
    path = folder / _CARE_FILE
    try:
        stated = json.loads(path.read_text(encoding="ascii"))
        known = [entry for entry in stated if isinstance(entry, str)]
    except (OSError, ValueError, TypeError):
        known = []
    added = [str(photo) for photo in left if str(photo) not in known]
    if added:
        known = [*known, *added][-_MOST_CARED_FOR:]
        path.write_text(json.dumps(known), encoding="ascii")
    return frozenset(known)
