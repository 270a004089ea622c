"""What is said of a map of defects, against hand arithmetic."""

import numpy as np
import pytest

from bench.defect_measures import judge, likeness, named_kind
from bench.defect_planting import Spoilt
from engine.explain.distortion_map import DistortionMap


def spoilt(inside):
    return Spoilt(
        pixels_HW3=np.zeros((*inside.shape, 3), np.uint8),
        clean_HW3=np.ones((*inside.shape, 3), np.uint8),
        is_inside_HW=inside,
        kind="blur",
        area="1/4",
        strength=0.5,
    )


def test_a_map_is_judged_as_by_hand():
    inside = np.zeros((4, 4), bool)
    inside[:2, :2] = True
    strength = np.zeros((2, 4, 4), np.float32)
    strength[0, 0, :] = 0.8  # half of it inside
    strength[1, 3, 3] = 0.4

    verdict = judge(spoilt(inside), DistortionMap(kinds=("blur", "noise"), strength_KHW=strength))

    assert verdict.is_peak_inside
    assert verdict.energy == pytest.approx((1.6 / 3.6) / 0.25)
    assert verdict.named == "blur"
    assert verdict.is_alarmed
    assert verdict.overlap == pytest.approx(2 / 6)


def test_below_a_half_the_strongest_kind_is_named():
    strength = np.full((2, 2, 2), 0.1, np.float32)
    strength[1, 0, 0] = 0.3

    assert named_kind(DistortionMap(kinds=("blur", "noise"), strength_KHW=strength)) == "noise"


def test_an_empty_map_finds_nothing_and_is_no_better_than_chance():
    inside = np.zeros((4, 4), bool)
    inside[:2, :2] = True
    nothing = DistortionMap(kinds=("blur",), strength_KHW=np.zeros((1, 4, 4), np.float32))

    verdict = judge(spoilt(inside), nothing)

    assert not verdict.is_peak_inside
    assert verdict.energy == 1
    assert verdict.overlap == 0


def test_maps_that_rank_alike_are_alike():
    ramp = np.arange(64 * 64, dtype=np.float32).reshape(64, 64)

    assert likeness(ramp, np.exp(ramp / 1000)) == pytest.approx(1)
    assert likeness(ramp, -ramp) == pytest.approx(-1)
    assert likeness(ramp, np.zeros_like(ramp)) == 0
