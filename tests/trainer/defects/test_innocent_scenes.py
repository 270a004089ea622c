"""Lamps and skies: small and bright, smooth above an edge, and the photo elsewhere."""

import cv2
import numpy as np
import pytest

from trainer.defects.innocent_scenes import under_open_sky, with_lamps

SEEDS = range(20)


def made(scene, photo):
    return [scene(photo, np.random.default_rng(seed)) for seed in SEEDS]


@pytest.mark.parametrize("scene", [with_lamps, under_open_sky])
def test_a_scene_keeps_size_and_kind_and_comes_from_its_seed(scene, some_photo):
    for first, second in zip(made(scene, some_photo), made(scene, some_photo), strict=True):
        assert first.shape == some_photo.shape
        assert first.dtype == np.uint8
        assert np.array_equal(first, second)
        assert not np.array_equal(first, some_photo)


def test_lamps_are_brighter_than_their_dark_scene_and_cover_little_of_it():
    dark = np.full((160, 160, 3), 40, np.uint8)
    shares = [(lit.max(axis=2) > 150).mean() for lit in made(with_lamps, dark)]

    assert min(shares) > 0
    assert np.mean(shares) < 0.15


def test_a_sky_is_smooth_and_leaves_some_ground_as_it_was():
    loud = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    for drawn in made(under_open_sky, loud):
        local = cv2.blur(cv2.absdiff(drawn, cv2.medianBlur(drawn, 5)).mean(axis=2), (9, 9))
        assert (local < 4).mean() > 0.1  # the sky
        assert (local > 25).mean() > 0.05  # the ground
