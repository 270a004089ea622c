"""The file of a defect network: whole, its own, and refused when it lies."""

import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from engine.defects.defect_file import open_defect_network
from engine.errors import ModelFileError
from engine.networks.model_file import open_model


def rewritten(path, tensors=None, card=None):
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    if card is not None:
        metadata = {"discern_defects": card}
    save_file(load_file(path) if tensors is None else tensors, path, metadata)


def test_network_and_card_come_back_as_they_were(
    tiny_defect_file, tiny_defect_network, tiny_defect_card
):
    network, card = open_defect_network(tiny_defect_file)
    photo = 255 * torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(2))

    assert card == tiny_defect_card
    assert not network.training
    with torch.inference_mode():
        assert torch.equal(network(photo), tiny_defect_network(photo))


def test_weights_are_stored_as_halves(tiny_defect_file):
    kinds = {value.dtype for value in load_file(tiny_defect_file).values()}

    assert kinds == {torch.float16, torch.int64}  # batch norms count their batches


def test_it_is_not_taken_for_a_model_that_rates(tiny_defect_file):
    with pytest.raises(ModelFileError, match="not a model of Discern"):
        open_model(tiny_defect_file)


def test_a_model_that_rates_is_not_taken_for_it(tiny_model):
    with pytest.raises(ModelFileError, match="holds no defect network"):
        open_defect_network(tiny_model)


def test_a_missing_tensor_is_named(tiny_defect_file):
    tensors = load_file(tiny_defect_file)
    del tensors["last.bias"]
    rewritten(tiny_defect_file, tensors)

    with pytest.raises(ModelFileError, match=r"not the defect network .* lacks last.bias"):
        open_defect_network(tiny_defect_file)


def test_a_wrong_shape_is_refused(tiny_defect_file):
    tensors = load_file(tiny_defect_file)
    tensors["last.bias"] = torch.zeros(9, dtype=torch.float16)
    rewritten(tiny_defect_file, tensors)

    with pytest.raises(ModelFileError, match=r"last.bias has the shape \(9,\)"):
        open_defect_network(tiny_defect_file)


def test_values_that_are_no_numbers_are_refused(tiny_defect_file):
    tensors = load_file(tiny_defect_file)
    tensors["last.bias"][0] = float("nan")
    rewritten(tiny_defect_file, tensors)

    with pytest.raises(ModelFileError, match="not numbers"):
        open_defect_network(tiny_defect_file)


def test_a_file_cut_short_is_refused(tiny_defect_file):
    content = tiny_defect_file.read_bytes()
    tiny_defect_file.write_bytes(content[: len(content) // 2])

    with pytest.raises(ModelFileError, match="damaged or cut short"):
        open_defect_network(tiny_defect_file)


@pytest.mark.parametrize(
    ("card", "words"),
    [("{", "not valid JSON"), ("[1]", "not a table"), (json.dumps({}), "format version")],
)
def test_a_card_that_can_not_be_read_is_refused(tiny_defect_file, card, words):
    rewritten(tiny_defect_file, card=card)

    with pytest.raises(ModelFileError, match=words):
        open_defect_network(tiny_defect_file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelFileError, match="There is no model file"):
        open_defect_network(tmp_path / "none.safetensors")
