"""The batch of every step, by its number alone, so that a run can go on where it stopped."""

# B crops, S crop side, K kinds, G map side

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainer.defects.examples import planted_crop, random_crop
from trainer.defects.material import Material, pixels_of
from trainer.defects.plan import DefectPlan
from trainer.distortion.defects import Pixels

_PLANTED_SMALLEST = 0.45
_REAL_SMALLEST = 0.7
_SHARE_OF_FLAWLESS = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Planted crops first, then real ones, as (B, 3, S, S) pixels; answers of the planted ones.

    Of the real ones: the scores of people, and which are flawless.
    """

    pixels_B3SS: Tensor
    wanted_BKGG: Tensor
    is_asked_BKGG: Tensor
    scores_B: Tensor
    is_flawless_B: Tensor

    @property
    def num_planted(self) -> int:
        """How many of the crops have answers."""
        return len(self.wanted_BKGG)


class Batches:
    """Makes the batch of a step. Photos are read anew each time."""

    def __init__(self, material: Material, plan: DefectPlan) -> None:
        self._material = material
        self._plan = plan

    def of_step(self, step: int) -> Batch:
        """The batch of a step; the same whenever it is asked for."""
        rng = np.random.default_rng([self._plan.seed, step])
        side_px = int(rng.choice(self._plan.sides_px))
        num_crops = max(4, round(self._plan.pixels_per_step / side_px**2))
        num_real = min(max(2, round(self._plan.real_share * num_crops)), num_crops - 1)
        planted = [
            planted_crop(self._good_crop(side_px, rng), lambda: self._good_crop(side_px, rng), rng)
            for _ in range(num_crops - num_real)
        ]
        real = [self._real_photo(rng) for _ in range(num_real)]
        crops = [one.pixels_SS3 for one in planted] + [
            random_crop(
                pixels_of(self._material.train[index]), side_px, rng, smallest_share=_REAL_SMALLEST
            )
            for index in real
        ]
        scores = [self._material.train_scores_0_1[index] for index in real]
        return Batch(
            pixels_B3SS=as_input(np.stack(crops)),
            wanted_BKGG=torch.from_numpy(np.stack([one.wanted_KGG for one in planted])),
            is_asked_BKGG=torch.from_numpy(np.stack([one.is_asked_KGG for one in planted])),
            scores_B=torch.tensor(scores, dtype=torch.float32),
            is_flawless_B=torch.tensor([index < self._material.num_flawless for index in real]),
        )

    def _good_crop(self, side_px: int, rng: np.random.Generator) -> Pixels:
        good = self._material.good
        photo = pixels_of(good[int(rng.integers(len(good)))])
        return random_crop(photo, side_px, rng, smallest_share=_PLANTED_SMALLEST)

    def _real_photo(self, rng: np.random.Generator) -> int:
        is_flawless = rng.random() < _SHARE_OF_FLAWLESS
        num = self._material.num_flawless if is_flawless else len(self._material.train)
        return int(rng.integers(num))


def as_input(pixels_BSS3: Pixels) -> Tensor:
    """Photos as the network takes them."""
    return (
        torch.from_numpy(pixels_BSS3)
        .permute(0, 3, 1, 2)
        .float()
        .contiguous(memory_format=torch.channels_last)
    )
