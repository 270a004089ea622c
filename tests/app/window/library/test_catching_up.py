import os
import time

import pytest

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.marks import MarkChange, Marks
from app.catalog.photo_entry import Flag, PhotoEntry
from app.catalog.photo_files import content_hash, stamp_of
from app.catalog.score_memory import ScoreMemory
from app.catalog.scores import StoredScore
from app.window.jobs.runner import JobRunner
from app.window.library.catching_up import CatchingUp
from app.window.library.folder_scan import ScanModel
from app.window.photo_list.photo_columns import PhotoBatch
from app.xmp.packet import RATING
from app.xmp.packet_edit import new_packet

QUIET_S = 0.25
HOUR_AGO_S = time.time() - 3600
MODEL = ScanModel(model_id="model@1", num_crops=1)


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


def entry_of(path):
    stamp = stamp_of(path)
    return PhotoEntry(path=path, size_bytes=stamp.size_bytes, mtime_ns=stamp.mtime_ns)


def mark(catalog, path, marks):
    change = MarkChange(stamp=stamp_of(path), stars=marks.stars, flag=marks.flag)
    catalog.set_marks([change])


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


@pytest.fixture
def catalog(tmp_path, jobs):
    catalog = LibraryCatalog(tmp_path / "catalog.sqlite3")
    yield catalog
    jobs.close()
    catalog.close()


@pytest.fixture
def catching_up(listed, jobs, catalog):
    return CatchingUp(listed, catalog=catalog, jobs=jobs)


def test_stars_of_other_programs_come_once_the_screen_is_quiet(catching_up, listed, qtbot):
    catching_up.start(MODEL)
    catching_up.stand_back()
    moved_s = time.monotonic()

    qtbot.waitUntil(lambda: listed.entry(0).stars == 4)

    assert time.monotonic() - moved_s > 0.9 * QUIET_S


def test_a_reading_that_stands_back_ends_when_it_is_stopped(catching_up, listed, jobs):
    catching_up.start(MODEL)
    catching_up.stand_back()
    catching_up.stop()

    jobs.close()  # waits for every job: it would hang here

    assert listed.entry(0).stars == 0


def test_a_photo_moved_here_by_another_program_keeps_its_score_and_its_stars(
    catching_up, catalog, photos, qtbot, tmp_path
):
    before, after = tmp_path / "before.jpg", tmp_path / "after.jpg"
    before.write_bytes(b"a photo that was rated")
    os.utime(before, (HOUR_AGO_S, HOUR_AGO_S))
    score = StoredScore(
        score_0_100=71.0, uncertainty=1.0, crop_scores=(71.0,), width_px=8, height_px=6
    )
    with ScoreMemory(
        tmp_path / "catalog.sqlite3", model_id=MODEL.model_id, num_crops=MODEL.num_crops
    ) as memory:
        memory.remember(stamp_of(before), content_hash(before), score)
    mark(catalog, before, Marks(5, Flag.PICKED))
    before.rename(after)
    photos.replace_all(PhotoBatch.of([entry_of(after)]))

    catching_up.start(MODEL)
    qtbot.waitUntil(lambda: photos.entry(0).score_0_100 == 71.0)

    assert (photos.entry(0).stars, photos.entry(0).flag) == (5, Flag.PICKED)


def test_stars_of_a_photo_that_was_never_rated_follow_it_too(
    catching_up, catalog, photos, qtbot, tmp_path
):
    before, after = tmp_path / "before.jpg", tmp_path / "after.jpg"
    before.write_bytes(b"a photo that nobody rated")
    os.utime(before, (HOUR_AGO_S, HOUR_AGO_S))
    mark(catalog, before, Marks(2, Flag.NONE))
    photos.replace_all(PhotoBatch.of([entry_of(before)]))
    catching_up.start(None)
    qtbot.waitUntil(lambda: not catalog.unidentified_marked())

    before.rename(after)
    photos.replace_all(PhotoBatch.of([entry_of(after)]))
    catching_up.start(None)

    qtbot.waitUntil(lambda: photos.entry(0).stars == 2)
