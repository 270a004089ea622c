"""Views for training whose size and looks vary by chance, so that less is learned by heart."""

# B views of a batch

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from engine.networks.sight import Sight
from engine.photos.read_ahead import read_ahead
from trainer.config import VarietyConfig
from trainer.crop_batches import Change, CropPlan
from trainer.distortion.defects import Pixels
from trainer.distortion.harmless import changed_harmlessly
from trainer.photo_cache import CachedPhotos
from trainer.view_source import ViewSource

_THREADS = 2
_BATCHES_AHEAD = 3


def varied_source(source: ViewSource, variety: VarietyConfig, device: torch.device) -> ViewSource:
    """The source, with the variety that is asked for in what is learned from; else as it is."""
    return VariedSource(source, variety, device) if variety.is_any else source


class VariedSource:
    """Plans, and views for scores, of another source; batches to learn from with variety.

    What is done to a view depends on the plan's seed and its place in the plan alone.
    """

    def __init__(self, source: ViewSource, variety: VarietyConfig, device: torch.device) -> None:
        self._source = source
        self._variety = variety
        self._device = device

    @property
    def photos(self) -> CachedPhotos:
        """See ViewSource."""
        return self._source.photos

    @property
    def sight(self) -> Sight:
        """See ViewSource."""
        return self._source.sight

    def random_plan(
        self, indices: Sequence[int], *, views_per_photo: int, batch_size: int, seed: Sequence[int]
    ) -> CropPlan:
        """See ViewSource."""
        return self._source.random_plan(
            indices, views_per_photo=views_per_photo, batch_size=batch_size, seed=seed
        )

    def num_batches(self, indices: Sequence[int], *, views_per_photo: int, batch_size: int) -> int:
        """See ViewSource."""
        return self._source.num_batches(
            indices, views_per_photo=views_per_photo, batch_size=batch_size
        )

    def fixed_plan(self, indices: Sequence[int], *, num_views: int) -> CropPlan:
        """See ViewSource."""
        return self._source.fixed_plan(indices, num_views=num_views)

    def parts(self, plan: CropPlan, batch_size: int) -> Iterator[CropPlan]:
        """See ViewSource."""
        return self._source.parts(plan, batch_size)

    def cut(
        self, plan: CropPlan, *, size_share: float = 1.0, change: Change | None = None
    ) -> Tensor:
        """See ViewSource."""
        return self._source.cut(plan, size_share=size_share, change=change)

    def batches(self, plan: CropPlan, batch_size: int, *, first: int = 0) -> Iterator[Tensor]:
        """See ViewSource; made in threads, a few batches ahead."""
        numbers = range(first, len(plan) // batch_size)
        make = partial(self._batch, plan, batch_size)
        made = read_ahead(make, numbers, num_threads=_THREADS, depth=_BATCHES_AHEAD)
        try:
            for views in made:
                yield views.to(self._device, non_blocking=True)
        finally:
            made.close()

    def _batch(self, plan: CropPlan, batch_size: int, number: int) -> Tensor:
        variety = self._variety
        rng = np.random.default_rng([*plan.seed, number])
        size_share = float(rng.uniform(variety.smallest_share, variety.largest_share))
        looks = rng.integers(2**63, size=batch_size)
        is_changed_B = rng.random(batch_size) < variety.harmless

        def change(pixels_HW3: Pixels, place: int) -> Pixels:
            if not is_changed_B[place]:
                return pixels_HW3
            return changed_harmlessly(pixels_HW3, np.random.default_rng(looks[place]))

        part = plan.part(number * batch_size, (number + 1) * batch_size)
        return self._source.cut(
            part, size_share=size_share, change=change if is_changed_B.any() else None
        )
