import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from app.actions import safe_files, transfer
from app.actions.marking import MarkStore, set_stars
from app.actions.transfer import CopyTo, MoveTo
from app.catalog.marks import MarkChange
from app.catalog.photo_entry import Flag
from app.catalog.photo_files import content_hash, stamp_of


@pytest.fixture
def there(tmp_path):
    return tmp_path / "there"


def test_a_move_takes_sidecars_and_stars_along_and_comes_back(
    photo, there, catalog, marks, apply, listing, folder
):
    a = photo("a.jpg", sidecars=["a.jpg.xmp", "a.xmp", "a.jpg.pp3"])
    photo("b.jpg", sidecars=["b.jpg.xmp"])
    store = MarkStore(catalog, sidecar_style=lambda: None)
    unstar = apply(set_stars([a], 4, store)).undo
    before = listing(folder)
    result = apply(MoveTo([a], there, catalog))
    assert result.failures == ()
    assert sorted(listing(there)) == ["a.jpg", "a.jpg.pp3", "a.jpg.xmp", "a.xmp"]
    assert sorted(listing(folder)) == ["b.jpg", "b.jpg.xmp"]
    assert marks(there / "a.jpg") == [(4, Flag.NONE)]
    again = apply(result.undo).undo
    assert listing(folder) == before
    assert listing(there) == {}
    assert marks(a.path) == [(4, Flag.NONE)]
    apply(unstar)
    assert marks(a.path) == [(0, Flag.NONE)]
    apply(again)
    assert sorted(listing(there)) == ["a.jpg", "a.jpg.pp3", "a.jpg.xmp", "a.xmp"]


def test_a_copy_leaves_the_original_and_has_its_stars(
    photo, there, catalog, marks, apply, listing, folder
):
    a = photo("a.jpg", sidecars=["a.jpg.xmp"])
    catalog.learn_contents([(a.stamp, content_hash(a.path))])
    catalog.set_marks([MarkChange(stamp=a.stamp, stars=3)])
    before = listing(folder)
    result = apply(CopyTo([a], there, catalog))
    assert listing(folder) == listing(there) == before
    assert marks(a.path, there / "a.jpg") == [(3, Flag.NONE)] * 2
    assert catalog.maybe_moved([stamp_of(there / "a.jpg")]) == []
    assert apply(result.undo).failures == ()
    assert listing(there) == {}
    assert listing(folder) == before


def test_a_preview_shows_targets_sidecars_and_conflicts_and_changes_nothing(
    photo, there, catalog, listing
):
    there.mkdir()
    (there / "a.jpg").write_bytes(b"another photo")
    (there / "c.jpg.xmp").write_bytes(b"another sidecar")
    a, b = photo("a.jpg", sidecars=["a.jpg.xmp"]), photo("b.jpg")
    c = photo("c.jpg", sidecars=["c.jpg.xmp"])
    shutil.copy2(b.path, there / "b.jpg")
    preview = MoveTo([a, b, c], there, catalog).preview()
    assert preview.title == f"Move 2 photos to {there}"
    assert preview.num_photos == 2
    assert preview.lines == (
        f"a.jpg → {there / 'a (2).jpg'}, with 1 sidecar",
        f"c.jpg → {there / 'c (2).jpg'}, with 1 sidecar",
    )
    assert preview.conflicts == (
        "a.jpg is another file there; this one becomes a (2).jpg.",
        "b.jpg is there already, and is left out.",
        "c.jpg is another file there; this one becomes c (2).jpg.",
    )
    assert sorted(listing(there)) == ["a.jpg", "b.jpg", "c.jpg.xmp"]


def test_nothing_is_overwritten_and_sidecars_keep_to_their_photo(
    photo, there, catalog, apply, listing
):
    there.mkdir()
    (there / "A.JPG").write_bytes(b"another photo")
    a = photo("a.jpg", sidecars=["a.jpg.xmp", "a.xmp", "a_01.jpg.xmp"])
    apply(MoveTo([a], there, catalog))
    files = listing(there)
    assert files["A.JPG"] == b"another photo"
    assert sorted(files) == ["A.JPG", "a (2).jpg", "a (2).jpg.xmp", "a (2).xmp", "a (2)_01.jpg.xmp"]


def test_photos_of_one_name_from_two_folders_both_arrive(photo, there, catalog, apply, listing):
    one, two = photo("one/a.jpg", content=b"1"), photo("two/a.jpg", content=b"22")
    apply(CopyTo([one, two], there, catalog))
    assert listing(there) == {"a.jpg": b"1", "a (2).jpg": b"22"}


def test_a_shared_sidecar_goes_with_the_raw(photo, there, catalog, apply, listing, folder):
    raw, jpg = photo("a.CR2", sidecars=["a.xmp"]), photo("a.JPG")
    apply(MoveTo([jpg], there, catalog))
    assert sorted(listing(there)) == ["a.JPG"]
    apply(MoveTo([raw], there, catalog))
    assert sorted(listing(there)) == ["a.CR2", "a.JPG", "a.xmp"]
    assert listing(folder) == {}


@pytest.mark.parametrize("action", [CopyTo, MoveTo])
def test_going_to_the_folder_where_it_is_does_nothing(action, photo, folder, catalog, apply):
    a = photo()
    assert action([a], folder, catalog).preview().num_photos == 0
    assert apply(action([a], folder, catalog)).undo is None
    assert os.listdir(folder) == ["a.jpg"]


def test_a_photo_that_vanished_costs_its_row_only(photo, there, catalog, apply, listing):
    a, b = photo("a.jpg"), photo("b.jpg")
    a.path.unlink()
    result = apply(MoveTo([a, b], there, catalog))
    ((path, reason),) = result.failures
    assert path == a.path
    assert reason == "It was not moved: No such file or directory."
    assert sorted(listing(there)) == ["b.jpg"]


def test_a_full_disk_ends_it_with_two_sentences(photo, there, catalog, apply, monkeypatch):
    photos = [photo(f"{number}.jpg") for number in range(4)]
    copy = shutil.copyfileobj

    def fill(read, written, *more):
        if Path(read.name).name != "0.jpg":
            raise OSError(errno.ENOSPC, "No space left on device")
        copy(read, written, *more)

    monkeypatch.setattr(safe_files.shutil, "copyfileobj", fill)
    result = apply(CopyTo(photos, there, catalog))
    assert result.failures == (
        (photos[1].path, "It was not copied: No space left on device."),
        (there, "Not tried after that: 2 photos."),
    )
    assert os.listdir(there) == ["0.jpg"]
    apply(result.undo)
    assert os.listdir(there) == []


def test_a_drive_pulled_on_the_way_ends_it(photo, there, catalog, monkeypatch):
    photos = [photo(f"{number}.jpg") for number in range(4)]
    result = CopyTo(photos, there, catalog).apply(
        lambda done, total: there.rename(there.with_name("pulled")), lambda: False
    )
    assert [path for path, _ in result.failures] == [photos[1].path, there]
    assert os.listdir(there.with_name("pulled")) == ["0.jpg"]
    assert result.undo is not None


def test_stopping_keeps_what_is_done_and_can_be_undone(photo, there, catalog, apply, folder):
    photos = [photo(f"{number}.jpg") for number in range(3)]
    done = []
    result = MoveTo(photos, there, catalog).apply(
        lambda *progress: done.append(progress), lambda: len(done) == 2
    )
    assert done == [(1, 3), (2, 3)]
    assert sorted(os.listdir(there)) == ["0.jpg", "1.jpg"]
    apply(result.undo)
    assert sorted(os.listdir(folder)) == ["0.jpg", "1.jpg", "2.jpg"]


def test_a_file_where_the_folder_should_be_is_named(photo, there, catalog, apply):
    there.write_bytes(b"a file")
    preview = MoveTo([photo()], there, catalog).preview()
    assert preview.num_photos == 0
    assert preview.conflicts[0] == f"{there} is a file. Choose a folder."
    result = apply(MoveTo([photo()], there, catalog))
    assert result.failures == ((there, "It was not made: another file has its name there now."),)


def test_a_disk_too_small_is_told_before(photo, there, catalog, monkeypatch):
    usage = shutil.disk_usage(there.parent)._replace(free=3)
    monkeypatch.setattr("app.actions.transfer_plan.shutil.disk_usage", lambda _: usage)
    a = photo()
    assert (
        "0 MB are needed for 1 photo, but only 0 MB are free"
        in (CopyTo([a], there, catalog).preview().conflicts[0])
    )
    assert MoveTo([a], there, catalog).preview().conflicts == ()


def test_moving_back_leaves_a_file_that_took_the_place(photo, there, catalog, apply, folder):
    a = photo()
    undo = apply(MoveTo([a], there, catalog)).undo
    assert undo.preview().lines == (f"{there / 'a.jpg'} → {a.path}",)
    a.path.write_bytes(b"new")
    result = apply(undo)
    assert result.failures == (
        (there / "a.jpg", "It was not moved back: another file has its name there now."),
    )
    assert a.path.read_bytes() == b"new"
    assert (there / "a.jpg").exists()


def test_moving_back_makes_the_folder_again(photo, there, catalog, apply, folder):
    a = photo("below/a.jpg")
    undo = apply(MoveTo([a], there, catalog)).undo
    a.path.parent.rmdir()
    assert apply(undo).failures == ()
    assert a.path.exists()


@pytest.mark.parametrize("changed", ["the copy", "the original"])
def test_a_copy_is_not_removed_once_it_may_be_the_only_one(changed, photo, there, catalog, apply):
    a = photo()
    undo = apply(CopyTo([a], there, catalog)).undo
    assert not undo.preview().can_undo
    if changed == "the copy":
        (there / "a.jpg").write_bytes(b"edited")
    else:
        a.path.unlink()
    ((path, reason),) = apply(undo).failures
    assert path == there / "a.jpg"
    assert "so the copy is kept" in reason
    assert path.exists()


def test_a_locked_catalog_does_not_hold_up_files(
    photo, there, catalog, apply, tmp_path, expected_logs
):
    a = photo()
    catalog.set_marks([MarkChange(stamp=a.stamp, stars=1)])
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite3", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        result = apply(MoveTo([a], there, catalog))
    assert result.failures == ()
    assert os.listdir(there) == ["a.jpg"]
    assert "Stars will be found again" in expected_logs[0].getMessage()


def test_a_kill_while_moving_loses_no_file_and_leaves_no_half(tmp_path, folder, there):
    for number in range(300):
        (folder / f"{number}.jpg").write_bytes(b"%d" % number * 1000)
        (folder / f"{number}.jpg.xmp").write_bytes(b"sidecar")
    script = """
        import sys
        from pathlib import Path
        from app.actions.transfer import MoveTo
        from app.catalog.library_catalog import LibraryCatalog
        from app.catalog.photo_files import stamp_of
        from app.catalog.photo_entry import PhotoEntry
        source, target, catalog = map(Path, sys.argv[1:])
        stamps = [stamp_of(path) for path in sorted(source.glob("*.jpg"))]
        photos = [PhotoEntry(path=s.path, size_bytes=s.size_bytes, mtime_ns=s.mtime_ns)
                  for s in stamps]
        def progress(done, total):
            sys.stdout.write(f"{done}\\n")
            sys.stdout.flush()
        MoveTo(photos, target, LibraryCatalog(catalog)).apply(progress, lambda: False)
    """
    process = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)),
            *map(str, (folder, there, tmp_path / "c.sqlite3")),
        ],
        stdout=subprocess.PIPE,
    )
    for _ in range(20):
        process.stdout.readline()
    process.kill()
    process.communicate()
    found = {path.name: path for place in (folder, there) for path in place.glob("*.jpg")}
    assert len(found) == 300
    assert all(path.read_bytes() == path.stem.encode() * 1000 for path in found.values())
    sidecars = {path.name for place in (folder, there) for path in place.glob("*.xmp")}
    assert len(sidecars) == 300


def test_devices_are_told_apart_even_for_a_folder_to_be_made(tmp_path):
    device = tmp_path.stat().st_dev
    assert transfer._device(tmp_path / "no" / "such") == device
