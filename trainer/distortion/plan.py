"""How a head is taught; every value is kept on the model's card."""

from dataclasses import dataclass

from trainer.errors import TrainingError


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachingPlan:
    """How long and how fast a head learns, and how rarely it may cry wolf.

    `false_alarms` is the share of the best-rated validation photos in which a kind may reach a
    half somewhere; `contrast` multiplies the logits once that is set. The same plan gives the same
    head on the same machine.
    """

    epochs: int = 6
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    num_hidden: int = 128
    false_alarms: float = 0.007
    contrast: float = 2.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.num_hidden < 1:
            raise TrainingError("There must be at least one epoch and one hidden feature.")
        if not 0 < self.learning_rate < 1 or not 0 <= self.false_alarms < 1:
            raise TrainingError("learning_rate and false_alarms must be between 0 and 1.")
        if not 0.1 <= self.contrast <= 10:
            raise TrainingError(f"contrast is {self.contrast}; it must be 0.1 to 10.")
