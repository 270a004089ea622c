import errno
import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from app.actions import freedesktop_trash, trash
from app.actions.freedesktop_trash import put_in_trash
from app.actions.transfer import MoveTo
from app.actions.trash import MoveToTrash
from app.catalog.marks import MarkChange
from app.catalog.photo_entry import Flag
from app.catalog.photo_files import content_hash, stamp_of

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="this trash is of Linux desktops"
)


@pytest.fixture
def bin_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "Trash"


def test_a_photo_goes_with_its_sidecars_and_comes_back_with_its_stars(
    photo, catalog, marks, apply, folder, listing, bin_folder
):
    a = photo("a.jpg", sidecars=["a.jpg.xmp"])
    photo("b.jpg")
    catalog.set_marks([MarkChange(stamp=a.stamp, stars=3)])
    before = listing(folder)
    action = MoveToTrash([a], catalog)
    assert action.preview().lines == (f"{a.path}, with 1 sidecar",)
    assert action.preview().title == "Move 1 photo to the trash"
    assert action.preview().can_undo
    result = apply(action)
    assert listing(folder) == {"b.jpg": b"photo b.jpg"}
    assert sorted(os.listdir(bin_folder / "files")) == ["a.jpg", "a.jpg.xmp"]
    info = (bin_folder / "info" / "a.jpg.trashinfo").read_text()
    assert info.startswith(f"[Trash Info]\nPath={a.path}\nDeletionDate=20")
    assert result.undo.preview().lines == (str(a.path),)
    assert apply(result.undo).failures == ()
    assert listing(folder) == before
    assert marks(a.path) == [(3, Flag.NONE)]
    assert listing(bin_folder) == {}


def test_stars_survive_a_move_a_trash_and_both_undone(
    photo, catalog, marks, apply, tmp_path, bin_folder
):
    a = photo()
    there = tmp_path / "there"
    catalog.set_marks([MarkChange(stamp=a.stamp, stars=3)])
    move_back = apply(MoveTo([a], there, catalog)).undo
    moved = replace(a, path=there / "a.jpg")
    bring_back = apply(MoveToTrash([moved], catalog)).undo
    apply(bring_back)
    assert marks(moved.path) == [(3, Flag.NONE)]
    apply(move_back)
    assert marks(a.path) == [(3, Flag.NONE)]


def test_a_photo_back_from_the_trash_keeps_its_stars_when_it_is_renamed(
    photo, catalog, marks, apply, bin_folder
):
    a = photo()
    catalog.set_marks([MarkChange(stamp=a.stamp, stars=3)])
    catalog.learn_contents([(a.stamp, content_hash(a.path))])
    apply(apply(MoveToTrash([a], catalog)).undo)
    renamed = a.path.rename(a.path.with_name("b.jpg"))
    catalog.learn_contents([(stamp_of(renamed), content_hash(renamed))])
    assert marks(renamed) == [(3, Flag.NONE)]


def test_a_locked_catalog_does_not_hold_up_the_trash(
    photo, catalog, marks, apply, tmp_path, bin_folder, expected_logs
):
    a = photo()
    catalog.set_marks([MarkChange(stamp=a.stamp, stars=3)])
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite3", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        undo = apply(MoveToTrash([a], catalog)).undo
        assert not a.path.exists()
        apply(undo)
    assert [record.getMessage().split(" was not noted")[0] for record in expected_logs] == [
        f"That {a.path} went to the trash",
        f"That {a.path} is back from the trash",
    ]
    assert marks(a.path) == [(3, Flag.NONE)]


def test_photos_of_one_name_do_not_meet_in_the_trash(
    photo, catalog, apply, folder, listing, bin_folder
):
    photos = [photo(f"{place}/Zoë 1.jpg", content=place.encode()) for place in ("one", "two")]
    before = listing(folder)
    result = apply(MoveToTrash(photos, catalog))
    assert sorted(os.listdir(bin_folder / "files")) == ["Zoë 1 2.jpg", "Zoë 1.jpg"]
    assert "Zo%C3%AB%201.jpg" in (bin_folder / "info" / "Zoë 1.jpg.trashinfo").read_text()
    apply(result.undo)
    assert listing(folder) == before


def test_a_new_photo_at_the_place_is_left_alone(photo, catalog, apply, bin_folder):
    a = photo()
    undo = apply(MoveToTrash([a], catalog)).undo
    a.path.write_bytes(b"new")
    result = apply(undo)
    assert result.failures == ((a.path, "It stays in the trash: another file has its place now."),)
    assert a.path.read_bytes() == b"new"
    assert (bin_folder / "files" / "a.jpg").exists()


def test_an_emptied_trash_is_told(photo, catalog, apply, bin_folder):
    a = photo()
    undo = apply(MoveToTrash([a], catalog)).undo
    (bin_folder / "files" / "a.jpg").unlink()
    assert apply(undo).failures == ((a.path, "It is no longer in the trash."),)


def test_a_photo_that_cannot_go_costs_its_row_only(photo, catalog, apply, bin_folder, monkeypatch):
    a, b = photo("a.jpg", sidecars=["a.jpg.xmp"]), photo("b.jpg")
    a.path.unlink()
    ((path, reason),) = apply(MoveToTrash([a, b], catalog)).failures
    assert path == a.path
    assert reason.startswith("It could not be moved to the trash: No such file")
    assert a.path.with_name("a.jpg.xmp").exists()
    assert os.listdir(bin_folder / "files") == ["b.jpg"]
    assert os.listdir(bin_folder / "info") == ["b.jpg.trashinfo"]


def test_a_failure_half_way_leaves_no_trace_in_the_trash(photo, bin_folder, monkeypatch):
    a = photo()

    def refuse(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(freedesktop_trash, "rename_to_free", refuse)
    with pytest.raises(OSError, match="Input/output"):
        put_in_trash(a.path)
    assert a.path.exists()
    assert os.listdir(bin_folder / "info") == []


@pytest.fixture
def drive(photo, folder, bin_folder, monkeypatch):
    """The folder as if it were the top of a drive of its own."""
    device_of = freedesktop_trash._device_of
    monkeypatch.setattr(
        freedesktop_trash,
        "_device_of",
        lambda place: -7 if place == bin_folder else device_of(place),
    )
    monkeypatch.setattr(freedesktop_trash, "_mount_point", lambda _: folder)
    return folder


def test_a_photo_on_another_drive_goes_to_the_trash_of_that_drive(drive, photo, bin_folder):
    a = photo("below/a.jpg")
    trashed = put_in_trash(a.path)
    assert trashed.file == drive / f".Trash-{os.getuid()}" / "files" / "a.jpg"
    assert "\nPath=below/a.jpg\n" in trashed.info.read_text()
    freedesktop_trash.bring_back(trashed)
    assert a.path.exists()


def test_a_drive_with_a_shared_trash_uses_it(drive, photo):
    shared = drive / ".Trash"
    shared.mkdir()
    shared.chmod(0o1777)
    trashed = put_in_trash(photo().path)
    assert trashed.file == shared / str(os.getuid()) / "files" / "a.jpg"


def test_a_shared_trash_that_is_not_safe_is_passed_over(drive, photo):
    (drive / ".Trash").mkdir(mode=0o755)
    assert put_in_trash(photo().path).file.parent.parent.name == f".Trash-{os.getuid()}"


def test_a_drive_without_room_for_a_trash_uses_the_users(drive, photo, bin_folder, monkeypatch):
    def refuse(_):
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(freedesktop_trash, "_trash_of_drive", refuse)
    assert put_in_trash(photo().path).file == bin_folder / "files" / "a.jpg"


def test_any_other_failure_of_the_drive_is_told(drive, photo, monkeypatch):
    def refuse(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(freedesktop_trash, "_trash_of_drive", refuse)
    with pytest.raises(OSError, match="Input/output"):
        put_in_trash(photo().path)


def test_a_trash_full_of_one_name_is_told(photo, bin_folder, monkeypatch):
    monkeypatch.setattr(freedesktop_trash, "_MOST_NAMES", 2)
    (bin_folder / "files").mkdir(parents=True)
    (bin_folder / "files" / "a.jpg").write_bytes(b"")
    with pytest.raises(FileExistsError, match="too many files of this name"):
        put_in_trash(photo().path)


def test_a_name_another_window_has_just_claimed_is_passed_over(photo, bin_folder):
    (bin_folder / "info").mkdir(parents=True)
    (bin_folder / "info" / "a.jpg.trashinfo").write_text("claimed")
    assert put_in_trash(photo().path).file.name == "a 2.jpg"


def test_the_mount_point_of_a_photo_is_above_it(photo):
    top = freedesktop_trash._mount_point(photo().path)
    assert os.path.ismount(top)


def test_where_undo_is_not_possible_the_preview_says_so(photo, catalog, apply, monkeypatch, folder):
    gone = []
    monkeypatch.setattr(trash, "send2trash", gone.append)
    a = photo("a.jpg", sidecars=["a.jpg.xmp"])
    action = MoveToTrash([a], catalog, can_bring_back=False)
    assert not action.preview().can_undo
    assert "Undo can't bring them back on this system" in action.preview().conflicts[0]
    assert apply(action).undo is None
    assert gone == [str(a.path), f"{a.path}.xmp"]


def test_stopping_keeps_the_rest(photo, catalog, bin_folder):
    photos = [photo(f"{number}.jpg") for number in range(3)]
    done = []
    result = MoveToTrash(photos, catalog).apply(
        lambda *progress: done.append(progress), lambda: bool(done)
    )
    assert os.listdir(bin_folder / "files") == ["0.jpg"]
    assert result.undo.apply(lambda *_: None, lambda: True).failures == ()
    assert not photos[0].path.exists()
