"""The network that travels with the program: opens, states its rates, and sees plain defects."""

import cv2
import numpy as np
import pytest
from skimage import data

from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_finder import DefectFinder
from engine.defects.defect_network import DEFECT_KINDS
from engine.explain.distortion_map import AFFECTED_FROM
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
def test_a_spoilt_patch_is_marked_as_what_it_is(finder, kind, spoil):
    photo = data.astronaut()
    photo[AREA] = spoil(photo)[AREA]

    found = finder.look_at_whole(photo).map

    is_marked = found.strength_KHW[found.kinds.index(kind)] >= AFFECTED_FROM
    num_inside = is_marked[AREA].sum()
    assert num_inside > 0.5 * is_marked[AREA].size
    assert is_marked.sum() - num_inside < 0.1 * num_inside
