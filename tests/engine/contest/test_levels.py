"""Levels of quality by equal shares of the photos."""

import numpy as np
import pytest

from engine.contest.levels import quality_levels
from engine.errors import ContestError


def test_levels_by_hand():
    # Two levels: the quarters of twelve scores 1..12 lie at 3.5 and 9.5; within 1 point: 3, 4.
    low, high = quality_levels(np.arange(1, 13), num_levels=2, tolerance=1)
    assert (low.number, low.centre, low.tolerance, low.is_widened) == (1, 3.5, 1, False)
    assert (high.number, high.centre) == (2, 9.5)
    assert low.weight == high.weight == 0.5


def test_the_weight_is_the_share_of_the_photos_at_the_level():
    low, high = quality_levels([10, 10, 10, 10, 20, 30, 30, 40], num_levels=2, tolerance=1)
    # Centres: the quarters, at 10 and 30; four photos around the first, two around the other.
    assert (low.centre, high.centre) == (10, 30)
    assert (low.weight, high.weight) == (4 / 6, 2 / 6)


def test_an_empty_level_is_widened_to_hold_two_and_says_so():
    low, high = quality_levels([0, 20, 40, 41], num_levels=2, tolerance=2)
    assert low.centre == 10
    assert (low.tolerance, low.is_widened) == (10, True)
    assert (high.centre, high.tolerance, high.is_widened) == (40.5, 2, False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_levels": 0}, "0 levels"),
        ({"tolerance": 0}, "more than 0"),
        ({"scores_N": [1.0]}, "at least two photos"),
    ],
)
def test_senseless_levels_are_refused(changes, message):
    asked = {"scores_N": [1.0, 2.0], "num_levels": 6, "tolerance": 2.0} | changes
    with pytest.raises(ContestError, match=message):
        quality_levels(asked.pop("scores_N"), **asked)
