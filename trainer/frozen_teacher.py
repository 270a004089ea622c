"""A trained teacher that only gives scores any more, as cheaply as it can be had."""

# B crops of a batch, S crop side in pixels

import copy

import torch
from torch import Tensor, nn
from torch.nn.modules.linear import NonDynamicallyQuantizableLinear

from engine.networks.backbone import compute_dtype
from engine.networks.normalisation import Normalisation, renormalise
from engine.networks.quality_network import QualityNetwork

# So few that what passes between layers stays in a core's cache, which saves a quarter of the time
_CROPS_PER_THREAD = 8

# What autocast gives to matrix products as it is; subclasses may work on their weights before
_CAST_WHOLE = (nn.Linear, nn.Conv2d, nn.MultiheadAttention, NonDynamicallyQuantizableLinear)


class FrozenTeacher:
    """Scores crops with a copy of `network`, which itself is left as it is.

    The scores are those of `network` in evaluation mode, under autocast too: there the weights are
    cast once, and not at every step anew.
    """

    def __init__(self, network: QualityNetwork) -> None:
        self._network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self._cast_to: torch.dtype | None = None

    def __call__(self, crops_B3SS: Tensor, normalisation: Normalisation) -> Tensor:
        """Scores (B,), 0-100, of crops that were normalised as `normalisation` says."""
        self._cast(compute_dtype(crops_B3SS))
        crops = renormalise(crops_B3SS, normalisation, self._network.normalisation)
        with torch.no_grad():
            if crops.device.type != "cpu":
                return self._network(crops)  # type: ignore[no-any-return]
            parts = torch.split(crops, _CROPS_PER_THREAD * torch.get_num_threads())
            return torch.cat([self._network(part) for part in parts])

    def _cast(self, dtype: torch.dtype) -> None:
        if self._cast_to is None:
            self._cast_to = dtype
            for module in self._network.modules():
                if type(module) in _CAST_WHOLE:
                    module.to(dtype)
        assert self._cast_to == dtype, "a teacher serves one precision"
