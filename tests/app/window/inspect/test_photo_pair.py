"""How photo and map share the room."""

import numpy as np
import pytest
from PySide6.QtCore import QSize

from app.window.inspect.photo_pair import PhotoPair
from app.window.photo_view.layered_image import LayeredImage, image_of
from app.window.photo_view.photo_loader import LoadedPhoto

LONG_MS = 30_000


def photo(width_px, height_px, tmp_path):
    image = image_of(np.full((height_px // 10, width_px // 10, 3), 128, np.uint8))
    return LoadedPhoto(
        path=tmp_path / "a.jpg",
        colour=LayeredImage((image,)),
        grey=LayeredImage((image,)),
        photo_size=QSize(width_px, height_px),
        facts=[],
    )


@pytest.fixture
def pair(qtbot):
    pair = PhotoPair()
    qtbot.addWidget(pair)
    pair.resize(900, 600)
    pair.set_shown(shows_overlay=True, is_one_at_a_time=False)
    with qtbot.waitActive(pair):
        pair.show()
    return pair


@pytest.mark.parametrize(
    ("photo_size", "room", "is_stacked"),
    [
        ((3000, 2000), (900, 400), False),
        ((3000, 2000), (700, 900), True),
        ((2000, 3000), (900, 600), False),
        ((2000, 3000), (500, 600), False),
        ((6000, 2000), (900, 600), True),
    ],
)
def test_photo_and_map_lie_so_that_both_are_largest(pair, tmp_path, photo_size, room, is_stacked):
    pair.show_photo(photo(*photo_size, tmp_path))
    pair.resize(*room)
    assert pair.is_stacked == is_stacked


def test_the_chosen_arrangement_shows_the_photo_no_smaller_than_the_other(pair, tmp_path):
    for width, height in ((3000, 2000), (2000, 3000), (4000, 1000), (2000, 2000)):
        pair.show_photo(photo(width, height, tmp_path))
        for room in ((900, 400), (700, 900), (600, 600), (1500, 800)):
            pair.resize(*room)
            beside = min((room[0] / 2) / width, room[1] / height)
            below = min(room[0] / width, (room[1] / 2) / height)
            if abs(beside / below - 1) > 0.1:  # captions and gaps decide the rest
                assert pair.is_stacked == (below > beside)


def test_one_at_a_time_the_map_flips_in_the_photos_own_place(qtbot, pair, tmp_path):
    pair.show_photo(photo(3000, 2000, tmp_path))
    pair.set_shown(shows_overlay=True, is_one_at_a_time=True)
    assert not pair.photo_view.isVisible()
    qtbot.waitUntil(lambda: pair.overlay_view.width() == pair.width(), timeout=LONG_MS)
    place = pair.overlay_view.geometry()
    pair.set_shown(shows_overlay=False, is_one_at_a_time=True)
    assert not pair.overlay_view.isVisible()
    qtbot.waitUntil(lambda: pair.photo_view.geometry() == place, timeout=LONG_MS)


def test_the_keys_stay_with_the_photo_that_is_seen(pair, tmp_path):
    pair.show_photo(photo(3000, 2000, tmp_path))
    pair.photo_view.setFocus()
    pair.set_shown(shows_overlay=True, is_one_at_a_time=True)
    assert pair.overlay_view.hasFocus()
    pair.set_shown(shows_overlay=False, is_one_at_a_time=True)
    assert pair.photo_view.hasFocus()


def test_flipping_keeps_zoom_and_place(pair, tmp_path):
    pair.show_photo(photo(3000, 2000, tmp_path))
    pair.set_shown(shows_overlay=True, is_one_at_a_time=True)
    pair.shown_view.toggle_actual_pixels()
    state = pair.overlay_view.state
    assert state.scale is not None
    pair.set_shown(shows_overlay=False, is_one_at_a_time=True)
    assert pair.shown_view.state == state
