"""Which pairs the contrast of a student takes from a batch, and what it remembers of the photos."""

# B views of a batch, N photos

import torch
from torch import Tensor

from engine.pairs.adaptive import (
    adapted_weights,
    adaptive_average,
    adaptive_sampling,
    are_ranks_right,
)
from engine.pairs.easy_hard import choose_pairs
from trainer.config import StudentConfig

_WEIGHTS = "photo_weights"


class PairChoice:
    """Chooses pairs as the settings say. Adaptive sampling keeps a weight for every photo."""

    def __init__(self, config: StudentConfig) -> None:
        self._config = config
        self._weights_N = torch.ones(0, dtype=torch.float64)  # on the processor: a few numbers

    def choose(
        self,
        rated_B: Tensor,
        taught_B: Tensor | None,
        photo_B: Tensor,
        generator: torch.Generator,
    ) -> tuple[Tensor, Tensor]:
        """Positives and negatives, boolean (B, B), row = anchor; `photo_B` are photos' numbers."""
        config = self._config
        match config.contrast:
            case "adaptive_average":
                return adaptive_average(rated_B)
            case "adaptive_sampling":
                return adaptive_sampling(
                    rated_B,
                    self._weights_of(photo_B),
                    generator=generator,
                    positive=config.easy_positive,
                    negative=config.easy_negative,
                    rough_positive=config.rough_positive,
                    rough_negative=config.rough_negative,
                )
            case "easy" | "hard" | "easy_hard" as strategy:
                return choose_pairs(
                    rated_B,
                    taught_B,
                    strategy=strategy,
                    easy_positive=config.easy_positive,
                    easy_negative=config.easy_negative,
                    rough_positive=config.rough_positive,
                    rough_negative=config.rough_negative,
                    hard_positive=config.hard_positive,
                    hard_negative=config.hard_negative,
                )
        raise AssertionError(config.contrast)

    def learn(self, predicted_B: Tensor, rated_B: Tensor, photo_B: Tensor) -> None:
        """Adapt the weights to how this batch was ranked; nothing without adaptive sampling.

        A photo with several crops in the batch is adapted by each of them.
        """
        config = self._config
        if config.contrast != "adaptive_sampling":
            return
        is_right_B = are_ranks_right(predicted_B, rated_B, tolerance=config.easy_positive).cpu()
        self._weights_of(photo_B)
        for photo, is_right in zip(photo_B.tolist(), is_right_B, strict=True):
            self._weights_N[photo] = adapted_weights(
                self._weights_N[photo], is_right, delta=config.sampling_delta
            )

    def state(self) -> dict[str, Tensor]:
        """What the next choices depend on."""
        return {_WEIGHTS: self._weights_N.clone()} if len(self._weights_N) else {}

    def load(self, state: dict[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        self._weights_N = state.get(_WEIGHTS, torch.ones(0, dtype=torch.float64)).clone()

    def _weights_of(self, photo_B: Tensor) -> Tensor:
        """The weights of these photos; one that was never met weighs 1."""
        num_missing = int(photo_B.max()) + 1 - len(self._weights_N)
        if num_missing > 0:
            more = torch.ones(num_missing, dtype=torch.float64)
            self._weights_N = torch.cat([self._weights_N, more])
        return self._weights_N[photo_B]
