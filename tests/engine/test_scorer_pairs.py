"""A network that sees a photo beside its original; what it makes of them is done by hand."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from engine.errors import EngineError
from engine.networks.network_entry import NetworkEntry
from engine.networks.normalisation import Normalisation
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.registry import registered
from engine.networks.whole_photo_sight import FrameSight, PairSight
from engine.photos.resize import ResizeRule
from engine.scorer import Scorer


@dataclass(frozen=True)
class StackedSight(PairSight):
    """Both photos in one frame, one behind the other: (1 or 2, h, w, 3)."""

    frame: FrameSight

    def words(self, num_views):
        return self.frame.words(num_views)

    def view_shape(self, width_px, height_px):
        return (1, *self.frame.view_shape(width_px, height_px))

    def look_beside(self, photo_HW3, original_HW3):
        shown = (photo_HW3,) if original_HW3 is None else (photo_HW3, original_HW3)
        return torch.stack([self.frame.look(one) for one in shown])

    def unfold(self, map_GG, *, width_px, height_px):
        return self.frame.unfold(map_GG, width_px=width_px, height_px=height_px)


@dataclass(frozen=True, kw_only=True)
class PairConfig:
    long_px: int
    short_px: int
    backbone = ""

    def sight(self):
        return StackedSight(FrameSight(self.long_px, self.short_px))


class PairNetwork(QualityNetwork):
    """100 less the mean absolute difference in grey levels; 50 where there is no original."""

    has_quality_token = False
    num_prefix = 0
    normalisation = Normalisation(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))

    def __init__(self, config, *, weights="none"):
        super().__init__()
        self.config = config
        self.scale = nn.Parameter(torch.ones(1))

    @property
    def sight(self):
        return self.config.sight()

    def prepare(self, views_uint8):
        return views_uint8.float()

    def features(self, views, *, keeps_sequences=False, generator=None):
        photo, others = views[:, 0], views[:, 1:]
        lost = (photo - others[:, 0]).abs() if others.shape[1] else torch.full_like(photo, 50.0)
        return Features(lost.mean(3).flatten(1)[..., None], 0, grid=tuple(lost.shape[1:3]))

    def score_features(self, features):
        return 100 - self.scale * features.tokens_BTD.mean(dim=(1, 2))

    def head_bias(self):
        return self.scale


ENTRY = NetworkEntry(
    name="pairs",
    title="Pairs",
    summary="A difference.",
    input="pair",
    network=f"{__name__}:PairNetwork",
    config=f"{__name__}:PairConfig",
)


@pytest.fixture
def scorer(make_card):
    network = PairNetwork(PairConfig(long_px=96, short_px=64))
    card = make_card(
        network, resize_rule=ResizeRule(long_side_px=96, short_side_px=64), num_crops=2
    )
    with registered(ENTRY):
        yield Scorer(network, card, model_id="pairs", device=torch.device("cpu"))


@pytest.fixture
def saved(tmp_path):
    def save(name, pixels_HW3):
        Image.fromarray(pixels_HW3).save(tmp_path / name)
        return tmp_path / name

    return save


def noise(width, height):
    return np.random.default_rng(0).integers(30, 200, (height, width, 3), np.uint8)


def test_a_photo_is_scored_beside_its_original(scorer, saved):
    pixels = noise(96, 48)
    original, edited = saved("original.png", pixels), saved("edited.png", pixels + 12)
    found = scorer.score_pair(edited, original)
    # 12 grey levels in the photo, none in the border: 48 of 64 rows are the photo's
    assert found.crop_scores == pytest.approx([100 - 12 * 48 / 64] * 2)
    assert (found.path, found.width_px, found.height_px) == (edited, 96, 48)
    assert scorer.score_pair(original, original).score_0_100 == 100


def test_a_photo_alone_is_scored_without_one(scorer, saved):
    (found,) = scorer.score([saved("alone.png", noise(96, 64))])
    assert found.score_0_100 == pytest.approx(50)


def test_its_map_is_that_of_the_photo_alone(scorer, saved):
    found = scorer.explain(saved("alone.png", noise(90, 40)))
    assert found.lowers_HW.shape == found.photo_HW3.shape[:2]
    assert found.lowers_HW.min() == found.lowers_HW.max() > 0


def test_an_export_that_was_rounded_to_another_size_is_still_the_same_picture(scorer, saved):
    original = saved("original.png", noise(960, 641))
    edited = saved("edited.png", np.asarray(Image.open(original).resize((480, 320))))
    assert scorer.score_pair(edited, original).score_0_100 > 90


def test_two_pictures_are_no_pair(scorer, saved, tiny_scorer):
    photo, other = saved("a.png", noise(96, 64)), saved("b.png", noise(96, 40))
    with pytest.raises(EngineError, match="different shapes, 96 x 64 and 96 x 40"):
        scorer.score_pair(photo, other)
    with pytest.raises(EngineError, match="The model tiny sees photos alone"):
        tiny_scorer.score_pair(photo, other)
