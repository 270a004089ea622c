from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.pictures.distortion_colours import colour_of
from app.pictures.explain_picture import draw_explanation as draw
from app.pictures.explain_picture import overlaid
from engine.explain.distortion_map import DistortionMap
from engine.explain.quality_map import QualityMap
from engine.photo_score import PhotoScore


@pytest.fixture
def draw_explanation(card):
    """Draws with the card of a made-up defect network."""

    def drawn(explained):
        return draw(explained, model_name="m", card=card)

    return drawn


def quality_map(width_px=320, height_px=240, *, lowers=0.0, raises=0.0, weak=False, name="a.jpg"):
    shape = (height_px, width_px)
    return QualityMap(
        lowers_HW=np.full(shape, lowers, np.float32),
        raises_HW=np.full(shape, raises, np.float32),
        photo_HW3=np.full((*shape, 3), (200, 100, 50), np.uint8),
        score=PhotoScore(path=Path(name), score_0_100=63.42, uncertainty=3.1),
        is_evidence_weak=weak,
    )


def _colours(picture):
    return {tuple(colour) for _, colour in picture.getcolors(maxcolors=1 << 24)}


def test_without_evidence_the_photo_stays_as_it_is_only_grey():
    photo = Image.new("RGB", (8, 8), (200, 100, 50))
    grey = photo.convert("L").getpixel((0, 0))
    assert _colours(overlaid(photo, np.zeros((8, 8)))) == {(grey, grey, grey)}


def test_evidence_covers_the_photo_the_more_the_stronger_it_is():
    light, dark = Image.new("RGB", (1, 1), (255,) * 3), Image.new("RGB", (1, 1), (0,) * 3)
    shows_through = [
        int(
            np.abs(
                np.subtract(overlaid(light, v).getpixel((0, 0)), overlaid(dark, v).getpixel((0, 0)))
            ).max()
        )
        for v in (np.full((1, 1), value) for value in (0.0, 0.25, 0.5, 0.75, 1.0))
    ]
    assert shows_through[0] == 255
    assert shows_through == sorted(shows_through, reverse=True)
    assert 0 < shows_through[-1] < 60


def test_stronger_evidence_is_lighter_on_mid_grey_so_that_no_colour_vision_is_needed():
    grey = Image.new("RGB", (1, 1), (128,) * 3)
    light = [
        overlaid(grey, np.full((1, 1), value)).convert("L").getpixel((0, 0))
        for value in (0.4, 0.6, 0.8, 1.0)
    ]
    assert light == sorted(light)
    assert light[-1] - light[0] > 60


def test_what_lowers_and_what_raises_are_shown_apart(draw_explanation):
    nothing = np.asarray(draw_explanation(quality_map()))
    lowers = np.asarray(draw_explanation(quality_map(lowers=1.0)))
    raises = np.asarray(draw_explanation(quality_map(raises=1.0)))
    changed_by_lowers = np.flatnonzero((nothing != lowers).any(axis=(0, 2)))
    changed_by_raises = np.flatnonzero((nothing != raises).any(axis=(0, 2)))
    assert changed_by_lowers.max() < changed_by_raises.min()


def test_the_colours_do_not_depend_on_the_strongest_place_of_this_photo(draw_explanation):
    half = np.asarray(draw_explanation(quality_map(lowers=0.5)))
    spot = quality_map(lowers=0.5)
    spot.lowers_HW[:20, :20] = 1.0
    with_spot = np.asarray(draw_explanation(spot))
    height, width = half.shape[:2]
    corner = np.s_[height - 100 : height - 60, : width // 2]
    np.testing.assert_array_equal(half[corner], with_spot[corner])


def test_weak_evidence_is_said_on_the_picture(draw_explanation):
    plain = draw_explanation(quality_map())
    weak = draw_explanation(quality_map(weak=True))
    assert weak.height > plain.height
    added = np.asarray(weak.crop((0, plain.height, weak.width, weak.height)).convert("L"))
    assert (added > 150).sum() > 50


@pytest.mark.parametrize("size", [(224, 224), (224, 2000), (3000, 224), (640, 480)])
def test_every_shape_of_photo_gives_a_picture_of_moderate_size(draw_explanation, size):
    picture = draw_explanation(quality_map(*size))
    assert picture.mode == "RGB"
    assert 900 < picture.width < 2100
    assert 300 < picture.height < 900


@pytest.mark.parametrize("name", ["a" * 250 + ".jpg", "broken\udcff\n.jpg", "写真 🏖️.jpg"])
def test_any_file_name_can_be_drawn(draw_explanation, name):
    picture = draw_explanation(quality_map(name=name))
    right_edge = np.asarray(picture.crop((picture.width - 10, 0, picture.width, 100)))
    assert len(np.unique(right_edge)) == 1


def test_visible_defects_have_a_panel_and_a_legend(draw_explanation):
    plain = quality_map()
    strength = np.zeros((2, 240, 320), np.float32)
    strength[1, :120] = 1.0
    found = DistortionMap(kinds=("blur", "noise"), strength_KHW=strength)

    without = draw_explanation(plain)
    picture = draw_explanation(replace(plain, distortions=found))

    assert picture.width > without.width + 300
    assert colour_of("noise") in _colours(picture)  # of the legend
    assert colour_of("blur") not in _colours(picture)
    assert colour_of("noise") not in _colours(without)


def test_a_photo_without_defects_says_so_and_stays_grey(draw_explanation):
    nothing = DistortionMap(kinds=("blur",), strength_KHW=np.zeros((1, 240, 320), np.float32))

    picture = draw_explanation(replace(quality_map(), distortions=nothing))

    assert colour_of("blur") not in _colours(picture)
