"""The learning rate at every step, as a share of the one in the config."""

import math

from trainer.config import StageConfig


def learning_rate_share(config: StageConfig, *, step: int, steps_per_epoch: int) -> float:
    """1 at the start, falling by steps [P] or along a cosine to 0; rising first in the warm-up.

    The epochs in which the head alone learns come before that, and have a rate of their own.
    """
    step -= config.probe_epochs * steps_per_epoch
    if step < 0:
        return config.probe_learning_rate / config.learning_rate
    num_epochs = config.epochs - config.probe_epochs
    warmup = min(1.0, (step + 1) / config.warmup_steps) if config.warmup_steps else 1.0
    epoch = step / steps_per_epoch
    if config.schedule == "step":
        return float(warmup * 0.1 ** (int(epoch) // config.step_epochs))
    return warmup * 0.5 * (1 + math.cos(math.pi * min(1.0, epoch / num_epochs)))
