"""A damaged file may hold anything in any column: SQLite's types are a matter of taste."""

import os
import re
import sqlite3
import time
from contextlib import closing, suppress

import pytest

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.looks import StoredLook
from app.catalog.marks import MarkChange, Marks
from app.catalog.moved_photos import identify_marked, recognise_moved
from app.catalog.photo_entry import Flag
from app.catalog.photo_files import content_hash, stamp_of
from app.catalog.schema import MIGRATIONS, SCHEMA_VERSION
from app.catalog.score_memory import ScoreMemory
from app.catalog.scores import StoredScore
from engine.defects.box import Box

LOOK = StoredLook(
    shares={"blur": 0.25},
    shares_at_100={"blur": 0.5},
    focus_spread_px=1.5,
    focus_box=Box(left_px=8, top_px=16, width_px=256, height_px=256),
    noise_at_100=2.5,
)
MODEL = {"model_id": "m@1", "num_crops": 2}
ODD = (None, 7, -9, 2**62, 2.5, float("inf"), "many", b"", b"\xff\0a", '{"blur": 1e999}', "[[")
COLUMNS = [
    (table, column)
    for statements in MIGRATIONS
    for statement in statements
    if (found := re.search(r"CREATE TABLE (\w+) \((.*)\)", statement, re.DOTALL))
    for table in [found[1]]
    for column in re.findall(r"^\s+([a-z]\w*) [A-Z]", found[2], re.MULTILINE)
]


@pytest.fixture
def stamps(tmp_path):
    """Photos an hour old; the last has the content of the first, which has gone."""
    an_hour_ago_s = time.time() - 3600
    found = []
    for name, content in (("gone.jpg", b"a"), ("b.jpg", b"b"), ("c.jpg", b"c"), ("moved", b"a")):
        path = tmp_path / name
        path.write_bytes(content)
        os.utime(path, (an_hour_ago_s, an_hour_ago_s))
        found.append(stamp_of(path))
    found[0].path.unlink()
    return found


@pytest.fixture
def lenient_catalog(tmp_path, stamps):
    """A catalog whose tables take anything, with a row of each kind in each."""
    path = tmp_path / "catalog.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        for statements in MIGRATIONS:
            for statement in statements:
                connection.execute(statement.replace(" NOT NULL", "").replace("UNIQUE ", ""))
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        for number, stamp in enumerate(stamps):
            place, content = (
                os.fsencode(stamp.path),
                b"same" if number in (0, 3) else b"%d" % number,
            )
            file = (place, stamp.size_bytes, stamp.mtime_ns)
            connection.execute("INSERT INTO photo_file VALUES (?, ?, ?, ?)", (*file, content))
            connection.execute(
                "INSERT OR IGNORE INTO score VALUES (?, 'm@1', 2, 50.0, 1.0, ?, 6, 4, ?)",
                (content, bytes(16), '{"distance": 1.5, "odd": ["darker"]}'),
            )
            if number < 3:
                connection.execute(
                    "INSERT INTO mark (path, size_bytes, mtime_ns, content_hash, stars, flag,"
                    " changed_ns) VALUES (?, ?, ?, ?, 3, 1, 7)",
                    (*file, content if number < 2 else None),
                )
            connection.execute("INSERT INTO unreadable_file VALUES (?, ?, ?, 'No.')", file)
            connection.execute(
                "INSERT OR IGNORE INTO look VALUES (?, 'n@1', ?, ?, 1.5, 8, 16, 256, 256, 2.5)",
                (content, '{"blur": 0.25}', '{"blur": 0.5}'),
            )
            connection.execute("INSERT INTO xmp_reading VALUES (?, ?)", (place, bytes(16)))
        connection.commit()
    return path


def ask_everything(path, stamps):
    """What the library and rating ask of a catalog and tell it."""
    paths = [stamp.path for stamp in stamps]
    catalog = LibraryCatalog(path)
    try:
        entries = catalog.entries(stamps, **MODEL)
        dated = catalog.marks_of(stamps)
        looks = catalog.looks(stamps, look_id="n@1")
        catalog.remember_looks(
            [
                (stamp, LOOK if look is None else look)
                for stamp, look in zip(stamps, looks, strict=True)
            ],
            look_id="n@1",
        )
        catalog.starred()
        catalog.take_marks(zip(stamps, dated, strict=True), catalog.xmp_readings(paths))
        catalog.maybe_moved(stamps)
        recognise_moved(catalog, stamps, should_stop=lambda: False)
        identify_marked(catalog, should_stop=lambda: False)
        catalog.remember_errors([(stamp, "It is empty.") for stamp in stamps])
        catalog.set_marks(catalog.set_marks([MarkChange(stamp=one, stars=2) for one in stamps]))
        catalog.follow_moves([(stamps[1], stamps[2])])
        catalog.follow_copies([(stamps[2], stamps[1])])
        catalog.leave_behind(paths)
        catalog.come_back(stamps)
    finally:
        catalog.close()
    with ScoreMemory(path, **MODEL) as memory:
        found = [memory.find_unchanged(stamp) for stamp in stamps]
        memory.remember(
            stamps[1],
            content_hash(stamps[1].path),
            StoredScore(score_0_100=1.0, uncertainty=1.0, crop_scores=(), width_px=1, height_px=1),
        )
        assert memory.is_working
    return entries, dated, found, looks


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_no_value_in_any_column_is_an_error(lenient_catalog, stamps, table, column):
    whole = lenient_catalog.read_bytes()
    for odd in ODD:
        lenient_catalog.write_bytes(whole)
        with closing(sqlite3.connect(lenient_catalog)) as connection:
            with suppress(sqlite3.IntegrityError):  # SQLite itself keeps this out
                connection.execute(f"UPDATE OR REPLACE {table} SET {column} = ?", (odd,))
            connection.commit()
        assert_sound(*ask_everything(lenient_catalog, stamps))


def assert_sound(entries, dated, found, looks):
    for entry in entries:
        assert entry.score_0_100 is None or 0 <= entry.score_0_100 <= 100
        assert entry.uncertainty is None or 0 <= entry.uncertainty < 1000
        assert all(side is None or 0 < side < 10**6 for side in (entry.width_px, entry.height_px))
        assert entry.error is None or isinstance(entry.error, str)
        assert entry.stars in range(6)
        assert isinstance(entry.flag, Flag)
    assert all(isinstance(one.marks, Marks) and isinstance(one.changed_ns, int) for one in dated)
    for look in filter(None, looks):
        assert all(
            0 <= share <= 1 for share in (*look.shares.values(), *look.shares_at_100.values())
        )
        assert look.focus_at_100 is None or 0 <= look.focus_at_100 <= 100
        assert look.noise_at_100 is None or 0 <= look.noise_at_100 <= 1000
        assert (look.focus_box is None) == (look.focus_spread_px is None)
        assert look.focus_box is None or look.focus_box.right_px > look.focus_box.left_px >= 0
    for score in found:
        assert score is None or 0 <= score.score_0_100 <= 100
        assert score is None or 0 <= score.uncertainty < 1000


def test_the_lenient_catalog_is_otherwise_as_any(lenient_catalog, stamps):
    entries, dated, found, looks = ask_everything(lenient_catalog, stamps)
    assert [entry.stars for entry in entries] == [3, 3, 3, 3]  # the last is the first, moved
    assert [entry.score_0_100 for entry in entries] == [50.0] * 4
    assert [one.marks for one in dated] == [Marks(3, Flag.PICKED)] * 4
    assert [score and score.score_0_100 for score in found] == [50.0] * 4
    assert looks == [LOOK] * 4
    assert len(COLUMNS) == 4 + 8 + 9 + 4 + 2 + 10 + 4 + 4


def test_a_photo_that_a_damaged_index_finds_twice_is_one_photo(lenient_catalog, stamps):
    with closing(sqlite3.connect(lenient_catalog)) as connection:
        connection.execute(
            "INSERT INTO mark SELECT id + 100, path, size_bytes, mtime_ns,"
            " content_hash, stars, flag, changed_ns, place FROM mark"
        )
        connection.commit()
    entries, dated, *_ = ask_everything(lenient_catalog, stamps)
    assert [entry.path for entry in entries] == [stamp.path for stamp in stamps]
    assert [entry.stars for entry in entries] == [3, 3, 3, 3]
    assert len(dated) == 4
