import errno
import json
import os
import signal
import sys

import pytest
import torch
from safetensors.torch import save_file

from trainer.atomic_write import (
    full_disk,
    write_bytes,
    write_json,
    write_text,
    write_through,
)
from trainer.errors import TrainingError


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "status.json"
    path.write_bytes(b"old")
    return path


@pytest.fixture
def small_disk():
    """No file of this process may grow beyond 64 KiB, which looks like a full disk."""
    resource = pytest.importorskip("resource")  # Windows has no such limit
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def is_alone(path):
    return [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_the_new_content_takes_the_place_of_the_old(path):
    write_bytes(path, b"new\r\n\x00")

    assert path.read_bytes() == b"new\r\n\x00"
    assert is_alone(path)


def test_a_text_is_written_as_utf8_with_its_own_line_ends(path):
    write_text(path, "é\n")

    assert path.read_bytes() == b"\xc3\xa9\n"


def test_values_are_written_as_json(path):
    write_json(path, {"photo": "é", "score": 1.5})

    assert json.loads(path.read_text(encoding="utf-8")) == {"photo": "é", "score": 1.5}


def test_json_does_not_take_nan(path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"loss": float("nan")})
    assert path.read_bytes() == b"old"


def test_an_error_of_the_writer_passes_and_leaves_the_old_file(path):
    def write(temporary):
        temporary.write_bytes(b"half")
        raise RuntimeError("the network has no weights")

    with pytest.raises(RuntimeError, match="the network has no weights"):
        write_through(path, write)
    assert path.read_bytes() == b"old"
    assert is_alone(path)


@pytest.mark.usefixtures("small_disk")
@pytest.mark.parametrize(
    "write",
    [
        lambda temporary: temporary.write_bytes(bytes(1 << 17)),
        lambda temporary: torch.save({"a": torch.zeros(1 << 17)}, temporary),
        lambda temporary: save_file({"a": torch.zeros(1 << 17)}, temporary),
    ],
    ids=["plain", "torch", "safetensors"],
)
def test_a_full_disk_leaves_the_old_file_and_says_what_to_free(path, write):
    with pytest.raises(
        TrainingError,
        match=r"(?s)no room on the disk for .*status\.json \(\d+ MB are free\).*Free some space",
    ):
        write_through(path, write)
    assert path.read_bytes() == b"old"
    assert is_alone(path)


def test_a_disk_that_fills_up_at_the_last_moment_leaves_the_old_file(path, monkeypatch):
    def no_room(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(TrainingError, match="no room on the disk"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert is_alone(path)


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(TrainingError, match=r"could not be written: No such file.*still there"):
        write_bytes(tmp_path / "gone" / "status.json", b"new")


def test_a_full_drive_that_is_gone_too_is_told(tmp_path):
    error = full_disk(tmp_path / "gone" / "status.json")

    assert "the drive does not say how much is free" in error.what


def test_on_windows_a_file_that_stays_held_is_told(path, monkeypatch):
    def held(source, target):
        raise PermissionError(errno.EACCES, "in use by another process")

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("engine.files.atomic_write._WINDOWS_PAUSE_S", 0.0)
    with pytest.raises(TrainingError, match="could not be written: in use by another process"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert is_alone(path)
