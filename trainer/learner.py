"""A network and what changes it: an objective, an optimizer, and a moving average of weights."""

# B views of a batch (crops in most networks)

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.networks.quality_network import QualityNetwork
from trainer.config import StageConfig
from trainer.held_still import HeldStill
from trainer.machine import Machine
from trainer.objectives import Batch, Objective
from trainer.optimizer import make_optimizer
from trainer.plain_attention import choose_attention
from trainer.quick_convolutions import choose_convolutions
from trainer.start_pull import StartPull
from trainer.weight_average import WeightAverage


class Learner:
    """Takes steps; everything random in a step is drawn from the seed that it is given."""

    def __init__(
        self,
        network: QualityNetwork,
        objective: Objective,
        config: StageConfig,
        machine: Machine,
    ) -> None:
        choose_attention(network, machine)
        choose_convolutions(network, machine)
        self._network = network
        self._objective = objective
        self._config = config
        self._machine = machine
        self._held_still = HeldStill(network, config)
        self._held_still.begin(is_probe=False)
        self._optimizer = make_optimizer(network, config)
        self._start_pull = StartPull(network, config.start_decay)
        self._average = WeightAverage(network, config)
        self._generator = torch.Generator(machine.device)
        self._is_finite = torch.ones((), dtype=torch.bool, device=machine.device)

    @property
    def evaluated_network(self) -> QualityNetwork:
        """The network to validate and to keep: the averaged one, if weights are averaged."""
        averaged = self._average.network
        return self._network if averaged is None else averaged

    def begin(self, *, is_probe: bool = False) -> None:
        """Make the network ready for steps; in a probe the head alone learns."""
        self._held_still.begin(is_probe=is_probe)

    def step(
        self,
        views: Tensor,
        rated_B: Tensor,
        photo_B: Tensor,
        *,
        seed: Sequence[int],
        rate_share: float,
        progress: float,
    ) -> dict[str, Tensor]:
        """Learn from a batch of uint8 views at a share of the learning rate; the losses by name.

        `photo_B` are the numbers of the photos that the views show, on the processor. `progress` is
        the share of the stage's steps that are done with this one.
        """
        for group in self._optimizer.param_groups:
            group["lr"] = self._config.learning_rate * rate_share * group["share"]
        losses = self._backward(views, rated_B, photo_B, seed)
        norm = nn.utils.clip_grad_norm_(self._network.parameters(), self._config.clip_norm)
        self._optimizer.step()
        self._start_pull.pull(self._optimizer)
        self._optimizer.zero_grad(set_to_none=True)
        self._average.add(self._network, progress=progress)
        self._is_finite &= torch.isfinite(losses["loss"]) & torch.isfinite(norm)
        return losses

    def rehearse(
        self, views: Tensor, rated_B: Tensor, photo_B: Tensor, *, seed: Sequence[int]
    ) -> None:
        """Compute a step without learning from it; for timing."""
        before = self._objective.state()
        self._backward(views, rated_B, photo_B, seed)
        self._objective.load(before)
        nn.utils.clip_grad_norm_(self._network.parameters(), self._config.clip_norm)
        self._optimizer.zero_grad(set_to_none=True)
        self._machine.synchronise()

    def is_finite(self) -> bool:
        """Whether all losses and gradients so far were numbers; waits for the device."""
        return bool(self._is_finite)

    def state(self) -> dict[str, Any]:
        """All that the next steps depend on."""
        return {
            "network": self._network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "average": self._average.state(),
            "objective": self._objective.state(),
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._average.load(state["average"])
        self._objective.load(state.get("objective", {}))  # older saves have none

    def _backward(
        self, views: Tensor, rated_B: Tensor, photo_B: Tensor, seed: Sequence[int]
    ) -> dict[str, Tensor]:
        drawn = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(1)
        self._generator.manual_seed(int(drawn))
        torch.manual_seed(int(drawn))  # the dropout of timm's networks asks no generator
        with self._machine.autocast():
            batch = Batch(
                views=views,
                prepared=self._network.prepare(views),
                rated_B=rated_B,
                photo_B=photo_B,
                generator=self._generator,
                seed=seed,
            )
            loss = self._objective(self._network, batch)
        loss.total.backward()  # type: ignore[no-untyped-call]
        return {"loss": loss.total.detach(), **loss.parts}
