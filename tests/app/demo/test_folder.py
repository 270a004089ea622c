import hashlib

import pytest
from PIL import Image

from app.demo.folder import MARKER_NAME, make_demo_folder
from app.demo.partly import PARTLY_SPOILT
from app.demo.photographs import PHOTOGRAPHS
from app.errors import WrongUse


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    return folder, make_demo_folder(folder)


def _digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).digest() for path in folder.iterdir()}


def test_every_photograph_is_there_once_whole_and_five_times_spoilt(made):
    folder, degraded = made
    assert len(degraded) == 5 * len(PHOTOGRAPHS)
    assert {photo.original_path for photo in degraded} == {
        folder / f"{name}.png" for name in PHOTOGRAPHS
    }
    written = {path for path in folder.iterdir() if path.name != MARKER_NAME}
    partly = {folder / one.file_name for one in PARTLY_SPOILT}
    assert written - partly == {photo.path for photo in degraded} | {
        photo.original_path for photo in degraded
    }
    assert partly < written


def test_only_the_overcompressed_are_jpeg_and_sizes_stay(made):
    _, degraded = made
    for photo in degraded:
        with Image.open(photo.path) as image, Image.open(photo.original_path) as original:
            assert image.format == ("JPEG" if photo.fault == "overcompressed" else "PNG")
            assert image.size == original.size


def test_a_second_demo_writes_the_same_files(made):
    folder, degraded = made
    before = _digests(folder)
    (folder / "cat-noisy.png").write_bytes(b"cut short")
    assert make_demo_folder(folder) == degraded
    assert _digests(folder) == before


def test_the_folder_says_what_it_is_and_whose_photographs_these_are(made):
    text = (made[0] / MARKER_NAME).read_text(encoding="utf-8")
    assert "discern demo" in text
    assert "NASA" in text


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "cat.png").write_bytes(b"my cat")
    with pytest.raises(WrongUse, match="holds other files"):
        make_demo_folder(tmp_path)
    assert (tmp_path / "cat.png").read_bytes() == b"my cat"


def test_a_file_instead_of_a_folder_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WrongUse, match="is a file"):
        make_demo_folder(tmp_path / "file")
