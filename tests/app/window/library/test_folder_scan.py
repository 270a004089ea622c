import os
import sys
from pathlib import Path

import pytest

from app.catalog.library_catalog import LibraryCatalog
from app.window.library import folder_scan
from app.window.library.folder_scan import FolderUnreadable, scan_folder
from engine.photos.discover import find_photos


class Control:
    def __init__(self):
        self.is_cancelled = False
        self.batches = []

    def report(self, value):
        self.batches.append(value)


@pytest.fixture
def catalog(tmp_path):
    catalog = LibraryCatalog(tmp_path / "catalog.sqlite3")
    yield catalog
    catalog.close()


def scanned(folder, catalog, control=None):
    control = control or Control()
    result = scan_folder(folder, catalog=catalog, model=None)(control)
    return result, [entry for batch in control.batches for entry in batch.entries]


def test_it_finds_what_the_command_line_finds(photo_folder, catalog):
    result, entries = scanned(photo_folder, catalog)

    assert result.num_photos == 6
    assert sorted(entry.path for entry in entries) == find_photos([photo_folder])
    assert all(entry.size_bytes == entry.path.stat().st_size for entry in entries)


def test_the_order_is_that_of_people_with_folders_after_their_own_photos(tmp_path, catalog):
    for name in ("img10.jpg", "img9.jpg", "a/img1.jpg", "Img8.jpg"):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")

    _, entries = scanned(tmp_path / "photos", catalog)

    names = [str(entry.path.relative_to(tmp_path / "photos").as_posix()) for entry in entries]
    assert names == ["Img8.jpg", "img9.jpg", "img10.jpg", "a/img1.jpg"]


def test_the_first_batch_is_small_so_that_it_comes_soon(tmp_path, catalog, monkeypatch):
    monkeypatch.setattr(folder_scan, "_FIRST_BATCH", 2)
    monkeypatch.setattr(folder_scan, "_LARGEST_BATCH", 8)
    for number in range(23):
        (tmp_path / f"{number:02}.jpg").write_bytes(b"")
    control = Control()

    scanned(tmp_path, catalog, control)

    assert [len(batch.entries) for batch in control.batches] == [2, 8, 8, 5]


def test_a_cancelled_scan_hands_over_nothing_more(photo_folder, catalog):
    control = Control()
    control.is_cancelled = True

    _, entries = scanned(photo_folder, catalog, control)

    assert entries == []


def test_a_missing_folder_is_told_with_words(tmp_path, catalog):
    with pytest.raises(FolderUnreadable, match="is not there any more"):
        scanned(tmp_path / "gone", catalog)


def test_a_file_instead_of_a_folder_is_told_with_words(tmp_path, catalog):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"")

    with pytest.raises(FolderUnreadable, match="is a file"):
        scanned(path, catalog)


def refuse(monkeypatch, refused: Path):
    """As a folder of somebody else; a test that runs as root can't be refused in earnest."""
    scandir = os.scandir

    def scandir_or_refuse(path):
        if Path(path) == refused:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scandir_or_refuse)


def test_a_folder_without_permission_is_told_with_words(photo_folder, catalog, monkeypatch):
    refuse(monkeypatch, photo_folder)

    with pytest.raises(FolderUnreadable, match="can't be opened: Permission denied"):
        scanned(photo_folder, catalog)


def test_a_folder_below_without_permission_costs_that_folder(photo_folder, catalog, monkeypatch):
    refuse(monkeypatch, photo_folder / "below")

    result, entries = scanned(photo_folder, catalog)

    assert len(entries) == 4
    assert result.left_out == ((photo_folder / "below", "Permission denied"),)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_a_photo_that_vanishes_while_it_is_found_is_left_out(photo_folder, catalog):
    (photo_folder / "dangling.jpg").symlink_to(photo_folder / "nowhere.jpg")

    _, entries = scanned(photo_folder, catalog)

    assert len(entries) == 6


def test_photos_are_shown_without_a_catalog_that_cannot_be_used(
    photo_folder, tmp_path, monkeypatch, expected_logs
):
    monkeypatch.setattr(folder_scan, "_FIRST_BATCH", 2)
    blocked = tmp_path / "catalog"
    blocked.mkdir()  # where the file should be
    catalog = LibraryCatalog(blocked)

    result, entries = scanned(photo_folder, catalog)

    catalog.close()
    assert result.num_photos == 6
    assert sorted(entry.path for entry in entries) == find_photos([photo_folder])
    assert {(entry.score_0_100, entry.stars) for entry in entries} == {(None, 0)}
    (warning,) = expected_logs  # once, though there were two batches
    assert "Photos are shown without remembered scores and stars." in warning.getMessage()
