import os
from contextlib import closing
from pathlib import Path

import pytest

from app.catalog.connection import open_catalog
from app.catalog.library_catalog import LibraryCatalog
from app.catalog.looks import StoredLook
from app.catalog.photo_files import FileStamp, store_content
from engine.defects.box import Box
from engine.defects.own_pixels import OwnPixels

LOOK = StoredLook(
    shares={"blur": 1 / 3, "other damage": 0.0},
    shares_at_100={"blur": 0.1 + 0.2, "other damage": 0.0},
    focus_spread_px=2 / 3,
    focus_box=Box(left_px=1, top_px=2, width_px=256, height_px=255),
    noise_at_100=1 / 7,
)
SMALL = StoredLook(shares={"blur": 0.5})


def stamp(number):
    path = Path(os.fsdecode(b"/photos/caf\xe9%d.jpg" % number))
    return FileStamp(path=path, size_bytes=number, mtime_ns=number)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    with closing(open_catalog(path)) as connection:
        for number in range(12):
            store_content(connection, stamp(number), b"content %d" % number)
    return path


@pytest.fixture
def catalog(path):
    with closing(LibraryCatalog(path)) as catalog:
        yield catalog


def test_looks_come_back_exactly_in_the_order_that_is_asked_for(catalog):
    assert catalog.remember_looks([(stamp(1), LOOK), (stamp(2), SMALL)], look_id="n@1+1") == []

    stamps = [stamp(2), stamp(3), stamp(1), stamp(2)]
    assert catalog.looks(stamps, look_id="n@1+1") == [SMALL, None, LOOK, SMALL]
    assert catalog.looks(stamps, look_id="n@2+1") == [None] * 4
    assert LOOK.focus_at_100 == pytest.approx(87.19, abs=0.01)
    assert SMALL.focus_at_100 is None


def test_thousands_are_found_at_once(catalog):
    catalog.remember_looks([(stamp(number), SMALL) for number in range(12)], look_id="n")
    stamps = [stamp(number) for number in range(11_000)]
    assert catalog.looks(stamps, look_id="n") == [SMALL] * 12 + [None] * 10_988


def test_a_photo_whose_content_is_not_known_is_told_and_not_remembered(catalog):
    assert catalog.remember_looks([(stamp(99), LOOK), (stamp(1), LOOK)], look_id="n") == [stamp(99)]
    assert catalog.looks([stamp(99), stamp(1)], look_id="n") == [None, LOOK]


def test_a_changed_file_has_no_look(catalog):
    catalog.remember_looks([(stamp(1), LOOK)], look_id="n")
    changed = FileStamp(path=stamp(1).path, size_bytes=2, mtime_ns=1)
    assert catalog.looks([changed], look_id="n") == [None]


@pytest.mark.parametrize("column", ["shares", "shares_at_100", "focus_left_px", "noise_at_100"])
@pytest.mark.parametrize("value", ["[1]", "{", b"\xff", '{"blur": []}'])
def test_a_row_that_nobody_wrote_like_this_is_looked_at_again(catalog, path, column, value):
    catalog.remember_looks([(stamp(1), LOOK)], look_id="n")
    with closing(open_catalog(path)) as connection:
        connection.execute(f"UPDATE look SET {column} = ?", (value,))
    assert catalog.looks([stamp(1)], look_id="n") == [None]


def test_what_is_kept_of_own_pixels_is_what_rating_writes():
    own = OwnPixels(width_px=6000, height_px=4000, noise_at_100=2.5, shares={"blur": 0.25})
    kept = StoredLook.of({"blur": 0.0}, own)
    assert (kept.noise_at_100, kept.shares_at_100) == (2.5, {"blur": 0.25})
    assert (kept.focus_spread_px, kept.focus_box) == (None, None)
    assert StoredLook.of({"blur": 0.0}, None) == StoredLook(shares={"blur": 0.0})
