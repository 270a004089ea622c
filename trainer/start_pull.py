"""Weights drawn back to where they started: L2-SP (Li, Grandvalet and Davoine, ICML 2018)."""

import torch
from torch import nn

from trainer.levels import levels_of


class StartPull:
    """Remembers where the weights below the head start, and pulls them there after every step.

    The pull is decoupled from the gradient, as AdamW's decay is: in each step a weight goes back
    `decay` times its learning rate of the way.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._decay = decay
        levels = levels_of(network)
        self._starts = {
            parameter: parameter.detach().clone()
            for name, parameter in network.named_parameters()
            if decay and levels.of(name) < levels.top
        }

    @torch.no_grad()
    def pull(self, optimizer: torch.optim.Optimizer) -> None:
        """Pull what has just learned, at the rates that it learned with."""
        if not self._starts:
            return
        for group in optimizer.param_groups:
            moved = [p for p in group["params"] if p in self._starts and p.grad is not None]
            if moved:
                starts = [self._starts[parameter] for parameter in moved]
                torch._foreach_lerp_(moved, starts, group["lr"] * self._decay)
