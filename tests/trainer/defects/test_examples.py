"""Crops and answers: where a defect was planted, and nowhere else."""

import numpy as np
import pytest

from engine.defects.defect_network import DEFECT_KINDS, STRIDE_PX
from trainer.defects.examples import planted_crop, random_crop
from trainer.defects.innocent import (
    before_soft_ground,
    changed_innocently,
    monochrome,
    with_odd_thing,
)


def examples(photo, number):
    return [
        planted_crop(photo, lambda: photo, np.random.default_rng(seed)) for seed in range(number)
    ]


def test_answers_fit_the_crop_and_lie_between_0_and_1(some_photo):
    grid = len(some_photo) // STRIDE_PX
    for one in examples(some_photo, 20):
        assert one.pixels_SS3.shape == some_photo.shape
        assert one.wanted_KGG.shape == (len(DEFECT_KINDS), grid, grid)
        assert 0 <= one.wanted_KGG.min() <= one.wanted_KGG.max() <= 1
        assert set(np.unique(one.is_asked_KGG)) <= {0.0, 1.0}


def test_some_crops_are_clean_and_none_has_more_than_two_kinds(some_photo):
    nums = [int((one.wanted_KGG.max(axis=(1, 2)) > 0).sum()) for one in examples(some_photo, 80)]

    assert min(nums) == 0
    assert max(nums) == 2


def test_the_same_seed_gives_the_same_example(some_photo):
    first, second = (examples(some_photo, 3)[2] for _ in range(2))

    assert np.array_equal(first.pixels_SS3, second.pixels_SS3)
    assert np.array_equal(first.wanted_KGG, second.wanted_KGG)


def test_in_a_photo_of_one_colour_blur_is_not_asked_for():
    flat = np.full((64, 64, 3), 120, np.uint8)
    asked = [
        one.is_asked_KGG[0][one.wanted_KGG[0] > 0.5]
        for one in examples(flat, 300)
        if (one.wanted_KGG[0] > 0.5).any() and (one.wanted_KGG[1:] == 0).all()
    ]

    # But where a grain, an edge or another photo was brought in before.
    assert asked
    assert np.mean([not places.any() for places in asked]) > 0.5


def test_a_crop_as_large_as_the_photo_is_the_photo_or_its_mirror(some_photo):
    crop = random_crop(some_photo, 96, np.random.default_rng(0), smallest_share=1.0)

    assert np.array_equal(crop, some_photo) or np.array_equal(crop, some_photo[:, ::-1])


@pytest.mark.parametrize("side_px", [32, 64, 128])
def test_a_crop_has_the_side_asked_for(some_photo, side_px):
    for seed in range(8):
        crop = random_crop(some_photo, side_px, np.random.default_rng(seed), smallest_share=0.5)
        assert crop.shape == (side_px, side_px, 3)
        assert crop.flags.c_contiguous


def test_innocent_changes_keep_the_size(some_photo):
    for seed in range(40):
        changed = changed_innocently(some_photo, np.random.default_rng(seed))
        assert changed.shape == some_photo.shape
        assert changed.dtype == np.uint8


def test_black_and_white_has_almost_no_colour(some_photo):
    for seed in range(20):
        grey = monochrome(some_photo, np.random.default_rng(seed)).astype(int)
        assert np.ptp(grey.mean(axis=(0, 1))) < 30


def test_a_subject_before_soft_ground_is_partly_the_one_and_nowhere_as_sharp_as_the_other(
    some_photo,
):
    ground = some_photo[::-1].copy()
    made = before_soft_ground(some_photo, ground, np.random.default_rng(1))
    is_subject = (made == some_photo).all(axis=2)

    assert 0.05 < is_subject.mean() < 0.7
    assert (made == ground).all(axis=2).mean() < 0.1


def test_an_odd_thing_leaves_most_of_the_scene_as_it_was(some_photo):
    thing = some_photo[::-1].copy()
    for seed in range(10):
        made = with_odd_thing(some_photo, thing, np.random.default_rng(seed))

        assert 0.5 < (made == some_photo).all(axis=2).mean() < 1
