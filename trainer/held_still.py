"""Parts of a network that do not learn, for good or for the first epochs."""

from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from engine.networks.standardised import Standardised
from trainer.config import StageConfig
from trainer.levels import levels_of


class HeldStill:
    """Keeps the frozen blocks as they are, and in the first epochs all that lies below the head.

    What is held still neither learns nor counts statistics, and leaves nothing out by chance. A
    head that starts as a regression keeps the statistics that the regression was made with.
    """

    def __init__(self, network: nn.Module, config: StageConfig) -> None:
        self._network = network
        self._levels = levels_of(network)
        self._lowest = config.frozen_blocks + 1 if config.frozen_blocks else 0
        self._holds_norms = config.frozen_norms
        self._holds_features = config.ridge_penalty > 0
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
            is_fitted = self._holds_features and isinstance(module, Standardised)
            if level < lowest or is_held_norm or is_fitted:
                module.training = False
