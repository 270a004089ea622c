import os
import time

import pytest

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.marks import MarkChange, Marks
from app.catalog.photo_entry import Flag
from app.catalog.photo_files import stamp_of
from app.xmp.folder_reading import take_over_xmp
from app.xmp.packet import RATING
from app.xmp.packet_edit import new_packet
from app.xmp.photo_marks import read_marks

HOUR_S = 3600


@pytest.fixture
def catalog(tmp_path):
    catalog = LibraryCatalog(tmp_path / "catalog.sqlite3")
    yield catalog
    catalog.close()


@pytest.fixture
def stamps(tmp_path):
    (tmp_path / "photos").mkdir()
    paths = [tmp_path / "photos" / f"{number}.jpg" for number in range(3)]
    for path in paths:
        path.write_bytes(b"photo")
    return [stamp_of(path) for path in paths]


def rate(stamp, rating, *, hours=0):
    sidecar = stamp.path.with_name(stamp.path.name + ".xmp")
    sidecar.write_bytes(new_packet({RATING: rating}))
    when_s = time.time() + hours * HOUR_S
    os.utime(sidecar, (when_s, when_s))


def read(catalog, stamps, **options):
    changed = []
    take_over_xmp(catalog, stamps, on_changed=changed.extend, should_stop=lambda: False, **options)
    return changed


def stars(catalog, stamps):
    return [dated.marks.stars for dated in catalog.marks_of(stamps)]


def test_ratings_of_other_programs_are_taken_over_once(catalog, stamps):
    rate(stamps[1], "3")
    assert read(catalog, stamps) == [stamps[1]]
    assert stars(catalog, stamps) == [0, 3, 0]
    assert read(catalog, stamps) == []


def test_a_sidecar_changed_later_is_read_again(catalog, stamps):
    rate(stamps[0], "3")
    read(catalog, stamps)
    rate(stamps[0], "0", hours=1)
    assert read(catalog, stamps) == [stamps[0]]
    assert stars(catalog, stamps) == [0, 0, 0]


def test_stars_given_later_in_discern_stay(catalog, stamps):
    rate(stamps[0], "3", hours=-1)
    catalog.set_marks([MarkChange(stamp=stamps[0], stars=5)])
    assert read(catalog, stamps) == []
    assert stars(catalog, stamps) == [5, 0, 0]


def test_a_new_sidecar_without_stars_takes_none_away(catalog, stamps):
    catalog.set_marks([MarkChange(stamp=stamps[0], stars=5, flag=Flag.REJECTED)])
    read(catalog, stamps)
    rate(stamps[0], "0", hours=1)
    assert read(catalog, stamps) == []
    assert catalog.marks_of(stamps[:1])[0].marks == Marks(5, Flag.REJECTED)


def test_a_rejection_elsewhere_keeps_the_stars(catalog, stamps):
    catalog.set_marks([MarkChange(stamp=stamps[0], stars=5)])
    rate(stamps[0], "-1", hours=1)
    read(catalog, stamps)
    assert catalog.marks_of(stamps[:1])[0].marks == Marks(5, Flag.REJECTED)


def test_stopping_keeps_the_batches_that_are_done(catalog, stamps, monkeypatch):
    monkeypatch.setattr("app.xmp.folder_reading._BATCH", 1)
    for stamp in stamps:
        rate(stamp, "2")
    changed = []
    take_over_xmp(catalog, stamps, on_changed=changed.extend, should_stop=lambda: len(changed) == 2)
    assert stars(catalog, stamps) == [2, 2, 0]


def test_a_sidecar_that_cannot_be_understood_is_named_until_it_is_mended(catalog, stamps):
    sidecar = stamps[0].path.with_name("0.jpg.xmp")
    sidecar.write_bytes(b"broken")
    for _ in range(2):
        told = []
        assert read(catalog, stamps, on_unreadable=told.extend) == []
        ((path, reason),) = told
        assert path == sidecar
        assert reason.startswith("Its stars are not shown: ")
        assert reason.endswith(".")
    rate(stamps[0], "3")
    told = []
    assert read(catalog, stamps, on_unreadable=told.extend) == [stamps[0]]
    assert told == []


def test_a_photo_that_nobody_foresaw_costs_no_other_its_stars(
    catalog, stamps, monkeypatch, expected_logs
):
    for stamp in stamps:
        rate(stamp, "3")

    def fail_once(photo, names, **options):
        if photo == stamps[1].path:
            raise IndexError("oddity")
        return read_marks(photo, names, **options)

    monkeypatch.setattr("app.xmp.folder_reading.read_marks", fail_once)
    told = []
    read(catalog, stamps, on_unreadable=told.extend)
    assert stars(catalog, stamps) == [3, 0, 3]
    assert [path for path, _ in told] == [stamps[1].path]
    assert [record.levelname for record in expected_logs] == ["ERROR"]
