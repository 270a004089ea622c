"""A mean of the weights along a training, which is kept in place of the last ones."""

from typing import Any

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.networks.quality_network import QualityNetwork
from trainer.config import StageConfig

_Tensors = tuple[Tensor, ...] | list[Tensor]


class WeightAverage:
    """A moving average over all steps, or the even mean over the last share of them, or nothing."""

    def __init__(self, network: QualityNetwork, config: StageConfig) -> None:
        self._begins_after = 1 - config.averaged_share if config.averaged_share else 0.0
        self._model: AveragedModel | None = None
        if config.weight_averaging:
            average = get_ema_multi_avg_fn(config.weight_averaging)  # type: ignore[no-untyped-call]
            self._model = AveragedModel(network, multi_avg_fn=average, use_buffers=True)
        elif config.averaged_share:
            self._model = AveragedModel(network, multi_avg_fn=_even_mean, use_buffers=True)

    @property
    def network(self) -> QualityNetwork | None:
        """The network with the mean weights, once there are any."""
        if self._model is None or not int(self._model.n_averaged):
            return None
        averaged = self._model.module
        assert isinstance(averaged, QualityNetwork)
        return averaged

    def add(self, network: QualityNetwork, *, progress: float) -> None:
        """Count the weights after a step; `progress` is the share of all steps that are done."""
        if self._model is not None and progress > self._begins_after:
            self._model.update_parameters(network)

    def state(self) -> dict[str, Any] | None:
        """All that the next steps depend on."""
        return None if self._model is None else self._model.state_dict()

    def load(self, state: dict[str, Any] | None) -> None:
        """Go on from what `state` gave."""
        if self._model is not None and state is not None:
            self._model.load_state_dict(state)


@torch.no_grad()
def _even_mean(averaged: _Tensors, newest: _Tensors, num_averaged: Tensor | int) -> None:
    # PyTorch's own can't take the mean of whole numbers, which batch norms count steps with.
    if averaged[0].is_floating_point():
        torch._foreach_lerp_(averaged, newest, 1 / (int(num_averaged) + 1))
    else:
        torch._foreach_copy_(averaged, newest)
