"""The network as it is taught, and the checkpoint from which teaching goes on."""

# N photos before

import copy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.defects.defect_network import DefectNetwork
from trainer.atomic_write import write_through
from trainer.defects.plan import DefectPlan
from trainer.errors import TrainingError
from trainer.quick_convolutions import freeze_wide, quicken

_VERSION = 1


@dataclass(slots=True, kw_only=True)
class Learner:
    """The network as it is taught, its running average, and how far it has come.

    `before_N3` are explained score, mean strength and people's score of the last real photos.
    """

    network: DefectNetwork
    averaged: DefectNetwork
    optimizer: torch.optim.Optimizer
    before_N3: Tensor
    step: int = 0


def new_learner(network: DefectNetwork, plan: DefectPlan) -> Learner:
    """Before the first step."""
    network = network.to(memory_format=torch.channels_last)
    averaged = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
    quicken(network)
    freeze_wide(network)
    _freeze_first(network.backbone, plan.num_frozen_blocks)
    return Learner(
        network=network,
        averaged=averaged,
        optimizer=_optimizer(network, plan),
        before_N3=torch.zeros(0, 3),
    )


def save_learner(path: Path, learner: Learner, plan: DefectPlan) -> None:
    """Write all that is needed to go on; the old file stays until the new one is whole."""
    content = {
        "version": _VERSION,
        "plan": asdict(plan),
        "step": learner.step,
        "network": learner.network.state_dict(),
        "averaged": learner.averaged.state_dict(),
        "optimizer": learner.optimizer.state_dict(),
        "before": learner.before_N3,
    }
    write_through(path, lambda temporary: torch.save(content, temporary))


def load_learner(path: Path, learner: Learner) -> dict[str, Any]:
    """Bring a new learner to where the file's stood; returns the settings it was taught by.

    Raises TrainingError.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["version"] != _VERSION:
            raise TrainingError(f"{path} was written by another program.", "Update Discern.")
        learner.network.load_state_dict(content["network"])
        learner.averaged.load_state_dict(content["averaged"])
        peaks = [group["peak"] for group in learner.optimizer.param_groups]
        learner.optimizer.load_state_dict(content["optimizer"])
        for group, peak in zip(learner.optimizer.param_groups, peaks, strict=True):
            group["peak"] = peak
        learner.before_N3 = content["before"]
        learner.step = int(content["step"])
        settings: dict[str, Any] = dict(content["plan"])
    except (KeyError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise TrainingError(
            f"{path} can't be read, so teaching can't go on from it ({error}).",
            "Delete it to begin anew.",
        ) from error
    return settings


def _optimizer(network: DefectNetwork, plan: DefectPlan) -> torch.optim.Optimizer:
    taught = [(name, value) for name, value in network.named_parameters() if value.requires_grad]
    groups: list[dict[str, Any]] = []
    for is_backbone, peak in ((True, plan.backbone_rate), (False, plan.rate)):
        for is_matrix in (True, False):
            values = [
                value
                for name, value in taught
                if name.startswith("backbone.") == is_backbone and (value.ndim > 1) == is_matrix
            ]
            decay = plan.weight_decay if is_matrix else 0.0
            groups.append({"params": values, "lr": peak, "peak": peak, "weight_decay": decay})
    return torch.optim.AdamW(groups)


def _freeze_first(backbone: nn.Module, num_blocks: int) -> None:
    """Nothing flows back into the stem and the first blocks."""
    stages: Any = backbone.blocks
    blocks = [block for stage in stages for block in stage][:num_blocks]
    stem: list[Any] = [backbone.conv_stem, backbone.bn1] if num_blocks else []
    for module in (*stem, *blocks):
        module.requires_grad_(requires_grad=False)
