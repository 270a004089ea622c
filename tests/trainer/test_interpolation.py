import pytest
import torch

from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from engine.networks.whole_frame import WholeFrameConfig
from trainer.interpolation import SHARES, between, choose_share, interpolate, start_of


def network(seed):
    torch.manual_seed(seed)
    return build_network(WholeFrameConfig(backbone="test_efficientnet", long_px=64, short_px=64))


def test_weights_lie_on_the_line_and_counts_are_those_of_the_training():
    start = {"w": torch.tensor([2.0, -1.0]), "n": torch.tensor(0)}
    trained = {"w": torch.tensor([4.0, 3.0]), "n": torch.tensor(7)}
    found = between(start, trained, 0.25)
    assert found["w"].tolist() == [2.5, 0.0]
    assert int(found["n"]) == 7
    for share, end in ((0.0, start), (1.0, trained)):
        assert torch.equal(between(start, trained, share)["w"], end["w"])


@pytest.mark.parametrize(("cost", "share"), [(0.0, 0.8), (0.01, 0.6), (0.05, 0.4), (1.0, 0.0)])
def test_the_share_nearest_to_the_start_within_the_cost_is_chosen(cost, share):
    srcc = {0.0: 0.5, 0.2: 0.7, 0.4: 0.82, 0.6: 0.855, 0.8: 0.86, 1.0: 0.86}
    assert choose_share(srcc, cost=cost) == share


def test_what_no_starting_weights_have_stays_as_trained_unless_it_was_probed():
    start, trained = network(0), network(1)
    unprobed = start_of(start, trained, is_probed=False)
    probed = start_of(start, trained, is_probed=True)
    for name, wanted in (("backbone.blocks.3.0.bn1.bias", start), ("head.weight", trained)):
        assert torch.equal(unprobed[name], wanted.state_dict()[name])
    assert torch.equal(unprobed["backbone.conv_stem.weight"], start.backbone.conv_stem.weight)
    assert torch.equal(probed["head.weight"], start.head.weight)


def test_a_network_is_given_the_weights_that_validation_prefers():
    start, trained = network(0), network(1)
    before = {name: value.clone() for name, value in trained.state_dict().items()}
    name = "backbone.conv_stem.weight"
    wanted = torch.lerp(start.state_dict()[name], before[name], 0.4)

    def agreement(shown):
        return -float((shown.state_dict()[name] - wanted).norm())

    found = interpolate(trained, start.state_dict(), cost=0.0, agreement=agreement)
    assert found.share == 0.4
    assert tuple(found.validation_srcc) == SHARES
    torch.testing.assert_close(trained.state_dict()[name], wanted)


def test_the_tokens_and_decoder_of_csiqa_stay_as_trained():
    made = []
    for seed in (0, 1):
        torch.manual_seed(seed)
        made.append(build_network(CsiqaConfig(backbone="test_vit", crop_px=64)))
        torch.nn.init.normal_(made[-1].quality_token)
    start, trained = made
    found = start_of(start, trained, is_probed=False)
    assert torch.equal(found["quality_token"], trained.quality_token)
    assert torch.equal(found["encoder.cls_token"], start.encoder.cls_token)
