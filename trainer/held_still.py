"""Parts of a network that do not learn, for good or for the first epochs."""

from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from trainer.config import StageConfig
from trainer.levels import levels_of


class HeldStill:
    """Keeps the frozen blocks as they are, and in the first epochs all that lies below the head.

    What is held still neither learns nor counts statistics, and leaves nothing out by chance.
    """

    def __init__(self, network: nn.Module, config: StageConfig) -> None:
        self._network = network
        self._levels = levels_of(network)
        self._lowest = config.frozen_blocks + 1 if config.frozen_blocks else 0
        self._holds_norms = config.frozen_norms
        self._learning = [
            (self._levels.of(name), parameter)
            for name, parameter in network.named_parameters()
            if parameter.requires_grad
        ]

    def begin(self, *, is_probe: bool) -> None:
        """Make the network ready for steps; in a probe only what lies above the blocks learns."""
        self._network.train()
        top = self._levels.top
        lowest = min(top, max(self._lowest, top if is_probe else 0))
        for level, parameter in self._learning:
            parameter.requires_grad_(level >= lowest)
        for name, module in self._network.named_modules():
            level = self._levels.of(f"{name}.")
            is_held_norm = self._holds_norms and level < top and isinstance(module, _NormBase)
            if level < lowest or is_held_norm:
                module.training = False
