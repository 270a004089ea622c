"""What is on the disk when the power fails between any two steps of a write.

The steps are recorded as they are done and replayed as a disk may keep them: bytes are kept once
they were flushed, and a new name at any time after it was given.
"""

import os
import stat
import sys
from pathlib import Path

import pytest

from app.actions.safe_files import copy_to_free
from app.atomic_write import write_bytes
from trainer.atomic_write import write_bytes as trainer_write_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors are named by /proc")

OLD, NEW = b"what was there", b"what is to be there" * 1000
FLUSHED, NAMED = "flushed", "named"


@pytest.fixture
def steps(monkeypatch):
    """Every flush with the bytes flushed, and every new name, in order."""
    done = []

    def spied(name):
        real = getattr(os, name)

        def spy(source, target, *args, **options):
            real(source, target, *args, **options)
            done.append((NAMED, Path(source), Path(target)))

        monkeypatch.setattr(os, name, spy)

    fsync = os.fsync

    def flush(descriptor):
        fsync(descriptor)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
            done.append((FLUSHED, path, path.read_bytes()))

    monkeypatch.setattr(os, "fsync", flush)
    for name in ("replace", "rename", "link"):
        spied(name)
    return done


def contents_after(steps, target):
    """What may lie at the target when the power fails after these steps."""
    flushed: dict[Path, bytes] = {}
    found = {OLD if target.name == "old" else None}
    for kind, path, what in steps:
        if kind == FLUSHED:
            flushed[path] = what
        elif what == target:
            found.add(flushed.get(path, b""))  # bytes that were not flushed may be lost
    return found


@pytest.mark.parametrize("write", [write_bytes, trainer_write_bytes])
def test_a_file_is_the_old_or_the_new_one_whenever_the_power_fails(tmp_path, steps, write):
    target = tmp_path / "old"
    target.write_bytes(OLD)
    write(target, NEW)
    assert NAMED in {kind for kind, _, _ in steps}
    for count in range(len(steps) + 1):
        assert contents_after(steps[:count], target) <= {OLD, NEW}
    assert target.read_bytes() == NEW


def test_a_copied_photo_is_whole_or_not_there_whenever_the_power_fails(tmp_path, steps):
    source, target = tmp_path / "photo.jpg", tmp_path / "copy.jpg"
    source.write_bytes(NEW)
    copy_to_free(source, target)
    for count in range(len(steps) + 1):
        assert contents_after(steps[:count], target) <= {None, NEW}
    assert target.read_bytes() == NEW


def test_the_replay_finds_a_write_that_flushes_too_late(tmp_path, steps):
    target, part = tmp_path / "old", tmp_path / "part"
    target.write_bytes(OLD)
    with part.open("wb") as file:
        file.write(NEW)
        file.flush()
        os.replace(part, target)
        os.fsync(file.fileno())
    assert contents_after(steps, target) == {OLD, b""}
