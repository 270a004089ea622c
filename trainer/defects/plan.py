"""How the defect network is taught; every value is kept on its card."""

from dataclasses import dataclass

from trainer.errors import TrainingError


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectPlan:
    """How long and how fast the network learns, and how much each teacher counts.

    A step sees `pixels_per_step`, in crops of one of `sides_px`; a share of `real_share` is real,
    the others are planted. The stem and the first `num_frozen_blocks` blocks stay as they were:
    they work at half the photo's size and take a third of the time. `average` is how slowly the
    network that is kept follows the one that is taught. The same plan gives the same batches, also
    when a run goes on after a stop.
    """

    num_steps: int = 2400
    sides_px: tuple[int, ...] = (224, 256, 288, 320, 384)
    pixels_per_step: int = 640_000
    real_share: float = 0.3
    backbone_rate: float = 2e-4
    rate: float = 8e-4
    weight_decay: float = 0.02
    average: float = 0.998
    num_frozen_blocks: int = 2
    focal_weight: float = 5.0
    overlap_weight: float = 1.0
    naming_weight: float = 0.25
    score_weight: float = 0.7
    silence_weight: float = 0.35
    seed: int = 0

    def __post_init__(self) -> None:
        if self.num_steps < 1 or self.pixels_per_step < 1:
            raise TrainingError("There must be at least one step, and pixels in it.")
        if not 0 < self.real_share < 1:
            raise TrainingError(f"real_share is {self.real_share}; it must be between 0 and 1.")
        if not self.sides_px or any(side < 32 or side % 32 for side in self.sides_px):
            raise TrainingError(f"sides_px is {self.sides_px}; they must be multiples of 32.")
        if not (0 < self.rate < 1 and 0 < self.backbone_rate < 1 and 0 <= self.average < 1):
            raise TrainingError("rate, backbone_rate and average must be between 0 and 1.")
