"""A model file with a head for distortion maps: the network in it stays as it is."""

import json
import shutil
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from engine.errors import ModelFileError
from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
from engine.networks.distortion_card import DistortionCard
from engine.networks.distortion_file import give_distortion_head, open_distortion_head
from engine.networks.model_card import ModelCard
from engine.networks.model_file import open_model, read_card, save_model
from engine.networks.model_header import identify_model
from engine.networks.model_library import list_models
from engine.scorer import Scorer

KINDS = ("blur", "noise")


def head_for(network, seed=0):
    config = DistortionHeadConfig(
        blocks=(1, 2), num_features=network.encoder.embed_dim, num_hidden=8, kinds=KINDS
    )
    head = DistortionHead(config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(parameter.normal_(generator=generator).half())  # as it is stored
    return head.eval()


def card_for(head, path):
    return DistortionCard(
        head=head.config,
        scored_as=identify_model(path).scored_as,
        protocol="Nothing was taught: the weights are random.",
        num_photos=3,
        figures={"peak_inside": 0.5},
        settings={"epochs": 2},
        date="2026-01-31",
    )


@pytest.fixture
def with_head(tmp_path, tiny_model, tiny_network):
    path = tmp_path / "with head.safetensors"
    head = head_for(tiny_network)
    give_distortion_head(tiny_model, path, head, card_for(head, tiny_model))
    return path


def test_the_head_comes_back_as_it_was(with_head, tiny_network):
    found = open_distortion_head(with_head)

    assert found.config.kinds == KINDS
    assert not found.training
    for name, value in head_for(tiny_network).state_dict().items():
        assert torch.equal(found.state_dict()[name], value)


def test_a_model_without_a_head_says_so(tiny_model):
    assert open_distortion_head(tiny_model) is None
    assert read_card(tiny_model).distortions is None


def test_the_network_and_its_scores_stay_bit_for_bit(with_head, tiny_model, odd_sizes):
    before, after = load_file(tiny_model), load_file(with_head)

    assert all(torch.equal(after[name], value) for name, value in before.items())
    plain, headed = (Scorer.open(path, device="cpu") for path in (tiny_model, with_head))
    assert plain.score(odd_sizes) == headed.score(odd_sizes)


def test_remembered_scores_stay_valid(with_head, tiny_model):
    assert with_head.read_bytes() != tiny_model.read_bytes()
    assert identify_model(with_head).model_id == identify_model(tiny_model).model_id
    assert identify_model(with_head).scored_as == identify_model(tiny_model).scored_as


def test_another_head_takes_the_place_of_the_first(with_head, tiny_network):
    other = head_for(tiny_network, seed=1)

    give_distortion_head(with_head, with_head, other, card_for(other, with_head))

    found = open_distortion_head(with_head).state_dict()
    assert torch.equal(found["last.weight"], other.state_dict()["last.weight"])
    assert identify_model(with_head).scored_as == read_card(with_head).distortions.scored_as


def test_another_bias_under_the_same_card_is_another_model(with_head, tmp_path):
    tensors = load_file(with_head)
    with safe_open(with_head, "pt") as file:
        metadata = file.metadata()
    tensors["head.bias"] = tensors["head.bias"] + 30
    forged = tmp_path / "forged.safetensors"
    save_file(tensors, forged, metadata)
    assert read_card(forged) == read_card(with_head)
    assert identify_model(forged).model_id != identify_model(with_head).model_id


def test_a_file_without_a_head_stays_what_older_programs_can_open(tiny_model):
    with safe_open(tiny_model, "pt") as file:
        card = json.loads(file.metadata()["discern"])

    assert card["format_version"] == 1
    assert "distortions" not in card


def test_a_file_with_a_head_states_the_newer_format(with_head):
    with safe_open(with_head, "pt") as file:
        card = json.loads(file.metadata()["discern"])

    assert card["format_version"] == 2
    assert ModelCard.from_json(card) == read_card(with_head)


def test_a_network_that_is_stored_anew_has_no_head(with_head, tmp_path):
    network, card = open_model(with_head)
    path = tmp_path / "anew.safetensors"

    save_model(path, network, card)

    assert open_distortion_head(path) is None
    assert open_model(path)[1] == replace(card, distortions=None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda t: t.pop("distortion_head.last.bias"),
            "not the distortion head .* lacks last.bias",
        ),
        (
            lambda t: t.update({"distortion_head.more": torch.zeros(1)}),
            "not the distortion head .* has more",
        ),
        (
            lambda t: t.update({"distortion_head.last.bias": torch.zeros(3)}),
            "last.bias has the shape",
        ),
        (
            lambda t: t.update({"distortion_head.last.bias": torch.full((2,), torch.nan)}),
            "last.bias holds values that are not numbers",
        ),
    ],
)
def test_a_head_that_lies_is_refused(with_head, change, reason):
    tensors = load_file(with_head)
    with safe_open(with_head, "pt") as file:
        metadata = file.metadata()
    change(tensors)
    save_file(tensors, with_head, metadata)

    with pytest.raises(ModelFileError, match=reason):
        open_distortion_head(with_head)


@pytest.mark.parametrize(
    ("entry", "value", "reason"),
    [
        ("scored_as", "ABC", "scored_as is 'ABC'"),
        ("protocol", 3, "protocol and date"),
        ("figures", [], "figures and settings"),
        ("head", {"num_features": 4}, "blocks is"),
        ("head", 7, "can't be read"),
        ("unheard", 1, "unheard"),
    ],
)
def test_a_card_whose_head_makes_no_sense_is_refused(with_head, entry, value, reason):
    stored = read_card(with_head).to_json()
    stored = json.loads(json.dumps(stored))
    stored["distortions"][entry] = value

    with pytest.raises(ModelFileError, match=reason):
        ModelCard.from_json(stored)


def test_a_damaged_file_is_refused(with_head, tmp_path, tiny_network):
    cut = tmp_path / "cut.safetensors"
    shutil.copyfile(with_head, cut)
    cut.write_bytes(cut.read_bytes()[:-100])

    with pytest.raises(ModelFileError, match="damaged or cut short"):
        open_distortion_head(cut)
    with pytest.raises(ModelFileError, match="damaged or cut short"):
        give_distortion_head(
            cut, cut, head_for(tiny_network), card_for(head_for(tiny_network), with_head)
        )


def test_the_heads_of_bundled_models_open_and_fit_their_networks():
    paths = [entry.path for entry in list_models() if entry.card and entry.card.distortions]
    assert paths
    for path in paths:
        head = open_distortion_head(path)
        network, card = open_model(path)
        assert card.distortions.head == head.config
        sequences = network.features(
            torch.zeros(1, 3, card.crop_px, card.crop_px), keeps_sequences=True
        ).sequences
        assert max(head.config.blocks) <= len(sequences)
        assert sequences[0].shape[-1] == head.config.num_features
