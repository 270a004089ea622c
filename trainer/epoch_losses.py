"""The losses of an epoch so far, summed on the device so that no step waits for them."""

from collections.abc import Mapping

import torch
from torch import Tensor


class EpochLosses:
    """Sums of every loss by name, in float64; `sums` begins where an earlier start ended."""

    def __init__(self, sums: Mapping[str, float], device: torch.device) -> None:
        self._sums = {
            name: torch.tensor(value, device=device, dtype=torch.float64)
            for name, value in sums.items()
        }

    def add(self, losses: Mapping[str, Tensor]) -> None:
        """Count the losses of one step."""
        for name, value in losses.items():
            self._sums[name] = self._sums.get(name, torch.zeros_like(value.double())) + value

    def sums(self) -> dict[str, float]:
        """The sums as numbers; waits for the device."""
        return {name: float(value) for name, value in self._sums.items()}

    def means(self, num_steps: int) -> dict[str, float]:
        """The means over so many steps; waits for the device."""
        return {name: value / max(1, num_steps) for name, value in self.sums().items()}
