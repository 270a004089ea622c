"""A head on each kind of network: scores, maps and uncertainty come out as they should."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from engine.explain.grad_cam import grad_cam
from engine.networks.bf16_scoring import scores_in_bf16
from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network, open_model, save_model
from engine.networks.model_header import identify_model
from engine.networks.portable import PortableConfig
from engine.networks.registry import network_entries, network_entry
from engine.networks.whole_frame import WholeFrameConfig
from engine.personal.fit_head import fit_head
from engine.personal.head_shape import HEAD_KINDS, HeadShape
from engine.personal.personal_file import PersonalFacts, num_features, save_personal
from engine.personal.personal_network import PersonalConfig, personal_config
from engine.scorer import Scorer

CONFIGS = {
    "csiqa": CsiqaConfig(backbone="test_vit", crop_px=64),
    "portable": PortableConfig(backbone="test_convnext", crop_px=64),
    "whole_frame": WholeFrameConfig(backbone="test_efficientnet", long_px=96, short_px=64),
}
PHOTOS = 24


@pytest.fixture(scope="module", params=CONFIGS)
def parent(request, tmp_path_factory, make_card):
    """The file of a model with random weights that tells photos apart."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = build_network(CONFIGS[request.param]).eval()
        network.start_from_mean(50.0)
        bias = network.head_bias()
        for part in network.modules():
            if isinstance(part, torch.nn.Linear) and part.bias is bias:
                torch.nn.init.normal_(part.weight, std=0.02)
    path = tmp_path_factory.mktemp("parent") / f"{request.param}.safetensors"
    rule = {"long_side_px": 96, "short_side_px": 64}
    card = make_card(network, num_crops=2)
    save_model(path, network, replace(card, resize_rule=replace(card.resize_rule, **rule)))
    return path


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    paths = []
    for number in range(PHOTOS):
        coarse = rng.integers(0, 256, (6, 9, 3), dtype=np.uint8)
        photo = Image.fromarray(coarse).resize((96, 64), Image.Resampling.BICUBIC)
        path = folder / f"{number}.png"
        photo.save(path)
        paths.append(path)
    return paths


def features_of(parent, photos):
    scorer = Scorer.open(parent, device="cpu", precision="fp32")
    return np.stack([one.values_F for one in scorer.features_each(photos)])


def facts(**changes):
    known = {"name": "mine", "trained_on": "labels.csv", "num_photos": PHOTOS}
    return PersonalFacts(**{"labels": changes.pop("labels"), **known, **changes})


def saved(tmp_path, parent, head, scale):
    path = tmp_path / "mine.safetensors"
    save_personal(path, head, parent=parent, facts=facts(labels=scale))
    return path


@pytest.fixture
def scale(make_card, tiny_network):
    return make_card(tiny_network).labels


@pytest.mark.parametrize("kind", HEAD_KINDS)
def test_a_file_scores_photos_as_its_head_does(parent, photos, tmp_path, scale, kind):
    features = features_of(parent, photos)
    wanted = np.random.default_rng(1).uniform(20, 80, PHOTOS)
    head = fit_head(features, wanted, kind=kind)
    path = saved(tmp_path, parent, head, scale)
    scorer = Scorer.open(path, device="cpu", precision="fp32")
    found = [one.score_0_100 for one in scorer.score(photos)]
    wanted_of_means = head.predict(features)
    if kind == "ridge":
        assert found == pytest.approx(wanted_of_means.tolist(), abs=0.05)
    else:  # a head that bends scores the mean of a photo's views differently than each of them
        assert np.corrcoef(found, wanted_of_means)[0, 1] > 0.7
    assert scorer.card.parent.partition("@")[0] == "tiny"
    assert [one.uncertainty > 0 for one in scorer.score(photos[:1])] == [True]


def test_features_of_a_photo_end_in_the_score_of_the_model(parent, photos):
    features = features_of(parent, photos[:4])
    scores = [one.score_0_100 for one in Scorer.open(parent, precision="fp32").score(photos[:4])]
    assert features.shape == (4, num_features(parent) + 1)
    assert features[:, -1] == pytest.approx(scores, abs=1e-3)
    assert features.dtype == np.float32
    assert (features[:, :-1].std(axis=0) > 0).mean() > 0.5


def test_a_photo_that_cannot_be_read_has_a_reason_in_place_of_features(parent, photos, tmp_path):
    scorer = Scorer.open(parent, device="cpu")
    good, bad = scorer.features_each([photos[0], tmp_path / "missing.png"])
    assert good.error is None
    assert (bad.values_F, bad.error) == (None, "There is no such file.")


def test_grad_cam_is_that_of_the_whole_score(parent, photos, tmp_path, scale):
    features = features_of(parent, photos)
    head = fit_head(features, np.random.default_rng(1).uniform(20, 80, PHOTOS))
    network, _ = open_model(saved(tmp_path, parent, head, scale))
    beneath, _ = open_model(parent)
    explained = Scorer.open(tmp_path / "mine.safetensors", device="cpu").explain(
        photos[0], finds_defects=False
    )
    assert explained.raises_HW.max() + explained.lowers_HW.max() > 0
    shape = network.sight.view_shape(96, 64)
    views = torch.randint(0, 256, (1, *shape), dtype=torch.uint8)
    own, other = (grad_cam(one, one.prepare(views)) for one in (network, beneath))
    assert own.shape == other.shape
    assert not torch.allclose(own, other, atol=1e-3)


def test_a_head_that_adds_nothing_leaves_scores_and_maps_as_they_were(parent, photos, tmp_path):
    network, _ = open_model(parent)
    shape = HeadShape(kind="ridge", num_features=num_features(parent))
    own = build_network(personal_config(network.config, shape)).eval()
    own.parent.load_state_dict(network.state_dict())
    views = torch.randint(0, 256, (2, *network.sight.view_shape(96, 64)), dtype=torch.uint8)
    prepared = network.prepare(views)
    with torch.inference_mode():
        assert torch.equal(own(prepared), network(prepared))
    assert torch.allclose(grad_cam(own, prepared), grad_cam(network, prepared), atol=1e-5)


def test_a_head_rides_on_a_head(parent, photos, tmp_path, scale):
    features = features_of(parent, photos)
    first = fit_head(features, np.random.default_rng(1).uniform(20, 80, PHOTOS))
    path = saved(tmp_path, parent, first, scale)
    above = features_of(path, photos)
    assert above[:, :-1] == pytest.approx(features[:, :-1], abs=1e-3)  # of the network beneath
    second = fit_head(above, np.random.default_rng(2).uniform(20, 80, PHOTOS))
    top = tmp_path / "top.safetensors"
    save_personal(top, second, parent=path, facts=facts(labels=scale, name="top"))
    found = [one.score_0_100 for one in Scorer.open(top, precision="fp32").score(photos)]
    assert found == pytest.approx(second.predict(above).tolist(), abs=0.1)


def test_it_scores_in_bf16_where_the_network_beneath_does(parent, photos, tmp_path, scale):
    features = features_of(parent, photos)
    head = fit_head(features, np.random.default_rng(1).uniform(20, 80, PHOTOS))
    path = saved(tmp_path, parent, head, scale)
    network, card = open_model(path)
    entry = network_entry(card.network.parent_architecture)
    assert identify_model(path).may_be_bf16 == entry.can_score_in_bf16
    if not entry.can_score_in_bf16:
        return
    views = torch.randint(0, 256, (2, *network.sight.view_shape(96, 64)), dtype=torch.uint8)
    prepared = network.prepare(views)
    with torch.inference_mode():
        rounded = scores_in_bf16(network)(prepared).scores_B
        assert (rounded - network(prepared)).abs().max() < 3


def test_the_weights_beneath_are_copied_bit_by_bit(parent, photos, tmp_path, scale):
    from safetensors.torch import load_file

    head = fit_head(features_of(parent, photos), np.arange(PHOTOS, dtype=float))
    own = load_file(saved(tmp_path, parent, head, scale))
    for name, value in load_file(parent).items():
        assert torch.equal(own[f"parent.{name}"], value)
        assert own[f"parent.{name}"].dtype == value.dtype
    assert own["own_head.weights_F"].dtype == torch.float32


def test_nobody_is_offered_to_train_one():
    assert "personal" not in [entry.name for entry in network_entries()]
    with pytest.raises(ValueError, match=r"discern train labels\.csv"):
        PersonalConfig.for_run(None)


def test_a_card_that_names_another_network_beneath_is_refused():
    shape = HeadShape(kind="ridge", num_features=3)
    with pytest.raises(ValueError, match="There is no network called 'oracle'"):
        PersonalConfig(parent_architecture="oracle", parent=CONFIGS["csiqa"], head=shape)
    with pytest.raises(ValueError, match="The network beneath is no portable"):
        PersonalConfig(parent_architecture="portable", parent=CONFIGS["csiqa"], head=shape)
