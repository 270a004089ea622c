import numpy as np
import pytest
from skimage import data
from skimage.transform import resize

from engine.explain.distortion_kinds import KINDS
from trainer.distortion.examples import make_examples
from trainer.distortion.harmless import changed_harmlessly


@pytest.fixture(scope="module")
def photo():
    return (resize(data.astronaut(), (128, 160), anti_aliasing=True) * 255).astype(np.uint8)


def examples(photo, seed):
    return make_examples(photo, crop_px=64, grid=4, num_crops=2, rng=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def many(photo):
    return [examples(photo, seed) for seed in range(120)]


def test_examples_have_the_shapes_of_crops_and_answers(many):
    one = many[0]
    assert one.crops_BSS3.shape == (2, 64, 64, 3)
    assert one.crops_BSS3.dtype == np.uint8
    assert one.wanted_BKGG.shape == one.is_asked_BKGG.shape == (2, len(KINDS), 4, 4)
    assert one.wanted_BKGG.min() >= 0
    assert one.wanted_BKGG.max() <= 1


def test_the_generator_alone_decides(photo):
    first, again, other = (examples(photo, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.crops_BSS3, again.crops_BSS3)
    assert np.array_equal(first.wanted_BKGG, again.wanted_BKGG)
    assert not np.array_equal(first.crops_BSS3, other.crops_BSS3)


def test_some_are_clean_some_spoilt_in_part_some_everywhere_and_some_twice(many):
    kinds = [(one.wanted_BKGG > 0.3).any(axis=(0, 2, 3)).sum() for one in many]
    covered = [one.wanted_BKGG.max(axis=1).mean() for one in many]

    assert 0.15 < np.mean([number == 0 for number in kinds]) < 0.5
    assert np.mean([number == 2 for number in kinds]) > 0.03
    assert np.mean([0.01 < share < 0.4 for share in covered]) > 0.2
    assert np.mean([(one.wanted_BKGG.max(axis=1) > 0.5).all() for one in many]) > 0.1


def test_every_kind_occurs(many):
    occurs_K = np.max([one.wanted_BKGG.max(axis=(0, 2, 3)) for one in many], axis=0)
    assert occurs_K.min() > 0.5


def test_harmless_changes_are_small(photo):
    for seed in range(30):
        changed = changed_harmlessly(photo, np.random.default_rng(seed))
        difference = np.abs(changed.astype(int) - photo).mean()

        assert changed.shape == photo.shape
        assert changed.dtype == np.uint8
        assert difference < 30
