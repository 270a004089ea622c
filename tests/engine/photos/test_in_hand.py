import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.photos.apart.pool import the_pool
from engine.photos.decode import read_photo
from engine.photos.in_hand import holding, needs_care, noted_in

ROOT = Path(__file__).parents[3]
DYING = """
import os, sys
from pathlib import Path
from PIL import Image
from engine.photos.decode import read_photo
from engine.photos.in_hand import noted_in

def die(*_args, **_options):
    os.abort()

with noted_in(Path(sys.argv[1])) as left:
    read_photo(Path(sys.argv[2]))
    Image.open = die
    read_photo(Path(sys.argv[3]))
"""


def die_over(photo: Path, good: Path, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(folder), str(good), str(photo)],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGABRT or sys.platform == "win32"


@pytest.fixture
def photo(tmp_path, odd_files):
    return odd_files.good_jpeg(
        tmp_path, "half a \udce9.jpg" if sys.platform == "linux" else "a.jpg"
    )


@pytest.fixture
def good(tmp_path, odd_files):
    return odd_files.good_jpeg(tmp_path, "good.jpg")


def test_the_next_start_names_the_photo_that_ended_the_program(tmp_path, photo, good):
    die_over(photo, good, tmp_path / "notes")
    with noted_in(tmp_path / "notes") as left:
        assert left == [photo]
        assert needs_care(photo)
        assert not needs_care(good)
    with noted_in(tmp_path / "notes") as left:
        assert left == []
        assert needs_care(photo)  # for ever: nobody knows what is wrong with it
    assert not needs_care(photo)


def test_what_ended_the_program_is_read_apart(tmp_path, photo, good, monkeypatch):
    die_over(photo, good, tmp_path / "notes")
    asked = []
    ask = the_pool().photo

    def noting(path, decoder, **options):
        asked.append((path, decoder))
        return ask(path, decoder, **options)

    monkeypatch.setattr(the_pool(), "photo", noting)
    with noted_in(tmp_path / "notes"):
        assert (read_photo(photo).pixels_HW3 == read_photo(good).pixels_HW3).all()
    assert asked == [(photo, "JPEG")]


def test_a_program_that_ends_as_it_should_leaves_nothing(tmp_path, good):
    with noted_in(tmp_path / "notes"):
        read_photo(good)
    assert list((tmp_path / "notes").iterdir()) == []


def test_the_photos_of_a_program_at_work_are_not_named(tmp_path, photo):
    with noted_in(tmp_path / "notes"), holding(photo), noted_in(tmp_path / "notes") as left:
        assert left == []


def test_a_note_of_an_earlier_process_of_the_same_number_counts(tmp_path, photo):
    with noted_in(tmp_path), holding(photo):
        (note,) = tmp_path.glob("*.note")
        content = note.read_bytes()
    (tmp_path / f"{os.getpid()}-1.note").write_bytes(content)
    with noted_in(tmp_path) as left:
        assert left == [photo]


def test_a_damaged_note_and_a_damaged_list_are_passed_over(tmp_path):
    (tmp_path / "1-1.note").write_bytes(b"\xff\xff" + bytes(9000))
    (tmp_path / "read-apart.json").write_text('{"a": [1')
    with noted_in(tmp_path) as left:
        assert left == []
    (tmp_path / "read-apart.json").write_text("7")
    with noted_in(tmp_path) as left:
        assert left == []


def test_threads_hold_photos_of_their_own(tmp_path):
    paths = [tmp_path / f"{number}.jpg" for number in range(70)]
    all_hold = threading.Barrier(len(paths) + 1)
    may_go = threading.Event()

    def hold(path: Path) -> None:
        with holding(path):
            all_hold.wait(30)
            may_go.wait(30)

    with noted_in(tmp_path / "notes"):
        threads = [threading.Thread(target=hold, args=(path,)) for path in paths]
        for thread in threads:
            thread.start()
        all_hold.wait(30)
        (note,) = (tmp_path / "notes").glob("*.note")
        content = note.read_bytes()
        may_go.set()
        for thread in threads:
            thread.join()
        (tmp_path / "notes" / "1-1.note").write_bytes(content)
    with noted_in(tmp_path / "notes") as left:
        assert len(left) == 64
        assert set(left) <= set(paths)


def test_where_nothing_can_be_written_photos_are_read_all_the_same(tmp_path, good):
    (tmp_path / "notes").write_text("a file")
    with noted_in(tmp_path / "notes") as left:
        assert left == []
        assert read_photo(good).width_px == 320
