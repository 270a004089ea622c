"""Grad-CAM against a network whose map can be written down, and the scale of maps."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from engine.explain.grad_cam import grad_cam, measure_map_scale, photo_map
from engine.explain.quality_map import to_common_scale
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.model_card import MapScale
from engine.networks.normalisation import Normalisation
from engine.networks.quality_network import Features, QualityNetwork
from engine.photo_score import PhotoScore

CROP_PX = 64
PATCH_PX = 16


class MeanBrightness(QualityNetwork):
    """The score is the mean of the patches' mean red, times `slope`: Grad-CAM is known exactly."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.crop_px = CROP_PX
        self.normalisation = Normalisation(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
        self.has_quality_token = False
        self.num_prefix = 1
        self.slope = nn.Parameter(torch.tensor(slope))

    def features(self, crops_B3SS, *, keeps_sequences=False, generator=None):
        pooled = nn.functional.avg_pool2d(crops_B3SS, PATCH_PX).flatten(2).transpose(1, 2)
        prefix = torch.zeros(len(pooled), 1, 3)
        return Features(torch.cat([prefix, pooled], dim=1), self.num_prefix)

    def score_features(self, features):
        return self.slope * features.patches_BPD[:, :, 0].mean(dim=1)

    def head_bias(self):
        return self.slope


def crops(seed=0):
    return torch.rand(2, 3, CROP_PX, CROP_PX, generator=torch.Generator().manual_seed(seed)) - 0.5


def test_the_map_is_the_one_written_down_by_hand():
    values = crops()
    red = nn.functional.avg_pool2d(values, PATCH_PX)[:, 0]
    expected = 3.0 / 16 * red  # d score / d patch = slope / number of patches
    torch.testing.assert_close(grad_cam(MeanBrightness(3.0), values), expected)


def test_what_lowers_the_score_raises_its_negative():
    values = crops()
    torch.testing.assert_close(
        grad_cam(MeanBrightness(3.0), values), -grad_cam(MeanBrightness(-3.0), values)
    )


def test_the_map_moves_with_a_mirrored_photo():
    photo = np.random.default_rng(2).integers(0, 256, (96, 160, 3), np.uint8)
    there = photo_map(MeanBrightness(3.0), photo)
    mirrored = photo_map(MeanBrightness(3.0), np.ascontiguousarray(photo[:, ::-1]))
    assert there.shape == (96, 160)
    np.testing.assert_allclose(mirrored[:, ::-1], there, atol=1e-4)


def test_other_weights_give_another_map():
    maps = []
    for seed in (0, 1):
        torch.manual_seed(seed)
        network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=CROP_PX)).eval()
        maps.append(grad_cam(network, crops()).flatten())
    correlation = torch.corrcoef(torch.stack(maps))[0, 1]
    assert abs(float(correlation)) < 0.9


def test_the_decoder_lets_every_patch_of_a_student_have_its_say():
    network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=CROP_PX)).eval()
    maps = grad_cam(network, crops())
    assert maps.shape == (2, 4, 4)
    assert bool((maps != 0).all())


def test_the_scale_is_the_strength_that_most_photos_stay_under():
    photos = [np.full((CROP_PX, CROP_PX, 3), grey, np.uint8) for grey in range(0, 256, 5)]
    scale = measure_map_scale(MeanBrightness(3.0), photos)
    strongest = [3.0 / 16 * abs(grey / 127.5 - 1) for grey in range(0, 256, 5)]
    assert scale.top == pytest.approx(np.quantile(strongest, 0.95), rel=1e-3)
    assert scale.weak_below == pytest.approx(scale.top / 4)


def test_one_value_means_the_same_on_every_photo():
    score = PhotoScore(path=SimpleNamespace(), score_0_100=50.0)
    photo = np.zeros((1, 3, 3), np.uint8)
    scale = MapScale(top=2.0, weak_below=0.5)
    mild = to_common_scale(np.array([[-1.0, 0.0, 0.4]], np.float32), photo, score, scale)
    strong = to_common_scale(np.array([[-1.0, 0.0, 4.0]], np.float32), photo, score, scale)
    np.testing.assert_allclose(mild.lowers_HW, [[0.5, 0, 0]])
    np.testing.assert_allclose(strong.lowers_HW, mild.lowers_HW)
    np.testing.assert_allclose(strong.raises_HW, [[0, 0, 1]])


def test_a_map_that_is_flat_is_weak_evidence_and_is_not_stretched():
    score = PhotoScore(path=SimpleNamespace(), score_0_100=50.0)
    flat = np.full((2, 2), 0.4, np.float32)
    quality_map = to_common_scale(
        flat, np.zeros((2, 2, 3), np.uint8), score, MapScale(top=2.0, weak_below=0.5)
    )
    assert quality_map.is_evidence_weak
    np.testing.assert_allclose(quality_map.raises_HW, 0.2)
