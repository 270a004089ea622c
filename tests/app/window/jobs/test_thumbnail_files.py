import logging
import os

import pytest
from PIL import Image

from app.catalog.photo_files import FileStamp
from app.window.jobs.thumbnail_files import ThumbnailFiles

RED = (200, 30, 30)


def stamp(path, *, size_bytes=1_000_000, mtime_ns=5):
    return FileStamp(path=path, size_bytes=size_bytes, mtime_ns=mtime_ns)


@pytest.fixture
def files(tmp_path):
    return ThumbnailFiles(tmp_path / "thumbnails", max_bytes=10_000)


def picture(colour=RED):
    return Image.new("RGB", (64, 48), colour)


def test_what_was_stored_is_found_again(files, tmp_path):
    files.store(stamp(tmp_path / "a.jpg"), 256, picture())

    found = files.find(stamp(tmp_path / "a.jpg"), 256)

    assert found.size == (64, 48)
    assert all(abs(a - b) < 6 for a, b in zip(found.getpixel((30, 20)), RED, strict=True))


def test_a_changed_photo_and_another_size_have_thumbnails_of_their_own(files, tmp_path):
    files.store(stamp(tmp_path / "a.jpg"), 256, picture())

    assert files.find(stamp(tmp_path / "a.jpg", mtime_ns=6), 256) is None
    assert files.find(stamp(tmp_path / "a.jpg", size_bytes=1_000_001), 256) is None
    assert files.find(stamp(tmp_path / "a.jpg"), 512) is None


def test_a_photo_as_small_as_its_thumbnail_is_not_stored(files, tmp_path):
    small = stamp(tmp_path / "a.jpg", size_bytes=2_000)
    files.store(small, 256, picture())

    assert files.find(small, 256) is None


def test_a_damaged_thumbnail_counts_as_none(files, tmp_path):
    files.store(stamp(tmp_path / "a.jpg"), 256, picture())
    (path,) = (tmp_path / "thumbnails").rglob("*.jpg")
    path.write_bytes(path.read_bytes()[:100])

    assert files.find(stamp(tmp_path / "a.jpg"), 256) is None


def test_pruning_deletes_the_oldest_until_the_rest_fits(tmp_path):
    files = ThumbnailFiles(tmp_path / "thumbnails", max_bytes=2_000)
    for number in range(6):
        files.store(stamp(tmp_path / f"{number}.jpg"), 256, picture())
        (newest,) = (
            path for path in (tmp_path / "thumbnails").rglob("*.jpg") if path.stat().st_mtime > 1e6
        )
        os.utime(newest, (number, number))

    files.prune()

    kept = list((tmp_path / "thumbnails").rglob("*.jpg"))
    assert sum(path.stat().st_size for path in kept) <= 2_000
    assert files.find(stamp(tmp_path / "5.jpg"), 256) is not None
    assert files.find(stamp(tmp_path / "0.jpg"), 256) is None


def test_a_folder_that_can_not_be_written_is_told_once(tmp_path, expected_logs):
    (tmp_path / "thumbnails").write_bytes(b"a file is in the way")
    files = ThumbnailFiles(tmp_path / "thumbnails", max_bytes=10_000)

    files.store(stamp(tmp_path / "a.jpg"), 256, picture())
    files.store(stamp(tmp_path / "b.jpg"), 256, picture())

    (record,) = expected_logs
    assert record.levelno == logging.WARNING
    assert "Thumbnails are not stored any more" in record.getMessage()
