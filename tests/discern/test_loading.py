import pytest
import torch

import discern
from engine.errors import DeviceUnavailable, ModelFileError
from engine.networks.model_file import open_model


def test_the_network_and_the_card_of_a_file_are_loaded(tiny_model):
    network, card = discern.load(tiny_model)
    expected, _ = open_model(tiny_model)
    crops = torch.rand(2, 3, card.crop_px, card.crop_px)
    with torch.no_grad():
        torch.testing.assert_close(network(crops), expected(crops))
    assert not network.training
    assert card.name == "tiny"


def test_what_is_not_there_is_an_error_with_the_way_out(tiny_model):
    with pytest.raises(ModelFileError, match=r"There is no model nobody\. Models here"):
        discern.load("nobody")
    with pytest.raises(DeviceUnavailable, match="There is no"):
        discern.load(tiny_model, device="cuda:64")
    with pytest.raises(TypeError, match=r"by a file \(str or Path\), not by list"):
        discern.load([tiny_model])
