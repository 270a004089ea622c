"""A panel of tiny networks: its scores, its file, its map, and what it refuses."""

from dataclasses import asdict

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from engine.errors import ModelFileError
from engine.explain.grad_cam import photo_map
from engine.measures.label_scale import LabelScale
from engine.networks.bf16_scoring import processor_has_bf16, scores_in_bf16
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.model_card import ModelCard
from engine.networks.model_file import open_model, save_model
from engine.networks.normalisation import normalise, renormalise
from engine.networks.panel import PanelConfig, PanelMember, PanelNetwork, middle_crop
from engine.networks.whole_frame import WholeFrameConfig, WholeFrameNetwork
from engine.photos.resize import ResizeRule
from engine.scorer import Scorer

FRAME = WholeFrameConfig(backbone="test_efficientnet", long_px=128, short_px=96)
CROPS = CsiqaConfig(backbone="test_vit", crop_px=64)


def member(config, architecture):
    return PanelMember(architecture=architecture, network=asdict(config))


CONFIG = PanelConfig(
    members=(member(FRAME, "whole_frame"), member(FRAME, "whole_frame"), member(CROPS, "csiqa"))
)


@pytest.fixture
def panel():
    torch.manual_seed(4)
    network = PanelNetwork(CONFIG).eval()
    with torch.no_grad():
        network.joined.weight.copy_(torch.tensor([[0.5, 0.2, 0.3]]))
        network.joined.bias.fill_(0.1)
        for one in network.members:
            one.head.bias.fill_(0.4)
    return network


@pytest.fixture
def views():
    photo = Image.fromarray(data.astronaut()).resize((128, 96))
    return torch.from_numpy(np.array(photo))[None]


def test_its_score_is_the_weighted_sum_of_what_its_members_say(panel, views):
    with torch.inference_mode():
        score = panel(panel.prepare(views)).item()
        first, second, crops = panel.members
        own = first(first.prepare(views)).item(), second(second.prepare(views)).item()
        middle = views[:, 16:80, 32:96]
        crop = crops(normalise(middle, crops.normalisation)).item()
    assert score == pytest.approx(0.5 * own[0] + 0.2 * own[1] + 0.3 * crop + 10, abs=1e-3)


def test_a_member_trained_apart_says_the_same_inside(views):
    torch.manual_seed(9)
    alone = WholeFrameNetwork(FRAME).eval()
    panel = PanelNetwork(PanelConfig(members=(member(FRAME, "whole_frame"),))).eval()
    panel.members[0].load_state_dict(alone.state_dict())
    with torch.inference_mode():
        assert panel(panel.prepare(views)).item() == pytest.approx(
            alone(alone.prepare(views)).item(), abs=1e-4
        )


def test_a_photo_smaller_than_a_crop_is_enlarged():
    strip = torch.rand(1, 4, 32, 128)
    crop = middle_crop(strip, 64)
    assert crop.shape == (1, 3, 64, 64)
    assert crop.mean().item() == pytest.approx(strip[:, :3, :, 48:80].mean().item(), abs=0.01)


def test_pooled_features_are_those_of_all_members(panel, views):
    with torch.inference_mode():
        scores, pooled = panel.scores_and_pooled(panel.prepare(views))
        first = panel.members[0]
        alone = first.pooled(first.features(first.prepare(views)))
    assert scores.shape == (1,)
    width = alone.shape[1]
    assert pooled[:, :width] == pytest.approx(alone.numpy(), abs=1e-4)
    assert pooled.shape[1] > 2 * width


@pytest.mark.skipif(not processor_has_bf16(), reason="this processor has no bf16")
def test_in_bf16_its_scores_are_nearly_the_same(panel, views):
    with torch.inference_mode():
        narrow = scores_in_bf16(panel)(panel.prepare(views)).scores_B
        assert narrow.item() == pytest.approx(panel(panel.prepare(views)).item(), abs=0.5)


def test_its_map_shows_where_the_frames_look(panel, views):
    found = photo_map(panel, views[0].numpy())
    assert found.shape == (96, 128)
    assert np.abs(found).max() > 0


@pytest.fixture
def file(panel, tmp_path):
    card = ModelCard(
        name="panel",
        role="plain",
        network=CONFIG,
        normalisation=panel.normalisation,
        resize_rule=ResizeRule(long_side_px=128, short_side_px=96),
        num_crops=1,
        labels=LabelScale(low=0.0, high=1.0, higher_is_better=True),
    )
    path = tmp_path / "panel.safetensors"
    save_model(path, panel, card, dtype=torch.float32)
    return path


def test_it_comes_back_from_its_file(file, panel, views):
    network, card = open_model(file)
    assert card.network == CONFIG
    assert card.architecture == "panel"
    with torch.inference_mode():
        assert torch.equal(network(network.prepare(views)), panel(panel.prepare(views)))


def test_a_scorer_rates_photos_of_any_shape_with_it(file, tmp_path):
    scorer = Scorer.open(file, device="cpu", precision="fp32")
    for size in [(300, 150), (60, 240), (40, 40)]:
        path = tmp_path / "photo.png"
        Image.fromarray(data.coffee()).resize(size).save(path)
        (found,) = scorer.score([path])
        assert found.score_0_100 is not None


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ((), "begins with a network of the whole frame"),
        ((member(CROPS, "csiqa"),), "begins with a network of the whole frame"),
        (
            (
                member(FRAME, "whole_frame"),
                member(CROPS, "csiqa"),
                member(FRAME, "whole_frame"),
            ),
            "networks of crops come after",
        ),
        (
            (
                member(FRAME, "whole_frame"),
                member(WholeFrameConfig(backbone="test_efficientnet"), "whole_frame"),
            ),
            "frames of different sizes",
        ),
        (({"architecture": "panel", "network": {}},), "has no member 'panel'"),
        (({"architecture": "csiqa", "network": {"crop_px": 0}},), "crop_px is 0"),
    ],
)
def test_what_is_no_panel_is_a_sentence(members, what):
    with pytest.raises(ValueError, match=what):
        PanelConfig(members=members)


def test_a_file_with_a_panel_that_cannot_be_is_refused(file):
    card = open_model(file)[1].to_json()
    card["network"]["members"] = [{"architecture": "oracle", "network": {}}]
    with pytest.raises(ModelFileError, match="has no member 'oracle'"):
        ModelCard.from_json(card)


def test_normalisations_of_members_may_differ():
    crops = CSIQA(CROPS)
    frames = WholeFrameNetwork(FRAME)
    views = torch.randint(0, 256, (1, 64, 64, 3), dtype=torch.uint8)
    once = normalise(views, frames.normalisation)
    twice = renormalise(once, frames.normalisation, crops.normalisation)
    assert twice.numpy() == pytest.approx(normalise(views, crops.normalisation).numpy(), abs=1e-5)
