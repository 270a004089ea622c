"""Someone opens photos to see where their distortion is."""

import numpy as np
import pytest
from PIL import Image, ImageFilter
from PySide6.QtCore import Qt

from app.demo.photographs import read_photographs
from app.window.shell.rail import Place

_BLUR_RADIUS_PX = 6.0
_WIDTH_PX, _HEIGHT_PX = 6000, 4000
_BAND_PX = 300


@pytest.fixture
def spoilt_folder(tmp_path):
    """The coffee cup with its left half out of focus, and as it is."""
    folder = tmp_path / "spoilt"
    folder.mkdir()
    photo = Image.fromarray(read_photographs()["coffee"])
    photo.save(folder / "whole.png")
    half = photo.crop((0, 0, photo.width // 2, photo.height))
    photo.paste(half.filter(ImageFilter.GaussianBlur(_BLUR_RADIUS_PX)), (0, 0))
    photo.save(folder / "half.png")
    return folder


@pytest.fixture
def large_folder(tmp_path):
    """24 megapixels stitched of photographs at their own size, the lower left out of focus."""
    photographs = [Image.fromarray(pixels) for pixels in read_photographs().values()]
    canvas = Image.new("RGB", (_WIDTH_PX, _HEIGHT_PX))
    rng = np.random.default_rng(0)
    for top in range(0, _HEIGHT_PX, _BAND_PX):
        left = -int(rng.integers(_BAND_PX))
        while left < _WIDTH_PX:
            tile = photographs[int(rng.integers(len(photographs)))]
            canvas.paste(tile.crop((0, 0, tile.width, _BAND_PX)), (left, top))
            left += tile.width
    box = (0, _HEIGHT_PX // 2, _WIDTH_PX // 2, _HEIGHT_PX)
    canvas.paste(canvas.crop(box).filter(ImageFilter.GaussianBlur(_BLUR_RADIUS_PX)), box[:2])
    folder = tmp_path / "large"
    folder.mkdir()
    canvas.save(folder / "canvas.jpg", quality=92)
    return folder


def inspect(person, name):
    person.wait(lambda: name in [photo.path.name for photo in person.photos()])
    person.choose(name)
    person.press(Qt.Key.Key_Return)
    assert person.window.place == Place.INSPECT
    person.wait(lambda: person.inspect.overlays.looks is not None)


def test_a_planted_blur_is_shown_with_its_kind_and_place(sit_down, spoilt_folder):
    person = sit_down(spoilt_folder)
    inspect(person, "half.png")

    blur = next(one for one in person.inspect.panel.defects.lines() if one.startswith("blur: "))
    assert "left" in blur
    assert person.inspect.pair.overlay_caption == "Visible defects"
    assert person.inspect.pair.overlay_view.isVisible()


def test_what_a_map_does_not_see_is_said_with_how_sure_it_is(sit_down, spoilt_folder):
    person = sit_down(spoilt_folder)
    inspect(person, "whole.png")

    *seen, silence = person.inspect.panel.defects.lines()
    assert not any(line.startswith("blur: ") for line in seen)
    assert "blur" in silence.partition(" that this map can see")[0]
    assert "of 10 that cover a sixteenth of the photo" in silence


def test_the_map_is_flipped_on_and_off_over_the_one_photo(sit_down, spoilt_folder):
    person = sit_down(spoilt_folder)
    inspect(person, "half.png")
    pair = person.inspect.pair
    assert pair.photo_view.isVisible()
    assert pair.overlay_view.isVisible()

    person.press(Qt.Key.Key_M)
    person.wait(lambda: not pair.photo_view.isVisible())
    assert pair.overlay_view.isVisible()
    for _ in range(2):
        person.press(Qt.Key.Key_H)
        person.wait(lambda: pair.photo_view.isVisible() and not pair.overlay_view.isVisible())
        person.press(Qt.Key.Key_H)
        person.wait(lambda: pair.overlay_view.isVisible() and not pair.photo_view.isVisible())

    person.press(Qt.Key.Key_M)
    person.wait(lambda: pair.photo_view.isVisible() and pair.overlay_view.isVisible())


def test_a_large_photo_shows_what_only_its_own_pixels_show(sit_down, large_folder):
    person = sit_down(large_folder)
    inspect(person, "canvas.jpg")
    inspector, panel = person.inspect, person.inspect.panel

    assert not any(line.startswith("blur: ") for line in panel.defects.lines())
    person.wait(lambda: inspector.overlays.looks.own is not None)
    assert "of 100" in panel.own.focus.text()
    assert "of 255" in panel.own.noise.text()
    assert panel.own.loupe.isVisible()
    assert panel.own.reduced.text().startswith("Rated reduced: the score of this photo of 24 ")

    person.wait(lambda: inspector.overlays.looks.own.is_complete)
    blur = next(line for line in panel.own.defects.lines() if line.startswith("blur: "))
    assert "lower left" in blur
    person.press(Qt.Key.Key_L)
    assert inspector.pair.overlay_caption == "Defects at 100 %"

    places = inspector.overlays.looks.own.places
    assert len(places) > 1
    for place in places:
        person.press(Qt.Key.Key_Z)
        assert inspector.pair.shown_view.percent() == 100
        assert not (place.middle.x() < 0.5 and place.middle.y() > 0.5)  # not where it is blurred
    person.press(Qt.Key.Key_Z)
    assert inspector.pair.shown_view.state.scale is None
