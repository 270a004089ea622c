"""Planting to test by: regions, kinds, and how much is changed where."""

import numpy as np
import pytest
from PIL import Image

from bench.defect_planting import AREAS, STRENGTHS, TAUGHT, region, spoilt_photos
from bench.defect_untaught import NEVER_TAUGHT
from engine.explain.distortion_kinds import KINDS


def photo(seed=0):
    coarse = np.random.default_rng(seed).integers(30, 226, (8, 10, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((120, 96), Image.Resampling.BICUBIC))


@pytest.mark.parametrize("share", AREAS.values())
def test_a_region_covers_the_share_asked_for(share):
    for seed in range(10):
        weights = region(96, 120, share, np.random.default_rng(seed))
        assert (weights >= 0.5).mean() == pytest.approx(share, abs=0.02)
        assert weights.min() == 0
        assert weights.max() <= 1
        assert (weights > 0.01).mean() < 4 * share


@pytest.mark.parametrize("kind", {**TAUGHT, **NEVER_TAUGHT})
def test_every_defect_keeps_the_size_and_grows_with_strength(kind):
    defect = {**TAUGHT, **NEVER_TAUGHT}[kind]
    clean = photo()
    changes = []
    for strength in (STRENGTHS[0], STRENGTHS[-1]):
        made = [defect(clean, strength, np.random.default_rng(seed)) for seed in range(8)]
        assert all(one.shape == clean.shape and one.dtype == np.uint8 for one in made)
        changes.append(np.mean([np.abs(one.astype(int) - clean).mean() for one in made]))

    assert changes[1] > changes[0] > 0


def test_all_seven_kinds_are_planted_and_six_others_are_never_taught():
    assert tuple(TAUGHT) == KINDS
    assert len(NEVER_TAUGHT) == 6
    assert not set(NEVER_TAUGHT) & set(KINDS)


def test_planting_changes_the_region_and_little_else():
    clean = photo()
    for one in spoilt_photos([clean], TAUGHT, seed=0):
        change = np.abs(one.pixels_HW3.astype(int) - clean).mean(axis=2)
        assert change[one.is_inside_HW].mean() >= 3
        assert change[one.is_inside_HW].mean() > 2 * change[~one.is_inside_HW].mean()
