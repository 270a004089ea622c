"""The network that travels with the program: opens, states its rates, and sees plain defects."""

import cv2
import numpy as np
import pytest
from skimage import data

from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_finder import DefectFinder
from engine.defects.defect_network import DEFECT_KINDS
from engine.networks.model_library import list_models

AREA = np.s_[60:220, 290:450]


@pytest.fixture(scope="module")
def finder():
    return DefectFinder.open(bundled_defect_network())


def test_it_states_what_it_finds_of_every_kind(finder):
    assert finder.kinds == DEFECT_KINDS
    assert set(finder.card.rates) == set(DEFECT_KINDS)
    assert all(0 <= rates.false_alarms < 0.1 for rates in finder.card.rates.values())


def test_it_is_not_listed_among_the_models_that_rate():
    assert bundled_defect_network() not in [entry.path for entry in list_models()]


def with_noise(photo):
    noise = np.random.default_rng(0).normal(0, 40, photo.shape)
    return np.clip(photo + noise, 0, 255).astype(np.uint8)


def with_blur(photo):
    return cv2.GaussianBlur(photo, (0, 0), 6)


@pytest.mark.parametrize(("kind", "spoil"), [("noise", with_noise), ("blur", with_blur)])
def test_a_spoilt_patch_is_found_and_named(finder, kind, spoil):
    photo = data.astronaut()
    photo[AREA] = spoil(photo)[AREA]

    found = finder.look_at_whole(photo).map

    strongest = found.strongest_HW()
    row, column = np.unravel_index(int(strongest.argmax()), strongest.shape)
    shares = found.share_affected()
    assert 60 <= row < 220
    assert 290 <= column < 450
    assert max(shares, key=lambda name: shares[name]) == kind
    assert shares[kind] > 0.02
