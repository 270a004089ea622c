import os
import time

import pytest

from engine.files import leftovers
from engine.files.leftovers import is_leftover_name, remove_leftover
from engine.photos.discover import find_photos

LEFT = [".discern-ab12_x9z", ".discern-ab12_x9z.part", ".discern.4711-0a1b2c3d.part"]
NOT_OURS = [
    "discern-ab12_x9z", ".discern", ".discern-notes", ".discern-ab12_x9z.txt", ".discern-AB12CD34",
    ".discern.4711-0a1b2c3d", "a.discern.4711-0a1b2c3d.part", ".discern-ab12_x9zz",
]  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_our_own_temporary_names_are_known(name):
    assert is_leftover_name(name)


@pytest.mark.parametrize("name", NOT_OURS)
def test_no_other_name_is_taken_for_one(name):
    assert not is_leftover_name(name)


@pytest.fixture
def an_hour_later(monkeypatch):
    now_s = time.time()
    monkeypatch.setattr(leftovers.time, "time", lambda: now_s + 4000)


def test_old_leftovers_go_at_the_next_visit(tmp_path, odd_files, an_hour_later):
    below = tmp_path / "below"
    below.mkdir()
    for folder in (tmp_path, below):
        for name in [*LEFT, *NOT_OURS]:
            (folder / name).write_bytes(b"half of a file")
    odd_files.good_jpeg(below)
    assert find_photos([tmp_path]) == [below / "good.jpg"]
    for folder in (tmp_path, below):
        assert {path.name for path in folder.glob("*discern*")} == set(NOT_OURS)


def test_what_may_still_be_written_stays(tmp_path):
    path = tmp_path / LEFT[0]
    path.touch()
    an_hour_ago_s = time.time() - 7200
    os.utime(path, (an_hour_ago_s, an_hour_ago_s))  # as a copy gets the times of its photo
    remove_leftover(path)
    assert path.exists()


def test_links_and_folders_stay(tmp_path, an_hour_later):
    (tmp_path / "photo.jpg").touch()
    (tmp_path / LEFT[0]).symlink_to(tmp_path / "photo.jpg")
    (tmp_path / LEFT[1]).mkdir()
    for name in LEFT:
        remove_leftover(tmp_path / name)
    assert len(list(tmp_path.iterdir())) == 3
