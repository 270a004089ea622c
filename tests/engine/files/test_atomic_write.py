import errno
import os
import stat
import sys

import pytest
import torch
from safetensors.torch import save_file

from engine.files.atomic_write import remove_leftovers, write_bytes, write_chunks, write_whole

as_on_unix = pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "status.json"
    path.write_bytes(b"old")
    return path


def is_alone(path):
    return [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_the_new_content_takes_the_place_of_the_old(path):
    write_bytes(path, b"new\r\n\x00")
    assert path.read_bytes() == b"new\r\n\x00"
    assert is_alone(path)


def test_a_failure_half_way_leaves_the_old_file(path):
    def chunks():
        yield b"new"
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        write_chunks(path, chunks())
    assert path.read_bytes() == b"old"
    assert is_alone(path)


def test_a_name_as_long_as_names_may_be_is_written(tmp_path):
    for name in ("a" * 250 + ".json", "a." + "b" * 250):
        write_bytes(tmp_path / name, b"new")
        assert (tmp_path / name).read_bytes() == b"new"


def test_on_windows_a_file_that_is_held_for_a_moment_is_tried_again(path, monkeypatch):
    attempts = []
    replace = os.replace

    def held_twice(source, target):
        attempts.append(target)
        if len(attempts) < 3:
            raise PermissionError(errno.EACCES, "in use")
        replace(source, target)

    monkeypatch.setattr(os, "replace", held_twice)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("engine.files.atomic_write._WINDOWS_PAUSE_S", 0.0)
    write_bytes(path, b"new")

    assert len(attempts) == 3
    assert path.read_bytes() == b"new"


def test_what_a_killed_process_left_behind_is_removed_and_nothing_else(path):
    (path.parent / ".status.4711-0a1b2c3d.json").write_bytes(b"half")
    (path.parent / ".trainer.4711-0a1b2c3d").write_bytes(b"half")
    (path.parent / ".hidden.json").write_bytes(b"the user's")

    remove_leftovers(path.parent)

    assert sorted(entry.name for entry in path.parent.iterdir()) == [".hidden.json", "status.json"]


@as_on_unix
def test_a_file_can_be_read_by_those_who_can_read_others(path):
    plain = path.with_name("plain")
    plain.touch()
    write_whole(path, lambda temporary: save_file({"a": torch.zeros(1)}, temporary))

    assert path.stat().st_mode == plain.stat().st_mode


def test_a_writer_gets_a_name_in_the_same_folder_that_is_none_of_a_photo(path):
    names = []

    def write(temporary):
        names.append(temporary)
        temporary.write_bytes(b"new")

    write_whole(path, write)

    assert names[0].parent == path.parent
    assert names[0].suffix == ".part"
    assert path.read_bytes() == b"new"


@as_on_unix
def test_a_file_keeps_the_rights_of_the_one_that_it_replaces(path):
    path.chmod(0o440)
    write_bytes(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert path.read_bytes() == b"new"


def flushed(monkeypatch):
    """What is flushed to the disk from now on: "file" or "folder"."""
    kinds = []
    fsync = os.fsync

    def told(descriptor):
        kinds.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", told)
    return kinds


@as_on_unix
def test_the_file_and_then_its_folder_are_on_the_disk_before_anybody_is_told(path, monkeypatch):
    kinds = flushed(monkeypatch)
    write_bytes(path, b"new")
    assert kinds == ["file", "folder"]


def test_what_can_be_made_again_does_not_wait_for_the_disk(path, monkeypatch):
    kinds = flushed(monkeypatch)
    write_whole(path, lambda temporary: temporary.write_bytes(b"new"), is_flushed=False)
    assert kinds == []
    assert path.read_bytes() == b"new"


@as_on_unix
def test_a_drive_that_cannot_flush_folders_still_gets_the_file(path, monkeypatch):
    fsync = os.fsync

    def files_only(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", files_only)
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_file_that_must_not_replace_another_can_say_so(path):
    def refuse(finished, target):
        assert finished.read_bytes() == b"new"
        raise FileExistsError(errno.EEXIST, "File exists", str(target))

    with pytest.raises(FileExistsError):
        write_whole(path, lambda temporary: temporary.write_bytes(b"new"), put=refuse)
    assert path.read_bytes() == b"old"
    assert is_alone(path)
