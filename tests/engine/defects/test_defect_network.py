"""The network's shape, its gradients, and what it makes of a photo's surroundings."""

import pytest
import torch
from torch.nn import functional as F

from engine.defects.defect_network import (
    DEFECT_KINDS,
    STRIDE_PX,
    DefectNetwork,
    DefectNetworkConfig,
    padded_side,
)


def test_there_is_one_logit_per_kind_at_every_fourth_pixel(tiny_defect_network):
    with torch.inference_mode():
        logits = tiny_defect_network(torch.full((2, 3, 64, 96), 100.0))

    assert logits.shape == (2, 3, 64 // STRIDE_PX, 96 // STRIDE_PX)


def test_a_batch_of_one_gives_the_row_of_a_batch(tiny_defect_network):
    photos = 255 * torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        together = tiny_defect_network(photos)
        alone = tiny_defect_network(photos[1:2])

    torch.testing.assert_close(alone[0], together[1], atol=1e-4, rtol=1e-3)


def test_the_gradient_reaches_every_parameter():
    torch.manual_seed(0)
    network = DefectNetwork(DefectNetworkConfig(num_features=8)).eval()
    logits = network(255 * torch.rand(2, 3, 64, 64))
    areas = torch.sigmoid(logits).mean((2, 3))

    (logits.square().sum() + network.explained(areas).square().sum()).backward()

    assert [name for name, one in network.named_parameters() if one.grad is None] == []


def test_what_lies_far_off_is_known_through_the_whole_photo(tiny_defect_network):
    photo = torch.full((1, 3, 32, 512), 100.0)
    other = photo.clone()
    other[..., 480:] = 250.0
    with torch.inference_mode():
        here, there = tiny_defect_network(photo), tiny_defect_network(other)

    assert not torch.equal(here[..., :4], there[..., :4])


def test_the_explained_score_is_a_ceiling_less_the_priced_areas(tiny_defect_network):
    areas = torch.tensor([[0.0, 0.0, 0.0], [0.5, 0.25, 1.0]])

    with torch.no_grad():
        explained = tiny_defect_network.explained(areas)

    flawless = tiny_defect_network.flawless.item()
    prices = F.softplus(tiny_defect_network.prices.detach()).tolist()
    wanted = flawless - (0.5 * prices[0] + 0.25 * prices[1] + prices[2])
    assert explained.tolist() == pytest.approx([flawless, wanted], abs=1e-6)


def test_more_of_a_defect_never_explains_a_better_score(tiny_defect_network):
    with torch.no_grad():
        less = tiny_defect_network.explained(torch.tensor([[0.2, 0.3, 0.1]]))
        more = tiny_defect_network.explained(torch.tensor([[0.2, 0.4, 0.1]]))

    assert float(more) < float(less)


def test_sides_are_padded_to_the_next_the_network_takes():
    assert [padded_side(side) for side in (1, 32, 33, 512)] == [32, 32, 64, 512]


def test_the_kinds_of_the_heads_keep_their_places():
    assert DEFECT_KINDS[:2] == ("blur", "motion blur")
    assert DEFECT_KINDS[-1] == "other damage"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"backbone": "resnet18"}, "known are"),
        ({"num_features": 0}, "must be 1 to"),
        ({"kinds": ()}, "names of defects"),
        ({"kinds": ("blur", "blur")}, "occurs twice"),
    ],
)
def test_a_config_that_makes_no_sense_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        DefectNetworkConfig(**wrong)


def test_a_config_comes_back_from_its_plain_values():
    config = DefectNetworkConfig(num_features=16, kinds=("blur", "dust"))

    assert DefectNetworkConfig.from_json({**config.to_json(), "kinds": ["blur", "dust"]}) == config
