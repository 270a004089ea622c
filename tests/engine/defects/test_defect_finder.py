"""The front door: maps of the size of the pixels, levelled, at any size of photo."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import ndimage

from engine.defects.defect_finder import DefectFinder
from engine.defects.proven_strength import proven_strengths


@pytest.fixture
def finder(tiny_defect_file):
    return DefectFinder.open(tiny_defect_file, is_quick=False)


def photo(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("size", [(64, 64), (33, 71), (1, 1), (40, 8)])
def test_a_map_has_the_size_of_the_pixels(finder, size):
    found = finder.look_at(photo(*size))

    assert found.map.kinds == ("blur", "noise", "other damage")
    assert found.map.strength_KHW.shape == (3, *size)
    assert found.map.strength_KHW.min() >= 0
    assert found.map.strength_KHW.max() <= 1
    assert 0 <= found.explained_0_100 <= 100


def test_strengths_are_those_of_the_logits(finder, tiny_defect_network, tiny_defect_card):
    pixels = photo(64, 64)
    with torch.inference_mode():
        logits = tiny_defect_network(torch.from_numpy(pixels).permute(2, 0, 1)[None].float())[0]
    levels = [tiny_defect_card.levels[kind] for kind in finder.kinds]
    wanted = proven_strengths(logits.numpy(), levels)

    found = finder.look_at(pixels).map.strength_KHW

    # Beyond the outermost places nothing is interpolated: the corner is the corner's place.
    assert found[:, 0, 0] == pytest.approx(wanted[:, 0, 0], abs=1e-3)
    assert found[:, -1, -1] == pytest.approx(wanted[:, -1, -1], abs=1e-3)


def test_logits_are_smoothed_as_the_card_says_and_explained_as_they_are(
    finder, tiny_defect_network, tiny_defect_card
):
    card = replace(tiny_defect_card, smoothing_places=1.5)
    calm = DefectFinder(tiny_defect_network, card, is_quick=False)
    pixels = photo(96, 96)
    logits = finder.logits(pixels).numpy()
    inside = ndimage.gaussian_filter(logits, (0, 1.5, 1.5), truncate=4)[:, 12, 12]

    assert calm.calm(logits)[:, 12, 12] == pytest.approx(inside, abs=0.02)
    levels = [card.levels[kind] for kind in card.network.kinds]
    wanted = proven_strengths(calm.calm(logits), levels)
    assert calm.look_at(pixels).map.strength_KHW[:, 0, 0] == pytest.approx(
        wanted[:, 0, 0], abs=1e-3
    )
    assert not np.allclose(
        calm.look_at(pixels).map.strength_KHW, finder.look_at(pixels).map.strength_KHW, atol=0.01
    )
    assert calm.look_at(pixels).explained_0_100 == finder.look_at(pixels).explained_0_100


def test_the_explained_score_is_that_of_the_logits_as_taught(finder, tiny_defect_network):
    pixels = photo(64, 64)
    with torch.inference_mode():
        logits = tiny_defect_network(torch.from_numpy(pixels).permute(2, 0, 1)[None].float())
        wanted = tiny_defect_network.explained(torch.sigmoid(logits).mean((2, 3)))

    assert finder.look_at(pixels).explained_0_100 == pytest.approx(
        100 * min(max(float(wanted), 0), 1), abs=0.05
    )


def test_a_large_photo_is_looked_at_in_the_size_of_the_card(finder):
    found = finder.look_at_whole(photo(150, 300))

    assert found.map.strength_KHW.shape == (3, 48, 96)


def test_a_small_photo_is_not_enlarged(finder):
    pixels = photo(50, 96)

    found = finder.look_at_whole(pixels)

    assert np.array_equal(found.map.strength_KHW, finder.look_at(pixels).map.strength_KHW)


def test_the_same_pixels_give_the_same_map(finder):
    pixels = photo(64, 96)

    first, second = finder.look_at(pixels), finder.look_at(pixels)

    assert np.array_equal(first.map.strength_KHW, second.map.strength_KHW)


def test_pixels_are_left_as_they_were(finder):
    pixels = photo(64, 64)
    before = pixels.copy()

    finder.look_at(pixels)

    assert np.array_equal(pixels, before)
