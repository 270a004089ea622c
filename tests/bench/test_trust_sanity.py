"""Maps that are known beforehand, mirrored, moved, and of shuffled weights."""

import numpy as np
import pytest
import torch
from skimage import data
from torch import nn

from bench.defect_measures import flip_likeness, move_likeness, scrambled
from bench.trust_sanity import clearly_spoilt, restoring_rows, sanity_rows


@pytest.fixture(scope="module")
def photo():
    return np.ascontiguousarray(data.astronaut()[::3, ::3])


@pytest.fixture(scope="module")
def spoilt(photo):
    return clearly_spoilt([photo] * 8, 4)


def brightness(photo_HW3):
    return photo_HW3.mean(axis=2) / 255


def fixed(photo_HW3):
    height, width = photo_HW3.shape[:2]
    return np.linspace(0, 1, width)[None, :].repeat(height, axis=0)


def test_a_map_of_the_pixels_themselves_moves_with_the_photo(photo):
    assert flip_likeness(brightness, photo) == pytest.approx(1)
    assert move_likeness(brightness, photo) == pytest.approx([1, 1, 1])
    assert flip_likeness(fixed, photo) == pytest.approx(-1)


def test_the_photos_have_clear_defects_of_several_kinds(spoilt):
    assert len(spoilt) == 4
    assert all(one.strength >= 0.5 for one in spoilt)
    assert len({one.kind for one in spoilt}) > 1


def test_a_map_that_moves_with_the_photo_meets_all_targets(spoilt):
    rows = sanity_rows(brightness, lambda photo_HW3: np.zeros(photo_HW3.shape[:2]), spoilt)

    assert [row.measured.value for row in rows] == pytest.approx([0, 1, 1, 1])
    assert all(row.is_met for row in rows)
    assert all(row.measured.num == 4 for row in rows)


def test_a_map_that_needs_no_weights_and_stays_put_misses_them(spoilt):
    rows = {row.measure: row.is_met for row in sanity_rows(fixed, fixed, spoilt)}

    assert rows["likeness to the map of randomised weights"] is False
    assert rows["likeness when mirrored"] is False


def test_giving_back_the_defect_itself_gains_more_than_chance(spoilt):
    regions = {one.pixels_HW3.tobytes(): one.is_inside_HW for one in spoilt}

    def mapper(photo_HW3):
        return regions[photo_HW3.tobytes()].astype(np.float32)

    def likeness_to_the_clean_photo(photo_HW3):
        return -float(np.abs(photo_HW3.astype(int) - spoilt[0].clean_HW3).mean())

    blamed, by_chance = restoring_rows(likeness_to_the_clean_photo, mapper, spoilt)

    assert blamed.measured.value > by_chance.measured.value > 0


def test_shuffled_weights_are_the_same_numbers_in_other_places():
    network = nn.Linear(8, 8)

    other = scrambled(network)

    assert not torch.equal(other.weight, network.weight)
    torch.testing.assert_close(other.weight.flatten().sort()[0], network.weight.flatten().sort()[0])
