from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.certainty.photo_facts import PhotoFacts, UsualFacts
from tests.engine.certainty.made_up_errors import GREY


def test_brightness_and_contrast_are_those_of_luma():
    photo = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    luma = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    found = PhotoFacts.of(photo, width_px=80, height_px=60)
    assert found.brightness == pytest.approx(luma.mean(), abs=0.1)
    assert found.contrast == pytest.approx(luma.std(), abs=0.1)


def test_grey_photos_have_no_colour_and_red_ones_much():
    grey, red = np.full((2, 40, 40, 3), 100, np.uint8)
    red[..., 0] = 250
    assert PhotoFacts.of(grey, width_px=40, height_px=40).colour == 0
    assert PhotoFacts.of(red, width_px=40, height_px=40).colour == 150


def test_size_and_shape_are_those_of_the_photo_before_it_was_reduced():
    found = PhotoFacts.of(np.zeros((40, 120, 3), np.uint8), width_px=3000, height_px=1000)
    assert (found.short_side_px, found.aspect) == (1000, 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ()),
        ({"brightness": 5.0}, ("darker",)),
        ({"brightness": 250.0}, ("brighter",)),
        ({"contrast": 1.0}, ("flatter",)),
        ({"contrast": 120.0}, ()),
        ({"colour": 0.0}, ("greyer",)),
        ({"colour": 200.0}, ("more_colourful",)),
        ({"short_side_px": 64.0}, ("smaller",)),
        ({"short_side_px": 4000.0}, ()),
        ({"aspect": 1.9}, ()),
        ({"aspect": 4.0}, ("longer",)),
        ({"brightness": 5.0, "colour": 0.0}, ("darker", "greyer")),
    ],
)
def test_what_is_odd_is_said_in_words(change, words):
    assert UsualFacts.of([GREY]).odd(replace(GREY, **change)) == words
