from contextlib import closing

import pytest

from app.catalog.connection import open_catalog
from app.catalog.looks import StoredLook
from app.catalog.photo_files import content_hash, stamp_of, store_content
from app.cli.look_memory import LookMemory

LOOK = StoredLook(shares={"blur": 0.25}, noise_at_100=2.5)


@pytest.fixture
def catalog(tmp_path):
    return tmp_path / "catalog.sqlite3"


@pytest.fixture
def photo(tmp_path, catalog):
    """A photo that was rated before, so that its content is known."""
    path = tmp_path / "a.jpg"
    path.write_bytes(b"a photo")
    with closing(open_catalog(catalog)) as connection:
        store_content(connection, stamp_of(path), content_hash(path))
    return path


def test_what_was_found_is_found_again_until_the_file_changes(catalog, photo):
    LookMemory(catalog).remember({photo: LOOK})
    assert LookMemory(catalog).find([photo, photo.with_name("gone.jpg")]) == {photo: LOOK}
    photo.write_bytes(b"another photo")
    assert LookMemory(catalog).find([photo]) == {}


def test_without_a_catalog_nothing_is_remembered(photo):
    memory = LookMemory(None)
    memory.remember({photo: LOOK})
    assert memory.find([photo]) == {}


def test_a_catalog_that_fails_costs_a_warning_and_no_more(tmp_path, photo, expected_logs):
    (tmp_path / "folder.sqlite3").mkdir()
    memory = LookMemory(tmp_path / "folder.sqlite3")
    memory.remember({photo: LOOK})
    assert memory.find([photo]) == {}
    said = [record.getMessage() for record in expected_logs]
    assert said[0].endswith("What was found in photos is not remembered this time.")
    assert said[1].endswith("Photos are looked at again.")
