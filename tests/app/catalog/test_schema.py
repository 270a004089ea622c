import os
import shutil
import sqlite3
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from app.catalog import schema
from app.catalog.connection import open_catalog
from app.catalog.library_catalog import LibraryCatalog
from app.catalog.looks import StoredLook
from app.catalog.marks import MarkChange
from app.catalog.photo_files import FileStamp
from app.errors import CatalogUnavailable
from engine.certainty.familiarity import Familiarity
from engine.defects.box import Box

GOLDEN = Path(__file__).parents[2] / "golden"
STAMPS = [
    FileStamp(path=Path("/photos") / name, size_bytes=size_bytes, mtime_ns=mtime_ns)
    for name, size_bytes, mtime_ns in (
        ("a.jpg", 11, 1_700_000_000_000_000_001),
        (os.fsdecode(b"caf\xe9.jpg"), 22, 1_700_000_000_000_000_002),
    )
]


@pytest.fixture
def connection(tmp_path):
    connection = sqlite3.connect(tmp_path / "catalog.sqlite3", isolation_level=None)
    yield connection
    connection.close()


def test_every_version_ever_written_can_be_brought_forward(connection, monkeypatch):
    for version in range(schema.SCHEMA_VERSION):
        monkeypatch.setattr(schema, "SCHEMA_VERSION", version + 1)
        schema.bring_up_to_date(connection)
        assert connection.execute("PRAGMA user_version").fetchone() == (version + 1,)


def test_a_migration_that_fails_leaves_the_old_version(connection, monkeypatch):
    schema.bring_up_to_date(connection)
    broken = ("CREATE TABLE extra (x)", "CREATE TABLE extra (x)")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        schema.bring_up_to_date(connection)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "extra" not in tables
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA_VERSION - 1,)


def test_a_newer_catalog_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    connection = open_catalog(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(CatalogUnavailable, match=r"newer Discern \(its version is 99"):
        open_catalog(path)
    assert list(tmp_path.glob("*damaged*")) == []


def _open_and_close(path):
    open_catalog(path).close()


def test_two_processes_may_begin_the_catalog_at_once(tmp_path):
    context = get_context("spawn")
    processes = [
        context.Process(target=_open_and_close, args=(tmp_path / "catalog.sqlite3",))
        for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    connection = open_catalog(tmp_path / "catalog.sqlite3")
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA_VERSION,)
    connection.close()


def test_a_catalog_of_version_1_keeps_its_scores_and_takes_stars(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    shutil.copyfile(GOLDEN / "catalog_v1.sqlite3", path)
    with closing(LibraryCatalog(path)) as catalog:
        catalog.set_marks([MarkChange(stamp=STAMPS[1], stars=4)])
        found = catalog.entries(STAMPS, model_id="tiny@0123456789ab", num_crops=2)
    assert [(entry.score_0_100, entry.stars) for entry in found] == [(81.25, 0), (12.5, 4)]


def test_a_catalog_of_version_2_keeps_its_scores_and_stars_and_takes_looks(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    shutil.copyfile(GOLDEN / "catalog_v2.sqlite3", path)
    look = StoredLook(shares={"blur": 0.5})
    with closing(LibraryCatalog(path)) as catalog:
        assert catalog.looks(STAMPS, look_id="n") == [None, None]
        catalog.remember_looks([(STAMPS[1], look)], look_id="n")
        assert catalog.looks(STAMPS, look_id="n") == [None, look]
        found = catalog.entries(STAMPS, model_id="tiny@0123456789ab", num_crops=2)
    assert [(entry.score_0_100, entry.stars) for entry in found] == [(81.25, 0), (12.5, 4)]


def test_a_catalog_of_version_3_keeps_what_was_found_in_photos(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    shutil.copyfile(GOLDEN / "catalog_v3.sqlite3", path)
    with closing(LibraryCatalog(path)) as catalog:
        found = catalog.looks(STAMPS, look_id="tiny@0123456789ab+1")
    assert found == [
        StoredLook(
            shares={"blur": 0.25, "noise": 0.0},
            shares_at_100={"blur": 0.5, "noise": 0.0},
            focus_spread_px=1.25,
            focus_box=Box(left_px=512, top_px=256, width_px=256, height_px=256),
            noise_at_100=3.5,
        ),
        StoredLook(shares={"blur": 0.0, "noise": 1.0}),
    ]


def test_a_catalog_of_version_3_has_scores_without_intervals_and_takes_some(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    shutil.copyfile(GOLDEN / "catalog_v3.sqlite3", path)
    with closing(LibraryCatalog(path)) as catalog:
        found = catalog.entries(STAMPS, model_id="tiny@0123456789ab", num_crops=2)
    assert [(entry.score_0_100, entry.familiarity) for entry in found] == [
        (81.25, None),
        (12.5, None),
    ]


def test_a_catalog_of_version_4_knows_which_photos_are_unlike_the_training_photos(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    shutil.copyfile(GOLDEN / "catalog_v4.sqlite3", path)
    with closing(LibraryCatalog(path)) as catalog:
        found = catalog.entries(STAMPS, model_id="tiny@0123456789ab", num_crops=2)
    assert [entry.familiarity for entry in found] == [
        None,
        Familiarity(distance=1.5, odd=("darker",)),
    ]
