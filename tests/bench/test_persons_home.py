from collections import Counter

import pytest
from PIL import Image

from bench.holiday_photos import make_holiday
from bench.persons_home import furnish

UNREADABLE = "IMG_2099.jpg"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home without a data set."""
    return furnish(tmp_path_factory.mktemp("anna"), labels=None, weights=None)


@pytest.fixture
def photos(home):
    return home.photos


def test_every_photo_is_told_once_in_the_order_of_names(home):
    in_it = sorted(path for path in home.folder.iterdir() if path.name != UNREADABLE)
    assert [photo.path for photo in home.photos] == in_it
    assert 40 < len(in_it) < 100
    assert all(home.fault_of(photo.path) == photo.fault for photo in home.photos)


def test_photos_with_scores_are_made_where_no_data_set_was_given(home):
    rows = home.rated.table.read_text().splitlines()
    assert len(rows) > 200
    assert home.weights is None


def test_there_are_good_and_bad_photos_of_many_things(photos):
    faults = Counter(photo.fault for photo in photos)
    assert 0.3 < faults.pop("") / len(photos) < 0.7
    assert len(faults) == 6
    assert len({photo.subject for photo in photos}) > 12
    assert ("motorcycle", "blurred") in {(photo.subject, photo.fault) for photo in photos}


def test_names_and_times_are_those_of_a_camera(photos):
    for photo in photos:
        sent_on = photo.fault == "passed on"
        assert photo.path.name.startswith("IMG-20260509-WA" if sent_on else "IMG_20")
        with Image.open(photo.path) as picture:
            assert picture.format == "JPEG"
            assert max(picture.size) == 1536
            assert picture.getexif()[0x0132].startswith("2026:05:09 ")


def test_the_same_photos_are_made_each_time(photos, tmp_path):
    again = make_holiday(tmp_path / "again")
    assert [one.path.read_bytes() for one in again] == [one.path.read_bytes() for one in photos]


def test_one_photo_was_cut_short(home):
    path = home.folder / UNREADABLE
    assert home.fault_of(path) == ""
    with Image.open(path) as picture, pytest.raises(OSError, match="truncated"):
        picture.load()
