"""Grad-CAM against a network whose map can be written down, and how strong maps are."""

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
from engine.networks.portable import PortableConfig, PortableNetwork
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


class OnePatch(MeanBrightness):
    """The score is five times the green of the patch in row 1, column 2."""

    def score_features(self, features):
        return 5 * features.patches_BPD[:, 6, 1] + 0 * self.slope


def test_a_channel_counts_by_its_mean_gradient_wherever_the_score_looks():
    values = crops()
    green = nn.functional.avg_pool2d(values, PATCH_PX)[:, 1]
    torch.testing.assert_close(grad_cam(OnePatch(0.0), values), 5 / 16 * green)


def test_only_the_tokens_get_a_gradient(tiny_network):
    is_learned = [parameter.requires_grad for parameter in tiny_network.parameters()]
    grad_cam(tiny_network, crops())
    assert all(parameter.grad is None for parameter in tiny_network.parameters())
    assert [parameter.requires_grad for parameter in tiny_network.parameters()] == is_learned


def test_a_network_whose_weights_are_frozen_has_the_same_map(make_student, tiny_network):
    frozen = make_student().requires_grad_(False)
    torch.testing.assert_close(
        grad_cam(frozen, crops()), grad_cam(tiny_network, crops()), rtol=0, atol=1e-4
    )


def test_qua_and_cls_have_no_place_in_the_map(tiny_network):
    features = tiny_network.features(crops())
    assert features.num_prefix == 2
    assert grad_cam(tiny_network, crops()).numel() == 2 * features.patches_BPD.shape[1]


def test_the_map_moves_with_a_shifted_photo():
    scene = np.random.default_rng(2).integers(0, 256, (64, 192, 3), np.uint8)
    scene = np.repeat(np.repeat(scene[::32, ::32], 32, axis=0), 32, axis=1)
    shift_px = 16
    there = photo_map(MeanBrightness(3.0), scene[:, :-shift_px])
    shifted = photo_map(MeanBrightness(3.0), np.ascontiguousarray(scene[:, shift_px:]))
    inner, moved = slice(32, -32), slice(32 - shift_px, -32 - shift_px)
    assert np.corrcoef(there[:, inner].flat, shifted[:, moved].flat)[0, 1] > 0.99
    assert np.corrcoef(there[:, inner].flat, shifted[:, inner].flat)[0, 1] < 0.9


def test_many_crops_are_explained_a_few_at_a_time(tiny_network, monkeypatch):
    photo = np.random.default_rng(3).integers(0, 256, (80, 400, 3), np.uint8)
    at_once = photo_map(tiny_network, photo)
    monkeypatch.setattr("engine.explain.covering._MOST_VIEWS_AT_ONCE", 3)
    np.testing.assert_allclose(photo_map(tiny_network, photo), at_once, atol=1e-5)


def test_a_vit_that_reads_only_its_class_token_has_no_evidence_to_show():
    network = PortableNetwork(PortableConfig(backbone="test_vit", crop_px=CROP_PX)).eval()
    photo = np.random.default_rng(3).integers(0, 256, (64, 64, 3), np.uint8)
    score = PhotoScore(path=SimpleNamespace(), score_0_100=50.0)
    scale = measure_map_scale(network, [photo])
    assert to_common_scale(photo_map(network, photo), photo, score, scale).is_evidence_weak


@pytest.mark.parametrize("backbone", ["test_efficientnet", "test_vit3", "test_mambaout"])
def test_portable_networks_that_pool_their_features_have_maps(backbone):
    torch.manual_seed(0)
    network = PortableNetwork(PortableConfig(backbone=backbone, crop_px=CROP_PX)).eval()
    maps = grad_cam(network, crops())
    assert maps.shape[1] == maps.shape[2] > 1
    assert bool((maps != 0).any())


def test_without_photos_no_scale_is_measured():
    assert measure_map_scale(MeanBrightness(3.0), []) == MapScale()
