"""Focus and noise at 100 %, measured behind the library once photos are rated."""

import os

import numpy as np
import pytest
from PIL import Image, ImageFilter

from app.catalog.looks import StoredLook
from app.catalog.photo_files import stamp_of
from app.window.photo_list.photo_order import PhotoFilter, SortKey
from engine.defects.defect_identity import bundled_identity

LONG_MS = 60_000
_LONG_AGO_S = 1_700_000_000
_WIDTH_PX, _HEIGHT_PX = 2400, 1700  # more than four megapixels


@pytest.fixture
def large_folder(tmp_path):
    """A sharp and a blurred photo of more than four megapixels, and a small one."""
    folder = tmp_path / "large"
    folder.mkdir()
    pixels = np.full((_HEIGHT_PX, _WIDTH_PX, 3), 80, np.uint8)
    for left in range(100, _WIDTH_PX - 200, 400):
        pixels[300:1300, left : left + 150] = 220
    sharp = Image.fromarray(pixels)
    sharp.filter(ImageFilter.GaussianBlur(1.5)).save(folder / "a blurred.png", compress_level=1)
    sharp.save(folder / "b sharp.png", compress_level=1)
    sharp.resize((240, 170)).save(folder / "c small.png")
    for path in folder.iterdir():
        os.utime(path, (_LONG_AGO_S, _LONG_AGO_S))  # what has just changed is not remembered
    return folder


def numbers(library):
    return [entry.focus_at_100 for entry in library.photos.snapshot()()]


@pytest.fixture
def measured(qtbot, library, large_folder):
    library.load_model()
    library.open(large_folder)
    library.rate()
    qtbot.waitUntil(
        lambda: None not in numbers(library)[:2] and not library.measuring.is_measuring,
        timeout=LONG_MS,
    )
    return library


def test_large_photos_are_measured_once_they_are_rated(measured):
    blurred, sharp, small = measured.photos.snapshot()()
    assert blurred.focus_at_100 < 70 < sharp.focus_at_100
    assert sharp.noise_at_100 == pytest.approx(0, abs=0.5)
    assert (small.focus_at_100, small.noise_at_100) == (None, None)
    assert measured.page.rating_bar.detail.text() == ""


def test_the_list_is_sorted_and_filtered_by_what_was_measured(measured):
    measured.photos.set_sort(SortKey.FOCUS, is_descending=True)
    assert measured.names() == ["b sharp.png", "a blurred.png", "c small.png"]
    measured.photos.set_filter(PhotoFilter(least_focus=70))
    assert measured.names() == ["b sharp.png"]


def test_what_was_measured_is_remembered_and_not_measured_again(
    qtbot, measured, large_folder, monkeypatch
):
    before = numbers(measured)
    stamps = [stamp_of(path) for path in sorted(large_folder.iterdir())]
    looks = measured.catalog.looks(stamps, look_id=bundled_identity().look_id)
    assert [look is not None for look in looks] == [True, True, False]

    def no_finder():
        raise AssertionError("nothing is left to be measured")

    monkeypatch.setattr(measured.measuring, "_open_finder", no_finder)
    measured.open(large_folder)
    qtbot.waitUntil(lambda: numbers(measured) == before, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not measured.measuring.is_measuring, timeout=LONG_MS)


def test_nobody_measures_where_that_is_switched_off(qtbot, library, large_folder):
    library.settings.change(measures_at_100=False)
    library.load_model()
    library.open(large_folder)
    library.rate()
    assert not library.measuring.is_measuring
    assert numbers(library) == [None, None, None]
    library.settings.change(measures_at_100=True)
    assert library.measuring.is_measuring
    library.settings.change(measures_at_100=False)
    assert not library.measuring.is_measuring


def test_a_photo_that_changed_meanwhile_keeps_no_old_numbers(qtbot, library, large_folder):
    library.load_model()
    library.open(large_folder)
    library.rate()
    library.measuring.stop()
    entry = library.photos.entry(0)
    old = StoredLook(shares={}, focus_spread_px=1.0, noise_at_100=2.0)
    library.measuring._on_reported(library.measuring._generation, ([(entry.stamp, old)], 0))
    assert library.photos.entry(0).noise_at_100 == 2.0
    other = stamp_of(large_folder / "b sharp.png")
    changed = type(other)(path=other.path, size_bytes=1, mtime_ns=other.mtime_ns)
    library.measuring._on_reported(library.measuring._generation, ([(changed, old)], 0))
    assert library.photos.entry(1).noise_at_100 is None


def test_the_line_below_the_grid_says_how_many_are_left(library):
    library.page.rating_bar.show_measuring(34)
    assert ", 34 left" in library.page.rating_bar.detail.text()
    library.page.rating_bar.show_measuring(0)
    assert library.page.rating_bar.detail.text() == ""
