"""Teaches the defect network, on planted and real photos in every step; can stop and go on."""

# B photos, K kinds, G map places a side

import copy
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.defects.defect_network import DefectNetwork
from trainer.atomic_write import write_through
from trainer.defects.batches import Batch, Batches
from trainer.defects.losses import (
    agreement_loss,
    naming_loss,
    overlap_loss,
    planted_loss,
    score_loss,
    silence_loss,
)
from trainer.defects.plan import DefectPlan
from trainer.defects.quick_convolutions import quicken
from trainer.errors import TrainingError

_WARMUP_STEPS = 100
_MOST_GRADIENT = 5.0
_NUM_REMEMBERED = 48
_VERSION = 1

OnStep = Callable[[int, dict[str, float]], None]


@dataclass(slots=True, kw_only=True)
class Learner:
    """The network as it is taught, its running average, and how far it has come.

    `before_N2` are explained score, mean strength and people's score of the last real photos.
    """

    network: DefectNetwork
    averaged: DefectNetwork
    optimizer: torch.optim.Optimizer
    before_N3: Tensor
    step: int = 0


def new_learner(network: DefectNetwork, plan: DefectPlan) -> Learner:
    """Before the first step."""
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    averaged = copy.deepcopy(network).eval().requires_grad_(False)
    quicken(network)
    _freeze_first(network.backbone, plan.num_frozen_blocks)
    return Learner(
        network=network,
        averaged=averaged,
        optimizer=_optimizer(network, plan),
        before_N3=torch.zeros(0, 3),
    )


def teach(
    learner: Learner,
    batches: Batches,
    plan: DefectPlan,
    *,
    until_step: int,
    on_step: OnStep = lambda step, losses: None,
) -> None:
    """Go on to a step of the plan; `on_step(step, losses)` after each."""
    _train_mode(learner.network)
    while learner.step < until_step:
        begun = time.monotonic()
        batch = batches.of_step(learner.step)
        made_s = time.monotonic() - begun
        pace = _pace(learner.step, plan.num_steps)
        for group in learner.optimizer.param_groups:
            group["lr"] = group["peak"] * pace
        losses = _step(learner, batch, plan)
        learner.step += 1
        losses |= {"made_s": made_s, "step_s": time.monotonic() - begun}
        on_step(learner.step, losses)


def _step(learner: Learner, batch: Batch, plan: DefectPlan) -> dict[str, float]:
    network = learner.network
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(batch.pixels_B3SS)
    logits = logits.float()
    planted, real = logits[: batch.num_planted], logits[batch.num_planted :]
    answers = (planted, batch.wanted_BKGG, batch.is_asked_BKGG)
    strength = torch.sigmoid(real)
    explained_B = network.explained(strength.mean((2, 3)))
    silent_B = 1 - strength.amax(1).mean((1, 2))
    before = learner.before_N3
    parts = {
        "focal": plan.focal_weight * planted_loss(*answers),
        "overlap": plan.overlap_weight * overlap_loss(*answers),
        "naming": plan.naming_weight * naming_loss(*answers),
        "score": plan.score_weight * score_loss(explained_B, batch.scores_B),
        "agreement": plan.score_weight
        * 0.5
        * (
            agreement_loss(explained_B, batch.scores_B, before[:, [0, 2]])
            + agreement_loss(silent_B, batch.scores_B, before[:, [1, 2]])
        ),
        "silence": torch.zeros(()),
    }
    if bool(batch.is_flawless_B.any()):
        parts["silence"] = plan.silence_weight * silence_loss(real[batch.is_flawless_B])
    loss = torch.stack(list(parts.values())).sum()
    if not math.isfinite(float(loss.detach())):
        raise TrainingError("The loss is no number any more.", "Lower the learning rates.")
    learner.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), _MOST_GRADIENT)
    learner.optimizer.step()
    found = torch.stack([explained_B, silent_B, batch.scores_B], 1).detach()
    learner.before_N3 = torch.cat([before, found])[-_NUM_REMEMBERED:]
    _average(learner, plan.average)
    return {name: float(value.detach()) for name, value in parts.items()}


def _average(learner: Learner, share: float) -> None:
    """Follow the network slowly; faster in the beginning, when there is little to keep."""
    share = min(share, (1 + learner.step) / (10 + learner.step))
    with torch.no_grad():
        pairs = zip(learner.averaged.parameters(), learner.network.parameters(), strict=True)
        for slow, quick in pairs:
            slow.lerp_(quick, 1 - share)


def _optimizer(network: DefectNetwork, plan: DefectPlan) -> torch.optim.Optimizer:
    taught = [
        (name, value) for name, value in network.named_parameters() if value.requires_grad
    ]
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
        module.requires_grad_(False)  # noqa: FBT003 - PyTorch's own


def _train_mode(network: nn.Module) -> None:
    """Batches are half planted, so what is normal stays as it was learnt from real photos."""
    network.train()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def _pace(step: int, num_steps: int) -> float:
    """Learning rate over its peak: a short rise, then half a cosine down to almost nothing."""
    warmup = min(_WARMUP_STEPS, max(1, num_steps // 10))
    if step < warmup:
        return (step + 1) / warmup
    share = min(1.0, (step - warmup) / max(1, num_steps - warmup))
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share))


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


def load_learner(path: Path, learner: Learner) -> None:
    """Bring a new learner to where the file's stood. Raises TrainingError."""
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
    except (KeyError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise TrainingError(
            f"{path} can't be read, so teaching can't go on from it ({error}).",
            "Delete it to begin anew.",
        ) from error
