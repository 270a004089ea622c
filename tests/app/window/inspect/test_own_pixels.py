"""What the inspector says and shows of a photo's own pixels."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app.window.photo_list.photo_columns import PhotoBatch

LONG_MS = 30_000
_WIDTH_PX, _HEIGHT_PX = 2400, 1800  # more than four megapixels
_SHARP = ((500, 400), (1900, 1300))  # the middles of two crosses with sharp edges


@pytest.fixture
def large_photo(tmp_path, photos, entry_of):
    """A smooth photo with two crosses, the first sharper than the second, as the only one."""
    pixels = np.full((_HEIGHT_PX, _WIDTH_PX, 3), 90, np.uint8)
    for (x, y), grey in zip(_SHARP, (230, 200), strict=True):
        pixels[y - 90 : y + 90, x - 60 : x - 10] = grey
        pixels[y - 10 : y + 50, x - 100 : x + 100] = grey
    path = tmp_path / "large.png"
    Image.fromarray(pixels).save(path, compress_level=1)
    photos.replace_all(PhotoBatch.of([entry_of(path, score_0_100=50.0)]))
    return path


@pytest.fixture
def looked_at(qtbot, page, large_photo):
    page.show_row(0)
    qtbot.waitUntil(
        lambda: (looks := page.overlays.looks) is not None and looks.is_complete, timeout=LONG_MS
    )
    return page


def test_focus_and_noise_are_numbers_with_words(looked_at):
    focus, noise = looked_at.panel.own.focus.text(), looked_at.panel.own.noise.text()
    assert focus.startswith(("9", "100"))
    assert "of 100, sharp (" in focus
    assert noise == "0.0 of 255, hardly any"


def test_a_photo_over_four_megapixels_says_that_it_was_rated_reduced(looked_at):
    assert looked_at.panel.own.reduced.isVisible()
    assert looked_at.panel.own.reduced.text().startswith(
        "Rated reduced: the score of this photo of 4 "
    )


def test_a_small_photo_was_rated_whole(qtbot, page):
    page.show_row(0)
    qtbot.waitUntil(
        lambda: (looks := page.overlays.looks) is not None and looks.is_complete, timeout=LONG_MS
    )
    assert not page.panel.own.reduced.isVisible()


def test_defects_at_100_percent_have_a_map_and_words_of_their_own(qtbot, looked_at, settings):
    assert looked_at.panel.own.defects.legend.lines() == ["noise: spoils the photo, everywhere"]
    assert looked_at.panel.defects.legend.lines() == ["blur: spoils the photo, everywhere"]
    settings.change(overlay_side="own_pixels")
    assert looked_at.pair.overlay_caption == "Defects at 100 %"
    before = looked_at.pair.overlay_view.grab().toImage()
    settings.change(overlay_side="distortions")
    assert looked_at.pair.overlay_view.grab().toImage() != before


def test_the_map_at_100_percent_says_when_it_sees_nothing(
    qtbot, page, finder, large_photo, settings
):
    finder.sees_at_100 = ()
    settings.change(overlay_side="own_pixels")
    page.show_row(0)
    qtbot.waitUntil(
        lambda: page.pair.overlay_caption == "Defects at 100 %: this map sees none",
        timeout=LONG_MS,
    )
    silence = page.panel.own.defects.legend.silence
    assert silence.startswith("No blur that this map can see")
    assert "noise" in silence
    assert "exposure" not in silence  # which shows in the whole photo


def test_the_numbers_are_there_before_the_first_part_was_looked_at(
    qtbot, page, finder, large_photo, settings
):
    settings.change(overlay_side="own_pixels")
    finder.may_look_closer.clear()
    page.show_row(0)
    qtbot.waitUntil(lambda: "looked at 0 of" in page.pair.overlay_caption, timeout=LONG_MS)
    assert "of 100, sharp" in page.panel.own.focus.text()
    (said,) = page.panel.own.defects.lines()  # and nothing yet of what is not there
    assert said.startswith("Looked at 0 of ")
    assert page.panel.own.loupe.isVisible()
    finder.may_look_closer.set()
    qtbot.waitUntil(lambda: page.pair.overlay_caption == "Defects at 100 %", timeout=LONG_MS)
    assert not page.panel.own.defects.status.isVisible()


def test_z_goes_to_the_sharpest_place_then_to_the_next_and_back_to_the_whole(qtbot, looked_at):
    view = looked_at.pair.photo_view
    places = looked_at.overlays.looks.own.places
    assert len(places) >= 2
    for place in places:
        qtbot.keyClick(view, Qt.Key.Key_Z)
        assert view.percent() == 100
        assert view.state.centre_x == pytest.approx(place.middle.x(), abs=0.15)
        assert view.state.centre_y == pytest.approx(place.middle.y(), abs=0.15)
        assert looked_at.panel.own.loupe.image == place.loupe
    qtbot.keyClick(view, Qt.Key.Key_Z)
    assert view.state.scale is None
    assert looked_at.panel.own.loupe.image == places[0].loupe


def test_the_sharp_places_are_where_the_edges_are(looked_at):
    for place in looked_at.overlays.looks.own.places:
        x, y = place.middle.x() * _WIDTH_PX, place.middle.y() * _HEIGHT_PX
        assert min(abs(x - at_x) + abs(y - at_y) for at_x, at_y in _SHARP) < 500


def test_the_loupe_holds_the_pixels_of_its_place(looked_at, large_photo):
    place = looked_at.overlays.looks.own.places[0]
    loupe = place.loupe
    left = round(place.middle.x() * _WIDTH_PX) - loupe.width() // 2
    top = round(place.middle.y() * _HEIGHT_PX) - loupe.height() // 2
    with Image.open(large_photo) as photo:
        for x, y in ((0, 0), (loupe.width() // 2, loupe.height() // 2), (100, 40)):
            assert loupe.pixelColor(x, y).red() == photo.getpixel((left + x, top + y))[0]


def test_a_click_on_the_loupe_goes_there_as_z_does(qtbot, looked_at):
    qtbot.mouseClick(looked_at.panel.own.loupe, Qt.MouseButton.LeftButton)
    assert looked_at.pair.photo_view.percent() == 100


def test_without_a_known_place_z_goes_to_the_middle_and_back(qtbot, page, finder):
    finder.may_look.clear()
    page.show_row(0)
    qtbot.waitUntil(lambda: page.pair.photo_view.has_photo, timeout=LONG_MS)
    qtbot.keyClick(page.pair.photo_view, Qt.Key.Key_Z)
    assert page.pair.photo_view.percent() == 100
    qtbot.keyClick(page.pair.photo_view, Qt.Key.Key_Z)
    assert page.pair.photo_view.state.scale is None


def test_a_photo_that_is_left_is_not_looked_through(qtbot, page, finder, large_photo, photos):
    finder.may_look_closer.clear()
    page.show_row(0)
    qtbot.waitUntil(lambda: page.overlays.looks is not None, timeout=LONG_MS)
    photos.clear()
    page.show_row(0)
    assert page.overlays.looks is None
    assert not page.panel.own.isVisible()
