import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.catalog.connection import open_catalog
from app.catalog.library_catalog import LibraryCatalog
from app.catalog.marks import DatedMarks, MarkChange, Marks
from app.catalog.moved_photos import identify_marked, recognise_moved
from app.catalog.photo_entry import Flag
from app.catalog.photo_files import FileStamp, content_hash, stamp_of
from app.catalog.score_memory import ScoreMemory
from app.catalog.scores import StoredScore
from app.errors import CatalogUnavailable

MODEL = {"model_id": "m@1", "num_crops": 2}


def score(value):
    return StoredScore(
        score_0_100=value, uncertainty=1.5, crop_scores=(value,), width_px=6, height_px=4
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "catalog.sqlite3"


@pytest.fixture
def catalog(path):
    catalog = LibraryCatalog(path, busy_timeout_s=0.2)
    yield catalog
    catalog.close()


@pytest.fixture
def photo(tmp_path):
    """Makes a photo an hour old and gives its stamp."""

    def make(name, content=None):
        place = tmp_path / "photos" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(name.encode() if content is None else content)
        an_hour_ago_s = time.time() - 3600
        os.utime(place, (an_hour_ago_s, an_hour_ago_s))
        return stamp_of(place)

    return make


def rate(path, *stamps):
    with ScoreMemory(path, **MODEL) as memory:
        for number, stamp in enumerate(stamps):
            memory.remember(stamp, content_hash(stamp.path), score(10.0 * number))


def stars(catalog, *stamps):
    return [entry.stars for entry in catalog.entries(stamps, **MODEL)]


def test_entries_come_in_order_with_scores_marks_and_reasons(catalog, path, photo):
    a, b, c = photo("a.jpg"), photo("b.jpg"), photo("c.jpg")
    rate(path, a, b)
    catalog.set_marks([MarkChange(stamp=b, stars=4), MarkChange(stamp=c, flag=Flag.PICKED)])
    catalog.remember_errors([(c, "It is no photo.")])
    found = catalog.entries([c, a, b], **MODEL)
    assert [entry.path.name for entry in found] == ["c.jpg", "a.jpg", "b.jpg"]
    assert [entry.score_0_100 for entry in found] == [None, 0.0, 10.0]
    assert [entry.uncertainty for entry in found] == [None, 1.5, 1.5]
    assert [(entry.width_px, entry.height_px) for entry in found] == [(None, None), *[(6, 4)] * 2]
    assert [entry.stars for entry in found] == [0, 0, 4]
    assert [entry.flag for entry in found] == [Flag.PICKED, Flag.NONE, Flag.NONE]
    assert [entry.error for entry in found] == ["It is no photo.", None, None]
    assert [entry.stamp for entry in found] == [c, a, b]


def test_another_model_or_none_has_no_scores_but_the_same_marks(catalog, path, photo):
    a = photo("a.jpg")
    rate(path, a)
    catalog.set_marks([MarkChange(stamp=a, stars=2)])
    for options in ({"model_id": "m@2", "num_crops": 2}, {"model_id": None, "num_crops": None}):
        (entry,) = catalog.entries([a], **options)
        assert (entry.score_0_100, entry.stars) == (None, 2)


def test_setting_marks_returns_what_undoes_it(catalog, photo):
    a, b = photo("a.jpg"), photo("b.jpg")
    catalog.set_marks([MarkChange(stamp=a, stars=2, flag=Flag.REJECTED)])
    undo = catalog.set_marks([MarkChange(stamp=a, stars=5), MarkChange(stamp=b, stars=5)])
    assert stars(catalog, a, b) == [5, 5]
    catalog.set_marks(undo)
    assert stars(catalog, a, b) == [2, 0]
    assert catalog.entries([a], **MODEL)[0].flag is Flag.REJECTED


def test_a_change_of_stars_leaves_the_flag(catalog, photo):
    a = photo("a.jpg")
    catalog.set_marks([MarkChange(stamp=a, flag=Flag.PICKED)])
    catalog.set_marks([MarkChange(stamp=a, stars=3)])
    ((marks, changed_ns),) = [(m.marks, m.changed_ns) for m in catalog.marks_of([a])]
    assert marks == Marks(3, Flag.PICKED)
    assert abs(time.time_ns() - changed_ns) < 60e9


def test_stars_out_of_range_change_nothing(catalog, photo):
    a, b = photo("a.jpg"), photo("b.jpg")
    with pytest.raises(ValueError, match="0 to 5 stars, not 6"):
        catalog.set_marks([MarkChange(stamp=a, stars=1), MarkChange(stamp=b, stars=6)])
    assert stars(catalog, a, b) == [0, 0]


def test_a_photo_changed_in_place_keeps_its_stars_and_loses_its_score(catalog, path, photo):
    a = photo("a.jpg")
    rate(path, a)
    catalog.set_marks([MarkChange(stamp=a, stars=3)])
    changed = photo("a.jpg", b"with another title")
    (entry,) = catalog.entries([changed], **MODEL)
    assert (entry.score_0_100, entry.stars) == (None, 3)


def test_a_photo_moved_outside_keeps_score_and_stars(catalog, path, photo):
    a = photo("a.jpg")
    rate(path, a)
    catalog.set_marks([MarkChange(stamp=a, stars=3)])
    new_place = a.path.with_name("renamed.jpg")
    a.path.rename(new_place)
    new = stamp_of(new_place)
    assert stars(catalog, new) == [0]
    assert recognise_moved(catalog, [new], should_stop=lambda: False) == [new]
    (entry,) = catalog.entries([new], **MODEL)
    assert (entry.score_0_100, entry.stars) == (0.0, 3)
    assert recognise_moved(catalog, [new], should_stop=lambda: False) == []


def test_a_photo_starred_before_it_was_rated_is_found_after_a_move(catalog, photo):
    a = photo("a.jpg")
    catalog.set_marks([MarkChange(stamp=a, stars=3)])
    identify_marked(catalog, should_stop=lambda: False)
    assert catalog.unidentified_marked() == []
    new_place = a.path.with_name("renamed.jpg")
    a.path.rename(new_place)
    recognise_moved(catalog, [stamp_of(new_place)], should_stop=lambda: False)
    assert stars(catalog, stamp_of(new_place)) == [3]


def test_recognising_stops_when_asked_and_passes_over_what_vanished(catalog, path, photo):
    a, b = photo("a.jpg", b"same"), photo("b.jpg", b"same")
    rate(path, a)
    assert recognise_moved(catalog, [b], should_stop=lambda: True) == []
    b.path.unlink()
    assert recognise_moved(catalog, [b], should_stop=lambda: False) == []


def test_a_copy_does_not_share_the_marks_of_its_original(catalog, path, photo):
    a, copy = photo("a.jpg", b"same"), photo("copy.jpg", b"same")
    rate(path, a, copy)
    catalog.set_marks([MarkChange(stamp=copy, flag=Flag.REJECTED)])
    assert [entry.flag for entry in catalog.entries([a, copy], **MODEL)] == [
        Flag.NONE,
        Flag.REJECTED,
    ]


def test_a_copy_does_not_inherit_from_one_that_was_deleted(catalog, path, photo):
    a, copy = photo("a.jpg", b"same"), photo("copy.jpg", b"same")
    rate(path, a, copy)
    catalog.set_marks([MarkChange(stamp=copy, flag=Flag.REJECTED)])
    copy.path.unlink()
    assert catalog.entries([a], **MODEL)[0].flag is Flag.NONE


def test_a_copy_found_later_does_not_inherit_from_one_that_was_deleted(catalog, path, photo):
    copy = photo("copy.jpg", b"same")
    rate(path, copy)
    catalog.set_marks([MarkChange(stamp=copy, flag=Flag.REJECTED)])
    a = photo("a.jpg", b"same")
    rate(path, a)
    assert catalog.entries([a], **MODEL)[0].flag is Flag.NONE
    copy.path.unlink()
    assert catalog.entries([a], **MODEL)[0].flag is Flag.NONE


def test_a_copy_does_not_inherit_from_one_in_the_trash(catalog, path, photo):
    copy = photo("copy.jpg", b"same")
    rate(path, copy)
    catalog.set_marks([MarkChange(stamp=copy, flag=Flag.REJECTED)])
    catalog.leave_behind([copy.path])
    copy.path.unlink()
    a = photo("a.jpg", b"same")
    rate(path, a)
    assert catalog.entries([a], **MODEL)[0].flag is Flag.NONE


def test_a_photo_renamed_and_renamed_back_keeps_its_stars(catalog, path, photo):
    a = photo("a.jpg")
    rate(path, a)
    b_path = a.path.with_name("b.jpg")
    a.path.rename(b_path)
    b = stamp_of(b_path)
    rate(path, b)
    catalog.set_marks([MarkChange(stamp=b, stars=3)])
    b_path.rename(a.path)
    assert stars(catalog, stamp_of(a.path)) == [3]


def test_another_photo_under_the_old_name_of_a_moved_one_has_no_stars(catalog, path, photo):
    a = photo("a.jpg")
    rate(path, a)
    catalog.set_marks([MarkChange(stamp=a, stars=3)])
    a.path.rename(a.path.with_name("moved.jpg"))
    moved = stamp_of(a.path.with_name("moved.jpg"))
    rate(path, moved)
    assert stars(catalog, moved) == [3]
    other = photo("a.jpg", b"quite another photo")
    assert stars(catalog, other) == [0]


def test_renumbered_photos_keep_their_own_stars(catalog, path, photo):
    names = [f"{number}.jpg" for number in range(4)]
    stamps = [photo(name, b"x" * (number + 1)) for number, name in enumerate(names)]
    rate(path, *stamps)
    catalog.set_marks(
        [MarkChange(stamp=stamp, stars=number + 1) for number, stamp in enumerate(stamps)]
    )
    for stamp in reversed(stamps):
        stamp.path.rename(stamp.path.with_name(f"{int(stamp.path.stem) + 1}.jpg"))
    renamed = [stamp_of(stamps[0].path.with_name(f"{number}.jpg")) for number in range(1, 5)]
    recognise_moved(catalog, renamed, should_stop=lambda: False)
    assert stars(catalog, *renamed) == [1, 2, 3, 4]
    assert stars(catalog, *renamed) == [1, 2, 3, 4]


def test_a_drive_that_comes_back_still_has_its_stars(catalog, path, photo):
    on_drive = photo("drive/a.jpg", b"same")
    rate(path, on_drive)
    catalog.set_marks([MarkChange(stamp=on_drive, stars=3)])
    drive = on_drive.path.parent
    drive.rename(drive.with_name("unplugged"))
    here = photo("here.jpg", b"same")
    rate(path, here)
    assert stars(catalog, here) == [3]
    drive.with_name("unplugged").rename(drive)
    assert stars(catalog, on_drive, here) == [3, 3]


def test_a_move_by_the_program_takes_everything_along(catalog, path, photo):
    a, in_the_way = photo("a.jpg"), photo("b.jpg")
    rate(path, a)
    catalog.set_marks([MarkChange(stamp=a, stars=3), MarkChange(stamp=in_the_way, stars=1)])
    a.path.replace(in_the_way.path)
    new = stamp_of(in_the_way.path)
    catalog.follow_moves([(a, new)])
    (entry,) = catalog.entries([new], **MODEL)
    assert (entry.score_0_100, entry.stars) == (0.0, 3)
    assert stars(catalog, photo("a.jpg", b"another")) == [0]


def test_a_copy_by_the_program_has_the_marks_of_its_original_from_then_on(catalog, path, photo):
    a, copy = photo("a.jpg"), photo("copy.jpg", b"a.jpg")
    rate(path, a)
    catalog.set_marks([MarkChange(stamp=a, stars=3)])
    catalog.follow_copies([(a, copy)])
    catalog.set_marks([MarkChange(stamp=a, stars=1)])
    found = catalog.entries([a, copy], **MODEL)
    assert [(entry.score_0_100, entry.stars) for entry in found] == [(0.0, 1), (0.0, 3)]


def test_a_photo_taken_away_leaves_no_stars_to_its_place(catalog, photo):
    a = photo("a.jpg")
    catalog.set_marks([MarkChange(stamp=a, stars=3)])
    catalog.leave_behind([a.path])
    assert stars(catalog, photo("a.jpg", b"another")) == [0]
    back = photo("a.jpg")
    os.utime(back.path, ns=(a.mtime_ns, a.mtime_ns))
    assert stars(catalog, a) == [3]


def test_reasons_are_remembered_until_the_file_changes_or_they_are_forgotten(catalog, photo):
    a, b = photo("a.jpg"), photo("b.jpg")
    catalog.remember_errors([(a, "Broken."), (b, "Broken.")])
    assert catalog.entries([replace(a, size_bytes=9)], **MODEL)[0].error is None
    catalog.forget_errors([b])
    assert [entry.error for entry in catalog.entries([a, b], **MODEL)] == ["Broken.", None]


def test_a_file_that_may_still_be_copying_is_tried_again(catalog, photo):
    young = replace(photo("a.jpg"), mtime_ns=time.time_ns())
    catalog.remember_errors([(young, "It ends early.")])
    assert catalog.entries([young], **MODEL)[0].error is None


def test_marks_from_elsewhere_are_taken_with_their_date_and_reading(catalog, photo):
    a = photo("a.jpg")
    catalog.take_marks([(a, DatedMarks(Marks(4), 123))], {a.path: b"state"})
    assert catalog.marks_of([a]) == [DatedMarks(Marks(4), 123)]
    assert catalog.xmp_readings([a.path, Path("/other")]) == {a.path: b"state"}


def test_a_name_that_is_no_text_is_kept(catalog):
    odd = FileStamp(path=Path("/p") / os.fsdecode(b"caf\xe9.jpg"), size_bytes=1, mtime_ns=2)
    catalog.set_marks([MarkChange(stamp=odd, stars=1)])
    assert stars(catalog, odd) == [1]


def test_a_locked_catalog_is_named_and_nothing_is_changed(catalog, path, photo):
    a = photo("a.jpg")
    catalog.set_marks([MarkChange(stamp=a, stars=1)])
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(CatalogUnavailable, match=r"^Nothing was changed .* locked\."):
            catalog.set_marks([MarkChange(stamp=a, stars=2)])
        assert stars(catalog, a) == [1]
    catalog.set_marks([MarkChange(stamp=a, stars=2)])
    assert stars(catalog, a) == [2]


def test_moved_stars_are_shown_later_when_the_catalog_is_locked(
    catalog, path, photo, expected_logs
):
    a = photo("a.jpg")
    rate(path, a)
    catalog.set_marks([MarkChange(stamp=a, stars=3)])
    a.path.rename(a.path.with_name("b.jpg"))
    new = stamp_of(a.path.with_name("b.jpg"))
    rate(path, new)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert stars(catalog, new) == [0]
    assert "Stars of moved photos will be found later." in expected_logs[0].getMessage()
    assert stars(catalog, new) == [3]


def test_a_full_disk_is_named_and_what_was_written_stays(catalog, path, photo):
    a = photo("a.jpg")
    catalog.set_marks([MarkChange(stamp=a, stars=1)])
    (connection,) = catalog._connections._idle
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [
        MarkChange(stamp=replace(a, path=Path(f"/{number:0200}")), stars=5)
        for number in range(1000)
    ]
    with pytest.raises(CatalogUnavailable, match="full"):
        catalog.set_marks(many)
    assert stars(catalog, a, many[0].stamp) == [1, 0]
    connection.execute("PRAGMA max_page_count = 1000000")
    catalog.set_marks(many)
    assert stars(catalog, a, many[0].stamp) == [1, 5]


def test_a_catalog_damaged_on_the_way_is_set_aside_and_the_work_done(
    catalog, path, photo, expected_logs
):
    a = photo("a.jpg")
    many = [replace(a, path=Path(f"/{number:0200}")) for number in range(2000)]
    catalog.set_marks([MarkChange(stamp=stamp, stars=1) for stamp in many])
    catalog.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x55" * (len(content) - 4096)
    path.write_bytes(content)
    with closing(LibraryCatalog(path)) as again:
        again.set_marks([MarkChange(stamp=a, stars=2)])
        assert stars(again, a) == [2]
    assert "was damaged" in expected_logs[0].getMessage()
    assert len(list(path.parent.glob("catalog.damaged-*"))) >= 1


def test_many_threads_may_ask_and_tell_at_once(path, photo):
    stamps = [photo(f"{number}.jpg") for number in range(40)]
    failures = []
    with closing(LibraryCatalog(path)) as catalog:

        def work(mine):
            try:
                for stamp in mine:
                    catalog.set_marks([MarkChange(stamp=stamp, stars=3)])
                    catalog.entries(stamps, **MODEL)
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(stamps[n::4],)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert stars(catalog, *stamps) == [3] * 40


SCRIPT = """
    import sys
    from pathlib import Path
    from app.catalog.library_catalog import LibraryCatalog
    from app.catalog.marks import MarkChange
    from app.catalog.photo_files import FileStamp
    catalog = LibraryCatalog(Path(sys.argv[1]))
    for number in range(int(sys.argv[3])):
        pair = [FileStamp(path=Path(f"/{sys.argv[2]}-{number}-{side}"), size_bytes=1, mtime_ns=1)
                for side in "ab"]
        catalog.set_marks([MarkChange(stamp=stamp, stars=5) for stamp in pair])
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()
"""


def begin(path, name, count):
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(SCRIPT), path, name, str(count)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_windows_star_at_once(path):
    windows = [begin(path, name, 150) for name in ("one", "two")]
    assert [(window.communicate()[0].count("\n"), window.returncode) for window in windows] == [
        (150, 0),
        (150, 0),
    ]
    with closing(open_catalog(path)) as connection:
        assert connection.execute("SELECT count(*) FROM mark").fetchone() == (600,)


def test_a_kill_loses_no_star_that_was_given_and_leaves_no_half(path, catalog):
    process = begin(path, "killed", 100_000)
    for _ in range(50):
        last = int(process.stdout.readline())
    process.kill()
    rest = process.stdout.read().split()
    process.stdout.close()
    process.wait()
    last = int(rest[-1]) if rest else last
    with closing(open_catalog(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM mark WHERE stars = 5").fetchone()
    assert count in (2 * (last + 1), 2 * (last + 2))


@pytest.mark.alone
def test_a_hundred_thousand_photos_are_found_within_two_seconds(catalog, path):
    stamps = [
        FileStamp(path=Path(f"/photos/2026/{number:06}.jpg"), size_bytes=number, mtime_ns=number)
        for number in range(100_000)
    ]
    with closing(open_catalog(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO photo_file VALUES (?, ?, ?, ?)",
            [
                (os.fsencode(stamp.path), number, number, number.to_bytes(20, "little"))
                for number, stamp in enumerate(stamps)
            ],
        )
        connection.executemany(
            "INSERT INTO score (content_hash, model_id, num_crops, score_0_100, uncertainty,"
            " crop_scores, width_px, height_px) VALUES (?, 'm@1', 2, 50.0, 1.0, x'', 6, 4)",
            [(number.to_bytes(20, "little"),) for number in range(100_000)],
        )
        connection.execute("COMMIT")
    catalog.set_marks([MarkChange(stamp=stamp, stars=3) for stamp in stamps[::4]])
    began_s = time.process_time()
    found = catalog.entries(stamps, **MODEL)
    took_s = time.process_time() - began_s
    assert sum(entry.stars for entry in found) == 75_000
    assert {entry.score_0_100 for entry in found} == {50.0}
    assert took_s < 2.0
