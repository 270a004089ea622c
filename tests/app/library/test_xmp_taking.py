import time

import pytest

from app.catalog.library_catalog import LibraryCatalog
from app.jobs.runner import JobRunner
from app.library.photo_columns import PhotoBatch
from app.library.photo_entry import PhotoEntry
from app.library.xmp_taking import XmpTaking
from app.xmp.packet import RATING
from app.xmp.packet_edit import new_packet

QUIET_S = 0.25


@pytest.fixture
def listed(photos, tmp_path):
    """A list of one photo to which another program gave four stars."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"photo")
    (tmp_path / "photo.xmp").write_bytes(new_packet({RATING: "4"}))
    info = path.stat()
    photos.replace_all(
        PhotoBatch.of([PhotoEntry(path=path, size_bytes=info.st_size, mtime_ns=info.st_mtime_ns)])
    )
    return photos


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


@pytest.fixture
def taking(listed, jobs, tmp_path):
    catalog = LibraryCatalog(tmp_path / "catalog.sqlite3")
    yield XmpTaking(listed, catalog=catalog, jobs=jobs)
    jobs.close()
    catalog.close()


def test_stars_of_other_programs_come_once_the_screen_is_quiet(taking, listed, qtbot):
    taking.start()
    taking.stand_back()
    moved_s = time.monotonic()

    qtbot.waitUntil(lambda: listed.entry(0).stars == 4)

    assert time.monotonic() - moved_s > 0.9 * QUIET_S


def test_a_reading_that_stands_back_ends_when_it_is_stopped(taking, listed, jobs):
    taking.start()
    taking.stand_back()
    taking.stop()

    jobs.close()  # waits for every job: it would hang here

    assert listed.entry(0).stars == 0
