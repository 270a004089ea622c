import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest

from app.catalog.connection import open_catalog
from app.catalog.photo_files import FileStamp
from app.catalog.score_memory import ScoreMemory
from app.catalog.scores import StoredScore

SCORE = StoredScore(
    score_0_100=50.0, uncertainty=1.0, crop_scores=(49.0, 51.0), width_px=6, height_px=4
)


def stamp(name="a.jpg", mtime_ns=1):
    return FileStamp(path=Path.cwd() / name, size_bytes=5, mtime_ns=mtime_ns)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "catalog.sqlite3"


def memory(path, **options):
    return ScoreMemory(path, **{"model_id": "m@1", "num_crops": 2, **options})


def test_a_score_is_found_again_by_the_file(path):
    with memory(path) as first:
        first.remember(stamp(), b"hash", SCORE)
    with memory(path) as second:
        assert second.find_unchanged(stamp()) == SCORE
        assert second.find_unchanged(stamp("b.jpg")) is None


def test_a_moved_photo_is_found_by_its_content_and_then_by_its_new_place(path):
    with memory(path) as first:
        first.remember(stamp("a.jpg"), b"hash", SCORE)
    with memory(path) as second:
        assert second.find_content(stamp("b.jpg"), b"hash") == SCORE
        assert second.find_content(stamp("b.jpg"), b"other") is None
    with memory(path) as third:
        assert third.find_unchanged(stamp("b.jpg")) == SCORE


def test_a_file_changed_a_moment_ago_is_known_by_content_only(path):
    now = stamp(mtime_ns=time.time_ns())
    with memory(path) as first:
        first.remember(now, b"hash", SCORE)
    with memory(path) as second:
        assert second.find_unchanged(now) is None
        assert second.find_content(now, b"hash") == SCORE


def test_scores_are_written_in_batches(path, monkeypatch):
    monkeypatch.setattr("app.catalog.content_memory._BATCH_PHOTOS", 3)
    with memory(path) as writing, memory(path) as reading:
        writing.remember(stamp("1"), b"1", SCORE)
        writing.remember(stamp("2"), b"2", SCORE)
        assert reading.find_unchanged(stamp("1")) is None
        writing.remember(stamp("3"), b"3", SCORE)
        assert reading.find_unchanged(stamp("1")) == SCORE


def test_a_batch_does_not_wait_long(path, monkeypatch):
    monkeypatch.setattr("app.catalog.content_memory._BATCH_S", 0.0)
    with memory(path) as writing, memory(path) as reading:
        writing.remember(stamp(), b"1", SCORE)
        assert reading.find_unchanged(stamp()) == SCORE


def test_without_a_catalog_nothing_is_remembered():
    with memory(None) as none:
        assert not none.is_working
        none.remember(stamp(), b"hash", SCORE)
        assert none.find_unchanged(stamp()) is None


def test_a_catalog_that_cannot_be_opened_is_done_without(tmp_path, expected_logs):
    (tmp_path / "catalog.sqlite3").mkdir()
    with memory(tmp_path / "catalog.sqlite3") as none:
        assert not none.is_working
        none.remember(stamp(), b"hash", SCORE)
    (warning,) = expected_logs
    assert "Scores will not be remembered this time." in warning.getMessage()


def test_a_catalog_locked_by_another_program_is_given_up_once(path, expected_logs):
    open_catalog(path).close()
    with memory(path, busy_timeout_s=0.05) as patient:
        with closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            patient.remember(stamp(), b"hash", SCORE)
            patient.flush()
        assert not patient.is_working
        patient.remember(stamp(), b"hash", SCORE)
        patient.flush()
        assert patient.find_unchanged(stamp()) is None
    (warning,) = expected_logs
    assert "database is locked" in warning.getMessage()
    assert "Rating goes on" in warning.getMessage()


def test_a_full_disk_is_given_up_and_what_was_written_stays(path, expected_logs):
    with memory(path) as filling:
        filling.remember(stamp("first"), b"first", SCORE)
        filling.flush()
        connection = filling._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        for number in range(200):
            filling.remember(stamp(str(number)), os.urandom(20), SCORE)
        filling.flush()
        assert not filling.is_working
    assert "its disk is full. Make room there" in expected_logs[0].getMessage()
    with memory(path) as again:
        assert again.find_unchanged(stamp("first")) == SCORE


def test_damage_found_on_the_way_sets_the_catalog_aside(path, expected_logs):
    with memory(path) as first:
        for number in range(500):
            first.remember(stamp(str(number)), b"%d" % number, SCORE)
    content = bytearray(path.read_bytes())
    content[8192:] = b"\x55" * (len(content) - 8192)
    path.write_bytes(content)
    with memory(path) as second:
        for number in range(500):
            second.find_unchanged(stamp(str(number)))
        assert not second.is_working
    assert "malformed" in expected_logs[0].getMessage()
    assert len(list(path.parent.glob("catalog.damaged-*.sqlite3"))) == 1
    with memory(path) as third:
        assert third.is_working


def test_two_processes_remember_at_once(path):
    script = """
        import sys
        from pathlib import Path
        from app.catalog.photo_files import FileStamp
        from app.catalog.score_memory import ScoreMemory
        from app.catalog.scores import StoredScore
        score = StoredScore(score_0_100=1, uncertainty=1, crop_scores=(), width_px=1, height_px=1)
        with ScoreMemory(Path(sys.argv[1]), model_id="m", num_crops=1) as memory:
            for number in range(300):
                name = f"/{sys.argv[2]}-{number}"
                stamp = FileStamp(path=Path(name), size_bytes=1, mtime_ns=1)
                memory.remember(stamp, name.encode(), score)
                memory.flush()
            assert memory.is_working
    """
    processes = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), path, name])
        for name in ("one", "two")
    ]
    assert [process.wait() for process in processes] == [0, 0]
    with closing(open_catalog(path)) as connection:
        assert connection.execute("SELECT count(*) FROM score").fetchone() == (600,)
