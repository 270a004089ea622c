import os
import sys
from pathlib import Path

import pytest

from engine.photos.discover import each_photo, find_photos
from engine.photos.suffixes import PHOTO_SUFFIXES

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")


def touch(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return paths


def test_folders_are_searched_to_the_bottom_and_sorted(tmp_path):
    touch(tmp_path, "b/z.jpg", "b/c/d/e.PNG", "a.Jpeg", "notes.txt", "b/video.mp4", "none")
    assert find_photos([tmp_path]) == [
        tmp_path / "a.Jpeg",
        tmp_path / "b/c/d/e.PNG",
        tmp_path / "b/z.jpg",
    ]


def test_every_promised_suffix_is_found(tmp_path):
    assert {".jpg", ".heic", ".avif", ".cr3", ".dng", ".nef", ".arw"} <= PHOTO_SUFFIXES
    photos = touch(tmp_path, *(f"photo{suffix}" for suffix in PHOTO_SUFFIXES))
    assert find_photos([tmp_path]) == sorted(photos)


def test_hidden_files_and_folders_are_left_out(tmp_path):
    touch(tmp_path, ".a.jpg", "._b.jpg", ".trash/c.jpg", "d/.e/f.jpg", "g.jpg")
    assert find_photos([tmp_path]) == [tmp_path / "g.jpg"]


def test_a_hidden_folder_that_is_named_is_searched(tmp_path):
    (photo,) = touch(tmp_path, ".hidden/a.jpg")
    assert find_photos([tmp_path / ".hidden"]) == [photo]


def test_a_named_file_is_kept_whatever_it_is(tmp_path):
    odd, hidden = touch(tmp_path, "notes.txt", ".a.jpg")
    missing = tmp_path / "missing.jpg"
    assert find_photos([odd, missing, hidden]) == sorted([odd, missing, hidden])


def test_no_photo_comes_twice(tmp_path, monkeypatch):
    (photo,) = touch(tmp_path, "sub/a.jpg")
    assert find_photos([tmp_path, photo, tmp_path / "sub", tmp_path]) == [photo]
    monkeypatch.chdir(tmp_path)
    assert find_photos([Path("sub/a.jpg"), Path("sub/../sub/a.jpg"), photo]) == [Path("sub/a.jpg")]


def test_nothing_gives_nothing(tmp_path):
    assert find_photos([]) == []
    assert find_photos([tmp_path]) == []


@needs_links
def test_a_loop_of_links_ends(tmp_path):
    (photo,) = touch(tmp_path, "a/b/c.jpg")
    (tmp_path / "a/b/up").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert find_photos([tmp_path]) == [photo]


@needs_links
def test_linked_folders_are_searched_and_real_names_win(tmp_path):
    (real,) = touch(tmp_path, "library/z/a.jpg")
    (elsewhere,) = touch(tmp_path, "elsewhere/b.jpg")
    (tmp_path / "library/best.jpg").symlink_to(real)
    (tmp_path / "library/more").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert find_photos([tmp_path / "library"]) == [tmp_path / "library/more/b.jpg", real]
    assert elsewhere not in find_photos([tmp_path / "library"])


@needs_links
def test_a_dangling_link_keeps_its_row(tmp_path):
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    assert find_photos([tmp_path]) == [tmp_path / "gone.jpg"]


def test_a_folder_that_may_not_be_listed_costs_a_warning(tmp_path, monkeypatch, expected_logs):
    (open_photo, _) = touch(tmp_path, "open/a.jpg", "shut/b.jpg")
    scandir = os.scandir

    def guarded(folder):
        if Path(folder).name == "shut":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", guarded)
    assert find_photos([tmp_path]) == [open_photo]
    assert [record.getMessage() for record in expected_logs] == [
        f"The folder {tmp_path / 'shut'} was left out: Permission denied."
    ]


@needs_links
def test_a_link_that_cannot_be_followed_costs_one_line_and_not_the_scan(tmp_path):
    too_long = "x" * 400  # no system takes such a name, so that looking at it is an error
    (tmp_path / "cwd").symlink_to(too_long)
    (tmp_path / "shot.jpg").symlink_to(too_long)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    photo, below = touch(tmp_path, "a.jpg", "z/b.jpg")
    left_out = []
    found = list(each_photo([tmp_path], on_left_out=lambda *what: left_out.append(what)))
    assert found == [photo, below, tmp_path / "shot.jpg"]  # reading it says what is wrong
    assert left_out == [(tmp_path / "cwd", "File name too long")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_named_like_a_photo_is_left_out_and_told(tmp_path, expected_logs):
    for name in ("pipe.jpg", "pipe.txt"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "link.png").symlink_to(tmp_path / "pipe.txt")
    photo, _ = touch(tmp_path, "a.jpg", "b.txt")
    left_out = []
    found = list(each_photo([tmp_path], on_left_out=lambda *what: left_out.append(what)))
    assert found == [photo]
    why = "This is a device or a pipe"
    assert left_out == [(tmp_path / "pipe.jpg", why), (tmp_path / "link.png", why)]
    find_photos([tmp_path])
    assert [record.getMessage() for record in expected_logs] == [
        f"The file {tmp_path / 'pipe.jpg'} was left out: This is a device or a pipe.",
        f"The link {tmp_path / 'link.png'} was left out: This is a device or a pipe.",
    ]


@needs_links
def test_a_link_that_cannot_be_followed_is_logged_as_a_link(tmp_path, expected_logs):
    (tmp_path / "cwd").symlink_to("x" * 400)
    assert find_photos([tmp_path]) == []
    assert [record.getMessage() for record in expected_logs] == [
        f"The link {tmp_path / 'cwd'} was left out: File name too long."
    ]


@needs_links
def test_a_named_path_that_may_not_be_looked_at_is_kept(tmp_path):
    named = tmp_path / ("x" * 400)
    assert find_photos([named]) == [named]


def test_thousands_of_files_come_sorted(tmp_path):
    for number in range(3000):
        (tmp_path / f"{number:05}.jpg").touch()
    photos = find_photos([tmp_path])
    assert len(photos) == 3000
    assert photos == sorted(photos)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_folder_gives_files_alone_and_no_pipe(tmp_path, expected_logs):
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "to pipe.jpg").symlink_to(tmp_path / "pipe.jpg")
    (tmp_path / "to nothing.jpg").symlink_to(tmp_path / "nothing.jpg")
    (tmp_path / "photo.jpg").touch()
    found = [path.name for path in find_photos([tmp_path])]
    assert found == ["photo.jpg", "to nothing.jpg"]
    assert len(expected_logs) == 2
    assert find_photos([tmp_path / "pipe.jpg"]) == [tmp_path / "pipe.jpg"]
