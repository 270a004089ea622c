"""The map of a photo from a network and a head whose answers can be written down."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
from engine.explain.distortion_map import DistortionMap, distortion_map
from engine.networks.normalisation import Normalisation
from engine.networks.quality_network import Features, QualityNetwork

CROP_PX = 64
PATCH_PX = 16


class MeanColours(QualityNetwork):
    """Its only features are each patch's mean red, green and blue."""

    def __init__(self) -> None:
        super().__init__()
        self.crop_px = CROP_PX
        self.normalisation = Normalisation(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
        self.has_quality_token = False
        self.num_prefix = 1
        self.bias = nn.Parameter(torch.zeros(1))

    def features(self, crops_B3SS, *, keeps_sequences=False, generator=None):
        pooled = nn.functional.avg_pool2d(crops_B3SS, PATCH_PX).flatten(2).transpose(1, 2)
        tokens = torch.cat([torch.zeros(len(pooled), 1, 3), pooled], dim=1)
        return Features(tokens, self.num_prefix, (tokens,) if keeps_sequences else ())

    def score_features(self, features):
        return features.patches_BPD.mean((1, 2))

    def head_bias(self):
        return self.bias


@pytest.fixture
def red_and_blue() -> DistortionHead:
    """Calls red patches "red", blue ones "blue", grey and green ones nothing."""
    head = DistortionHead(
        DistortionHeadConfig(blocks=(1,), num_features=3, num_hidden=3, kinds=("red", "blue"))
    )
    with torch.no_grad():
        head.first.weight.copy_(torch.eye(3)[:, :, None, None])
        head.first.bias.zero_()
        head.from_grain.weight.zero_()
        head.from_grain.bias.zero_()
        head.whole.weight.zero_()
        head.whole.bias.zero_()
        head.around.weight.zero_()
        head.around.bias.zero_()
        head.last.weight.copy_(torch.tensor([[9.0, 0, 0], [0, 0, 9.0]])[:, :, None, None])
        head.last.bias.fill_(-6.0)
    return head.eval()


@pytest.fixture
def photo():
    """Green, but red in a patch-aligned square, and blue in the right quarter."""
    pixels = np.zeros((96, 128, 3), np.uint8)
    pixels[..., 1] = 200
    pixels[32:64, 32:64] = (200, 0, 0)
    pixels[:, 96:] = (0, 0, 200)
    return pixels


def test_each_kind_lies_where_its_defect_is(red_and_blue, photo):
    found = distortion_map(MeanColours(), red_and_blue, photo)

    assert found.kinds == ("red", "blue")
    assert found.strength_KHW.shape == (2, 96, 128)
    assert found.strength_KHW.dtype == np.float32
    assert found.strength_KHW.min() >= 0
    assert found.strength_KHW.max() <= 1
    assert found.strength_KHW[0, 40:56, 40:56].min() > 0.9
    assert found.strength_KHW[0, :, 80:].max() < 0.1
    assert found.strength_KHW[1, :, 108:].min() > 0.9
    assert found.strength_KHW[1, :, :84].max() < 0.1


def test_the_share_affected_is_the_area_of_the_defect(red_and_blue, photo):
    shares = distortion_map(MeanColours(), red_and_blue, photo).share_affected()

    assert shares["red"] == pytest.approx(32 * 32 / (96 * 128), abs=0.03)
    assert shares["blue"] == pytest.approx(1 / 4, abs=0.06)


def test_a_clean_photo_is_affected_nowhere(red_and_blue):
    green = np.zeros((96, 128, 3), np.uint8)
    green[..., 1] = 200

    found = distortion_map(MeanColours(), red_and_blue, green)

    assert found.share_affected() == {"red": 0.0, "blue": 0.0}


def test_the_map_turns_with_the_photo(red_and_blue, photo):
    there = distortion_map(MeanColours(), red_and_blue, photo).strength_KHW
    mirrored = distortion_map(
        MeanColours(), red_and_blue, np.ascontiguousarray(photo[:, ::-1])
    ).strength_KHW

    np.testing.assert_allclose(mirrored[..., ::-1], there, atol=1e-5)


def test_the_strongest_kind_counts_at_every_pixel():
    strength = np.array([[[0.1, 0.7]], [[0.3, 0.2]]], np.float32)

    found = DistortionMap(kinds=("a", "b"), strength_KHW=strength)

    assert found.strongest_HW() == pytest.approx(np.array([[0.3, 0.7]]))
    assert found.share_affected() == {"a": 0.5, "b": 0.0}
