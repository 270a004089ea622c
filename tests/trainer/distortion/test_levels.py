import numpy as np
import pytest
import torch
from scipy import special

from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
from trainer.distortion.levels import level_shifts, sharpen, shift_levels


def test_as_many_good_photos_alarm_as_were_allowed():
    rng = np.random.default_rng(0)
    strongest_NK = special.expit(rng.normal([1.0, -0.5], 1.0, (400, 2)))

    shifts_K = level_shifts(strongest_NK, false_alarms=0.05)

    shifted_NK = special.expit(special.logit(strongest_NK) + shifts_K)
    assert (shifted_NK >= 0.5).mean(axis=0) == pytest.approx(0.05, abs=0.003)


def test_a_kind_that_seldom_alarms_is_not_made_bolder():
    assert level_shifts(np.full((10, 1), 0.2), false_alarms=0.0).tolist() == [0.0]


def test_by_hand_one_photo_of_four_may_alarm():
    strongest = special.expit(np.array([[0.0], [1.0], [2.0], [3.0], [9.0]]))
    assert level_shifts(strongest, false_alarms=0.25) == pytest.approx(-3.0, abs=1e-6)


def test_shifting_adds_to_the_logits():
    head = DistortionHead(DistortionHeadConfig(blocks=(1,), num_features=4, kinds=("a", "b")))
    tokens = torch.randn(1, 5, 4)
    crops = torch.randn(1, 3, 32, 32)
    before = head([tokens], 1, crops)

    shift_levels(head, np.array([-1.5, 0.0]))

    torch.testing.assert_close(
        head([tokens], 1, crops) - before,
        torch.tensor([-1.5, 0.0])[None, :, None, None].expand(1, 2, 2, 2),
    )


def test_sharpening_multiplies_the_logits():
    head = DistortionHead(DistortionHeadConfig(blocks=(1,), num_features=4, kinds=("a", "b")))
    tokens, crops = torch.randn(1, 5, 4), torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        head.last.weight.normal_(generator=torch.Generator().manual_seed(0))
    before = head([tokens], 1, crops)

    sharpen(head, 2.5)

    torch.testing.assert_close(head([tokens], 1, crops), 2.5 * before)
