import hashlib
import os
import sys
import time

import pytest

from app.catalog.connection import open_catalog
from app.catalog.photo_files import (
    FileStamp,
    HashingStopped,
    content_hash,
    find_content,
    is_settled,
    stamp_of,
    store_content,
)


@pytest.fixture
def connection(tmp_path):
    connection = open_catalog(tmp_path / "catalog.sqlite3")
    yield connection
    connection.close()


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"photo")
    return path


def test_an_unchanged_file_is_found_by_its_stamp(connection, photo):
    assert find_content(connection, stamp_of(photo)) is None
    store_content(connection, stamp_of(photo), b"hash")
    assert find_content(connection, stamp_of(photo)) == b"hash"


@pytest.mark.parametrize("change", ["size", "time", "path"])
def test_a_change_of_size_time_or_path_makes_a_file_new(connection, photo, change):
    stamp = stamp_of(photo)
    store_content(connection, stamp, b"hash")
    changed = FileStamp(
        path=photo.with_name("b.jpg") if change == "path" else stamp.path,
        size_bytes=stamp.size_bytes + (change == "size"),
        mtime_ns=stamp.mtime_ns + (change == "time"),
    )
    assert find_content(connection, changed) is None


def test_a_changed_file_takes_its_old_place(connection, photo):
    store_content(connection, stamp_of(photo), b"old")
    photo.write_bytes(b"another photo")
    store_content(connection, stamp_of(photo), b"new")
    assert find_content(connection, stamp_of(photo)) == b"new"
    assert connection.execute("SELECT count(*) FROM photo_file").fetchone() == (1,)


def test_a_relative_and_an_absolute_path_are_the_same_file(photo, monkeypatch):
    monkeypatch.chdir(photo.parent)
    assert stamp_of(photo) == stamp_of(photo.relative_to(photo.parent))


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text elsewhere")
def test_a_name_that_is_no_text_is_remembered_like_any_other(connection, tmp_path):
    path = tmp_path / os.fsdecode(b"\xff broken \n name.jpg")
    path.write_bytes(b"photo")
    store_content(connection, stamp_of(path), b"hash")
    assert find_content(connection, stamp_of(path)) == b"hash"


def test_the_hash_is_that_of_the_whole_file(tmp_path):
    content = os.urandom(3_000_000)
    (tmp_path / "large").write_bytes(content)
    expected = hashlib.blake2b(content, digest_size=20).digest()
    assert content_hash(tmp_path / "large") == expected


def test_a_missing_file_has_neither_stamp_nor_hash(tmp_path):
    with pytest.raises(FileNotFoundError):
        stamp_of(tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        content_hash(tmp_path / "missing")


def test_a_file_written_just_now_may_still_change_unnoticed(photo):
    assert not is_settled(stamp_of(photo))
    an_hour_ago_ns = time.time_ns() - 3_600_000_000_000
    os.utime(photo, ns=(an_hour_ago_ns, an_hour_ago_ns))
    assert is_settled(stamp_of(photo))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_has_no_content(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(OSError, match="it is a device or a pipe"):
        content_hash(tmp_path / "pipe.jpg")


def test_hashing_a_large_file_stops_when_it_is_asked_to(tmp_path):
    (tmp_path / "a.jpg").write_bytes(bytes(5 << 20))
    asked = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) == 3

    with pytest.raises(HashingStopped):
        content_hash(tmp_path / "a.jpg", should_stop=should_stop)
    assert len(asked) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="sparse files are not made by truncation")
def test_a_file_too_large_for_a_photo_is_not_hashed(tmp_path):
    with (tmp_path / "a.jpg").open("wb") as file:
        file.truncate(200_000_000_000)
    with pytest.raises(OSError, match="too large for a photo"):
        content_hash(tmp_path / "a.jpg")
