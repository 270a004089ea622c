"""AdamW with the recipe's groups: decay on weights only, smaller steps for lower blocks."""

import re

import torch
from torch import nn

from engine.networks.quality_network import QualityNetwork
from trainer.config import StageConfig

_BLOCK = re.compile(r"^\w+\.blocks\.(\d+)\.")  # not those that a network numbers anew in each layer
_EMBEDDING = re.compile(r"patch_embed|pos_embed|norm_pre|cls_token|reg_token|dist_token")
_NOT_DECAYED = re.compile(r"token|pos_embed|bias")  # besides all that has one dimension


def make_optimizer(network: QualityNetwork, config: StageConfig) -> torch.optim.AdamW:
    """AdamW; no weight decay on biases, norms, LayerScale, tokens and positions [A].

    Every group keeps its share of the learning rate as `share`; the loop multiplies.
    """
    num_blocks = count_blocks(network)
    groups: dict[tuple[bool, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        is_decayed = parameter.ndim >= 2 and not _NOT_DECAYED.search(name)
        share = config.layer_decay ** _depth_from_top(name, num_blocks)
        groups.setdefault((is_decayed, share), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "weight_decay": config.weight_decay if is_decayed else 0.0,
                "share": share,
            }
            for (is_decayed, share), parameters in groups.items()
        ],
        lr=config.learning_rate,
        fused=True,
    )


def count_blocks(network: QualityNetwork) -> int:
    """How many blocks lie on top of each other; 0 if they are not numbered throughout.

    Without such numbers `layer_decay` changes nothing.
    """
    names = (name for name, _ in network.named_parameters())
    return 1 + max((int(found[1]) for name in names if (found := _BLOCK.search(name))), default=-1)


def _depth_from_top(name: str, num_blocks: int) -> int:
    """Blocks above the parameter; 0 for the decoder and head, most for the embedding."""
    if found := _BLOCK.search(name):
        return num_blocks - int(found[1])
    return num_blocks + 1 if _EMBEDDING.search(name) else 0
