import pytest
import torch

from bench.contrast_chance import Comparison, own_and_shuffled
from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from engine.networks.quality_network import Features

HOW = Comparison(embedding="mean_patch", is_centred=True, temperature=0.1)


class KnowsTheScore:
    """Stands for a network whose patches say how a crop was rated: its brightness, or nothing."""

    has_quality_token = False
    num_prefix = 0

    def __init__(self, knows):
        self.normalisation = build_network(
            CsiqaConfig(backbone="test_vit", crop_px=48)
        ).normalisation
        self._knows = knows

    def features(self, crops, *, keeps_sequences):
        angle = crops.mean((1, 2, 3)) if self._knows else torch.linspace(0, 300, len(crops))
        tokens = torch.stack([angle.cos(), angle.sin()], dim=1)[:, None, :]
        return Features(tokens, 0, (tokens, tokens))


@pytest.mark.parametrize(("knows", "is_learned"), [(True, True), (False, False)])
def test_only_what_goes_with_the_labels_lies_below_shuffled_ones(knows, is_learned):
    rated = torch.randperm(64, generator=torch.Generator().manual_seed(1)).float()
    crops = (rated * 3).to(torch.uint8)[:, None, None, None].expand(64, 8, 8, 3)

    own, shuffled = own_and_shuffled(KnowsTheScore(knows), crops, rated, HOW, seed=0)

    assert (shuffled - own > 1.0) is is_learned
    if not is_learned:
        assert own == pytest.approx(shuffled, abs=0.5)
