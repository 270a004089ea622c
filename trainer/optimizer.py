"""AdamW with the recipe's groups: decay on weights only, smaller steps for lower blocks."""

import re

import torch
from torch import nn

from engine.networks.quality_network import QualityNetwork
from trainer.config import StageConfig
from trainer.levels import levels_of

_NOT_DECAYED = re.compile(r"token|pos_embed|bias")  # besides all that has one dimension


def make_optimizer(network: QualityNetwork, config: StageConfig) -> torch.optim.AdamW:
    """AdamW; no weight decay on biases, norms, LayerScale, tokens and positions [A].

    Every group keeps its share of the learning rate as `share`; the learner multiplies. Weights
    that are pulled back to their start have no other decay.
    """
    levels = levels_of(network)
    groups: dict[tuple[bool, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        level = levels.of(name)
        is_pulled = config.start_decay > 0 and level < levels.top
        is_decayed = parameter.ndim >= 2 and not _NOT_DECAYED.search(name) and not is_pulled
        share = config.layer_decay ** (levels.top - level)
        if level == levels.top:
            share *= config.head_rate
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
