"""A trained teacher that only gives scores any more, as cheaply as it can be had."""

# B crops of a batch

import copy

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _NormBase

from engine.networks.backbone import compute_dtype
from engine.networks.normalisation import Normalisation, renormalise
from engine.networks.quality_network import QualityNetwork
from trainer.teacher_scale import TeacherScale

# So few that what passes between layers stays in a core's cache, which saves a quarter of the time
_CROPS_PER_THREAD = 16


class FrozenTeacher:
    """Scores crops with a copy of `network`, which itself is left as it is.

    The scores are those of `network` in evaluation mode. Under autocast all of the copy but its
    last layer works in the narrower type, its weights cast once: what autocast widens and narrows
    between layers takes a sixth of the time.
    """

    def __init__(self, network: QualityNetwork, scale: TeacherScale | None = None) -> None:
        self._scale = scale
        self._network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self._cast_to: torch.dtype | None = None

    def __call__(self, crops_B3SS: Tensor, normalisation: Normalisation) -> Tensor:
        """Scores (B,), 0-100, of crops that were normalised as `normalisation` says.

        With a scale they are on that of the labels.
        """
        scores_B = self._scores(crops_B3SS, normalisation)
        return scores_B if self._scale is None else self._scale.apply(scores_B)

    def _scores(self, crops_B3SS: Tensor, normalisation: Normalisation) -> Tensor:
        dtype = compute_dtype(crops_B3SS)
        self._cast(dtype)
        crops = renormalise(crops_B3SS, normalisation, self._network.normalisation).to(dtype)
        kind = crops.device.type
        with torch.no_grad(), torch.autocast(kind, enabled=False):
            if kind != "cpu":
                return self._network(crops)  # type: ignore[no-any-return]
            parts = torch.split(crops, _CROPS_PER_THREAD * torch.get_num_threads())
            return torch.cat([self._network(part) for part in parts])

    def _cast(self, dtype: torch.dtype) -> None:
        if self._cast_to is None:
            self._cast_to = dtype
            full = {
                id(module)
                for part in self._network.full_precision_parts()
                for module in part.modules()
            }
            for module in self._network.modules():
                # Batch statistics need more digits.
                if not isinstance(module, _NormBase) and id(module) not in full:
                    _cast_own(module, dtype)
        assert self._cast_to == dtype, "a teacher serves one precision"


def _cast_own(module: torch.nn.Module, dtype: torch.dtype) -> None:
    for values in (*module.parameters(recurse=False), *module.buffers(recurse=False)):
        if values.is_floating_point():
            values.data = values.data.to(dtype)
