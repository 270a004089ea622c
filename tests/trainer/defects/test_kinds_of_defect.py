"""Every planted kind: made by its seed alone, stronger when it should be, and never untaught."""

import numpy as np
import pytest

from engine.defects.defect_network import DEFECT_KINDS
from trainer.defects.examples import DEFECTS
from trainer.defects.exposure import too_bright, too_dark
from trainer.defects.optics import disc, filtered, path
from trainer.defects.storage import jpeg

SEEDS = range(24)


def mean_change(defect, photo, strength):
    changes = [
        np.abs(defect(photo, strength, np.random.default_rng(seed)).astype(float) - photo).mean()
        for seed in SEEDS
    ]
    return float(np.mean(changes))


def test_every_kind_of_the_network_is_planted():
    assert tuple(DEFECTS) == DEFECT_KINDS


@pytest.mark.parametrize("kind", DEFECTS)
def test_a_defect_keeps_size_and_kind_of_pixels(kind, some_photo):
    for seed in SEEDS:
        spoilt = DEFECTS[kind](some_photo, 0.6, np.random.default_rng(seed))

        assert spoilt.shape == some_photo.shape
        assert spoilt.dtype == np.uint8


@pytest.mark.parametrize("kind", DEFECTS)
def test_the_same_seed_plants_the_same(kind, some_photo):
    first, second = (DEFECTS[kind](some_photo, 0.5, np.random.default_rng(3)) for _ in range(2))

    assert np.array_equal(first, second)


@pytest.mark.parametrize("kind", DEFECTS)
def test_a_stronger_defect_changes_more(kind, some_photo):
    weak, strong = (mean_change(DEFECTS[kind], some_photo, strength) for strength in (0.1, 0.9))

    assert strong > 1.2 * weak


@pytest.mark.parametrize("kind", DEFECTS)
def test_the_photo_itself_is_left_alone(kind, some_photo):
    before = some_photo.copy()
    for seed in SEEDS:
        DEFECTS[kind](some_photo, 0.9, np.random.default_rng(seed))

    assert np.array_equal(some_photo, before)


def test_too_much_light_brightens_and_too_little_darkens(some_photo):
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        assert too_bright(some_photo, 0.5, rng).mean() > some_photo.mean()
        assert too_dark(some_photo, 0.5, rng).mean() < some_photo.mean()


def test_filters_keep_the_light():
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        assert path(20.0, rng).sum() == pytest.approx(1, abs=1e-5)
        assert disc(6.0, rng).sum() == pytest.approx(1, abs=1e-5)


def test_a_path_is_as_long_as_asked():
    for seed in SEEDS:
        kernel = path(24.0, np.random.default_rng(seed))
        rows, columns = np.nonzero(kernel > kernel.max() / 50)
        across = np.hypot(np.ptp(rows), np.ptp(columns))
        assert 17 <= across <= 36  # from its begin, as the crow flies, and blurred a little


def test_a_filter_of_one_pixel_changes_nothing(some_photo):
    kernel = np.zeros((3, 3), np.float32)
    kernel[1, 1] = 1

    assert np.array_equal(filtered(some_photo, kernel, in_light=False), some_photo)


def test_a_worse_jpeg_is_farther_from_the_photo(some_photo):
    good, bad = (np.abs(jpeg(some_photo, q).astype(int) - some_photo).mean() for q in (90, 10))

    assert bad > good
