import copy

import pytest
import torch

from engine.networks.bf16_scoring import scores_in_bf16
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model, find_model


@pytest.fixture
def crops():
    return torch.rand(4, 3, 224, 224, generator=torch.Generator().manual_seed(0)) * 2 - 1


@pytest.mark.parametrize("name", ["csiqa-vit-tiny-biq2021", "csiqa-vit-tiny-biq2021-teacher"])
def test_scores_are_those_of_full_precision_but_for_rounding(name, crops):
    network, _ = open_model(find_model(name))
    network.eval()
    with torch.inference_mode():
        exact, narrow = network(crops), scores_in_bf16(network)(crops).scores_B
    assert narrow.dtype == torch.float32
    assert 0 < (exact - narrow).abs().max() < 1.5


def test_the_network_itself_stays_as_it_is(crops):
    network, _ = open_model(default_model())
    before = copy.deepcopy(network.state_dict())
    scores_in_bf16(network)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_norms_decoder_and_head_keep_their_precision(make_student, monkeypatch):
    network = make_student()
    seen = []
    monkeypatch.setattr(
        type(network.decoder),
        "forward",
        lambda self, queries, patches: seen.append((queries.dtype, patches.dtype)) or queries,
    )
    with torch.inference_mode():
        scores_in_bf16(network)(torch.zeros(1, 3, 64, 64))
    assert seen == [(torch.float32, torch.float32)]
