import numpy as np
import pytest

from engine.explain.distortion_kinds import KINDS
from trainer.distortion.planting import answer, plant
from trainer.distortion.regions import irregular


@pytest.fixture
def grain():
    return np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)


def test_outside_its_region_a_planted_photo_is_untouched(grain):
    weights_HW = irregular(224, 224, share=0.1, rng=np.random.default_rng(1))

    planted = plant(grain, "blur", 0.5, weights_HW, np.random.default_rng(2))

    outside = weights_HW == 0
    assert np.array_equal(planted.pixels_HW3[outside], grain[outside])
    assert planted.change_HW[outside].max() == 0
    assert planted.change_HW[weights_HW == 1].mean() > 20


def test_the_answer_is_the_kind_where_the_region_is_and_nothing_elsewhere(grain):
    weights_HW = np.zeros((224, 224), np.float32)
    weights_HW[:, :112] = 1

    planted = plant(grain, "noise", 1.0, weights_HW, np.random.default_rng(2))
    found = answer([planted], grid=14)

    noise = KINDS.index("noise")
    assert found.wanted_KGG[noise, :, :7] == pytest.approx(1)
    assert found.wanted_KGG[noise, :, 7:] == pytest.approx(0)
    assert np.delete(found.wanted_KGG, noise, axis=0).max() == 0
    assert found.is_asked_KGG.min() == 1


def test_blur_in_a_clear_sky_is_not_asked_about():
    sky = np.full((224, 224, 3), 200, np.uint8)

    planted = plant(sky, "blur", 1.0, np.ones((224, 224), np.float32), np.random.default_rng(0))
    found = answer([planted], grid=14)

    assert found.is_asked_KGG[KINDS.index("blur")].max() == 0
    assert np.delete(found.is_asked_KGG, KINDS.index("blur"), axis=0).min() == 1


def test_a_clean_crop_has_no_defect_anywhere():
    found = answer([], grid=14)

    assert found.wanted_KGG.shape == (len(KINDS), 14, 14)
    assert found.wanted_KGG.max() == 0
    assert found.is_asked_KGG.min() == 1
