import pytest
import torch

from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from trainer.machine import Machine
from trainer.plain_attention import choose_attention


def vit():
    torch.manual_seed(2)
    network = build_network(CsiqaConfig(backbone="test_vit", crop_px=48, mask_probability=0.0))
    network.start_from_mean(50.0)
    torch.nn.init.normal_(network.head.weight, std=0.1)
    return network


def machine(device, dtype):
    return Machine(device=torch.device(device), dtype=dtype, name="")


def fused(network):
    return {module.fused_attn for module in network.modules() if hasattr(module, "fused_attn")}


@pytest.mark.parametrize(
    ("device", "dtype", "is_fused"),
    [
        ("cpu", torch.bfloat16, False),
        ("cpu", torch.float32, True),
        ("cuda", torch.bfloat16, True),
    ],
)
def test_only_training_in_bf16_on_a_processor_spells_attention_out(device, dtype, is_fused):
    network = vit()
    choose_attention(network, machine(device, dtype))
    assert fused(network) == {is_fused}


def test_scores_and_gradients_stay_what_they_are():
    crops = torch.randn(6, 3, 48, 48, generator=torch.Generator().manual_seed(1))
    scores, gradients = [], []
    for is_chosen in (False, True):
        network = vit()
        if is_chosen:
            choose_attention(network, machine("cpu", torch.bfloat16))
        predicted = network(crops)
        predicted.square().mean().backward()
        scores.append(predicted.detach())
        gradients.append(network.quality_token.grad)
    assert scores[0].std() > 0.1
    assert scores[1] == pytest.approx(scores[0], rel=1e-4)
    assert gradients[1] == pytest.approx(gradients[0], rel=1e-3, abs=1e-4)
