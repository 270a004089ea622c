import errno
import os
from pathlib import Path

import pytest

from app.actions import safe_files
from app.actions.safe_files import copy_all, copy_to_free, move_all, move_to_free, rename_to_free


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.jpg"
    path.write_bytes(b"photo" * 1000)
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    return path


@pytest.fixture
def target(tmp_path):
    return tmp_path / "target.jpg"


@pytest.fixture
def no_hard_links(monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(safe_files.os, "link", refuse)


@pytest.fixture
def other_drive(monkeypatch):
    """Renaming a finished copy works; renaming anything else crosses drives."""
    rename = safe_files.rename_to_free

    def refuse(source, target):
        if not source.name.endswith(".part"):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename(source, target)

    monkeypatch.setattr(safe_files, "rename_to_free", refuse)


def names(folder):
    return sorted(os.listdir(folder))


@pytest.mark.parametrize("act", [rename_to_free, move_to_free, copy_to_free])
@pytest.mark.parametrize("around", ["plain", "no_hard_links"])
def test_a_file_that_is_there_is_never_overwritten(act, around, source, target, request):
    if around != "plain":
        request.getfixturevalue(around)
    target.write_bytes(b"precious")
    with pytest.raises(FileExistsError, match="File exists"):
        act(source, target)
    assert target.read_bytes() == b"precious"
    assert names(source.parent) == ["source.jpg", "target.jpg"]


@pytest.mark.parametrize("around", ["plain", "no_hard_links", "other_drive"])
def test_a_move_takes_content_and_time_along(around, source, target, request):
    if around != "plain":
        request.getfixturevalue(around)
    move_to_free(source, target)
    assert target.read_bytes() == b"photo" * 1000
    assert target.stat().st_mtime_ns == 1_700_000_000_123_456_789
    assert names(target.parent) == ["target.jpg"]


def test_a_copy_has_the_time_and_permissions_of_its_original(source, target):
    source.chmod(0o640)
    copy_to_free(source, target)
    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_mtime_ns == source.stat().st_mtime_ns
    assert target.stat().st_mode == source.stat().st_mode


def test_a_full_disk_leaves_no_half_copy(source, target, monkeypatch):
    def fill(read, written, *_):
        written.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(safe_files.shutil, "copyfileobj", fill)
    with pytest.raises(OSError, match="No space left"):
        copy_to_free(source, target)
    assert names(source.parent) == ["source.jpg"]


def test_a_copy_that_lost_bytes_is_noticed(source, target, monkeypatch):
    monkeypatch.setattr(safe_files.shutil, "copyfileobj", lambda read, written, *_: None)
    with pytest.raises(OSError, match="the copy is not as large as the file"):
        copy_to_free(source, target)
    assert names(source.parent) == ["source.jpg"]


def test_a_file_changed_while_it_is_copied_is_noticed(source, target, monkeypatch):
    def change(read, written, *_):
        written.write(read.read())
        source.write_bytes(b"other")

    monkeypatch.setattr(safe_files.shutil, "copyfileobj", change)
    with pytest.raises(OSError, match="changed while it was copied"):
        copy_to_free(source, target)
    assert names(source.parent) == ["source.jpg"]


@pytest.mark.parametrize("around", ["plain", "other_drive"])
def test_a_source_that_cannot_be_removed_stays_alone(around, source, target, monkeypatch, request):
    if around != "plain":
        request.getfixturevalue(around)
    unlink = Path.unlink

    def refuse(path, **options):
        if path == source:
            raise OSError(errno.EROFS, "Read-only file system")
        unlink(path, **options)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(OSError, match="Read-only"):
        move_to_free(source, target)
    assert names(source.parent) == ["source.jpg"]


def test_a_rename_without_hard_links_that_fails_leaves_the_name_free(
    source, target, no_hard_links, monkeypatch
):
    def refuse(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(safe_files.os, "rename", refuse)
    with pytest.raises(OSError, match="Input/output"):
        rename_to_free(source, target)
    assert names(source.parent) == ["source.jpg"]


@pytest.mark.parametrize("act", [copy_all, move_all])
def test_files_that_belong_together_go_all_or_none(act, tmp_path):
    for name in ("a.xmp", "a.jpg"):
        (tmp_path / name).write_text(name)
    there = tmp_path / "there"
    there.mkdir()
    (there / "a.jpg").write_text("another")
    pairs = [(tmp_path / name, there / name) for name in ("a.xmp", "a.jpg")]
    with pytest.raises(FileExistsError, match="File exists"):
        act(pairs)
    assert names(there) == ["a.jpg"]
    assert names(tmp_path) == ["a.jpg", "a.xmp", "there"]
    (there / "a.jpg").unlink()
    act(pairs)
    assert names(there) == ["a.jpg", "a.xmp"]
    assert names(tmp_path) == (["there"] if act is move_all else ["a.jpg", "a.xmp", "there"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_copied(tmp_path):
    os.mkfifo(tmp_path / "a.jpg.pp3")
    with pytest.raises(OSError, match="it is a device or a pipe"):
        copy_to_free(tmp_path / "a.jpg.pp3", tmp_path / "b.jpg.pp3")
    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg.pp3"]
