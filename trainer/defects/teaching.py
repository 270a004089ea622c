"""Teaches the defect network, on planted and real photos in every step."""

import math
import time
from collections.abc import Callable

import torch
from torch import nn

from trainer.defects.batches import Batch, Batches
from trainer.defects.learner import Learner
from trainer.defects.losses import (
    agreement_loss,
    naming_loss,
    overlap_loss,
    planted_loss,
    score_loss,
    silence_loss,
)
from trainer.defects.plan import DefectPlan
from trainer.errors import TrainingError

_WARMUP_STEPS = 100
_MOST_GRADIENT = 1.0
_NUM_REMEMBERED = 48

OnStep = Callable[[int, dict[str, float]], None]


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
    share = min(share, (1 + learner.step) / (5 + learner.step))
    with torch.no_grad():
        pairs = zip(learner.averaged.parameters(), learner.network.parameters(), strict=True)
        for slow, quick in pairs:
            slow.lerp_(quick, 1 - share)


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
