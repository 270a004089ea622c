"""Where the views of a training come from: crops cut by one gather, or photos shown whole."""

# B views of a batch, M views of a plan, N photos

from collections.abc import Iterator, Sequence
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.networks.sight import CropSight, Sight
from engine.networks.whole_photo_sight import WholePhotoSight, in_one_frame
from engine.photos.read_ahead import read_ahead
from trainer.crop_batches import Change, CropPlan, CropSource, Ints
from trainer.photo_cache import CachedPhotos

_THREADS = 2
_BATCHES_AHEAD = 3


class ViewSource(Protocol):
    """Plans views of the cached photos, and makes them: uint8, those of a batch of one shape."""

    @property
    def photos(self) -> CachedPhotos:
        """The photos, decoded."""

    @property
    def sight(self) -> Sight:
        """What the network is shown of them."""

    def random_plan(
        self, indices: Sequence[int], *, views_per_photo: int, batch_size: int, seed: Sequence[int]
    ) -> CropPlan:
        """The views of an epoch, batch after batch; the same for the same seed."""

    def num_batches(self, indices: Sequence[int], *, views_per_photo: int, batch_size: int) -> int:
        """How many whole batches such a plan has."""

    def fixed_plan(self, indices: Sequence[int], *, num_views: int) -> CropPlan:
        """The views that photos are scored by, photo after photo, as the scorer takes them."""

    def parts(self, plan: CropPlan, batch_size: int) -> Iterator[CropPlan]:
        """All of the plan in its order, cut where a batch is full or the shape changes."""

    def cut(
        self, plan: CropPlan, *, size_share: float = 1.0, change: Change | None = None
    ) -> Tensor:
        """The planned views, all of one shape, (B, ...).

        `size_share` is the share of their size that photos are brought to first, and `change` what
        becomes of the pixels before the network sees them; both for training alone.
        """

    def batches(self, plan: CropPlan, batch_size: int, *, first: int = 0) -> Iterator[Tensor]:
        """Whole batches on the training device, from batch number `first` on."""


class WholePhotoSource:
    """Shows photos whole, made by the network's own sight a few batches ahead.

    A batch holds photos of one shape of view. An epoch takes each shape's whole batches and leaves
    the rest; a shape with less than a batch has one, filled up with its photos in turn.
    """

    def __init__(
        self, photos: CachedPhotos, sight: WholePhotoSight, *, device: torch.device
    ) -> None:
        self.photos = photos
        self.sight = sight
        self.device = device

    def random_plan(
        self, indices: Sequence[int], *, views_per_photo: int, batch_size: int, seed: Sequence[int]
    ) -> CropPlan:
        """See ViewSource; each view is mirrored or not by chance."""
        rng = np.random.default_rng(list(seed))
        batches = []
        for alike in self._by_shape(indices):
            photo = rng.permutation(np.repeat(np.asarray(alike, np.int64), views_per_photo))
            num_batches = max(1, len(photo) // batch_size)
            filled = np.resize(photo, num_batches * batch_size)
            batches.extend(np.split(filled, num_batches))
        order = rng.permutation(len(batches))
        photo_M = np.concatenate([batches[number] for number in order])
        return _whole(photo_M, rng.random(len(photo_M)) < 0.5, tuple(map(int, seed)))

    def num_batches(self, indices: Sequence[int], *, views_per_photo: int, batch_size: int) -> int:
        """See ViewSource."""
        return sum(
            max(1, len(alike) * views_per_photo // batch_size) for alike in self._by_shape(indices)
        )

    def fixed_plan(self, indices: Sequence[int], *, num_views: int) -> CropPlan:
        """See ViewSource: the photo, and for more views than one its mirror image."""
        num_views = self.sight.num_views(num_views)
        photo_M = np.repeat(np.asarray(indices, np.int64), num_views)
        return _whole(photo_M, np.arange(len(photo_M)) % num_views == 1)

    def parts(self, plan: CropPlan, batch_size: int) -> Iterator[CropPlan]:
        """See ViewSource."""
        start = 0
        while start < len(plan):
            stop, shape = start + 1, self._shape(int(plan.photo_M[start]))
            while (
                stop < min(start + batch_size, len(plan))
                and self._shape(int(plan.photo_M[stop])) == shape
            ):
                stop += 1
            yield plan.part(start, stop)
            start = stop

    def cut(
        self, plan: CropPlan, *, size_share: float = 1.0, change: Change | None = None
    ) -> Tensor:
        """See ViewSource; on the processor."""
        views = []
        for number, (index, is_mirrored) in enumerate(
            zip(plan.photo_M, plan.is_mirrored_M, strict=True)
        ):
            photo_HW3 = self.photos.photo(int(index))
            photo_HW3 = np.ascontiguousarray(photo_HW3[:, ::-1] if is_mirrored else photo_HW3)
            if size_share != 1:
                height, width = (max(1, round(size_share * side)) for side in photo_HW3.shape[:2])
                shrunk = cv2.resize(photo_HW3, (width, height), interpolation=cv2.INTER_AREA)
                photo_HW3 = np.asarray(shrunk, np.uint8).reshape(height, width, 3)
            if change is not None:
                photo_HW3 = change(photo_HW3, number)
            views.append(self.sight.look(photo_HW3))
        # Shrunk photos of one shape may differ by a step of the frame.
        return torch.stack(views) if size_share == 1 else in_one_frame(views)

    def batches(self, plan: CropPlan, batch_size: int, *, first: int = 0) -> Iterator[Tensor]:
        """See ViewSource."""
        starts = range(first * batch_size, len(plan) - batch_size + 1, batch_size)
        parts = (plan.part(start, start + batch_size) for start in starts)
        made = read_ahead(self.cut, parts, num_threads=_THREADS, depth=_BATCHES_AHEAD)
        try:
            for views in made:
                yield views.to(self.device, non_blocking=True)
        finally:
            made.close()

    def _shape(self, index: int) -> tuple[int, ...]:
        return self.sight.view_shape(
            int(self.photos.width_N[index]), int(self.photos.height_N[index])
        )

    def _by_shape(self, indices: Sequence[int]) -> list[list[int]]:
        groups: dict[tuple[int, ...], list[int]] = {}
        for index in indices:
            groups.setdefault(self._shape(index), []).append(index)
        return [groups[shape] for shape in sorted(groups)]


def open_source(photos: CachedPhotos, sight: Sight, *, device: torch.device) -> ViewSource:
    """The source of views for a network with this sight."""
    if isinstance(sight, CropSight):
        return CropSource(photos, crop_px=sight.crop_px, device=device)
    assert isinstance(sight, WholePhotoSight)  # the two ways to look at a photo
    return WholePhotoSource(photos, sight, device=device)


def _whole(
    photo_M: Ints, is_mirrored_M: npt.NDArray[np.bool_], seed: tuple[int, ...] = ()
) -> CropPlan:
    nowhere = np.zeros(len(photo_M), np.int64)
    return CropPlan(photo_M, nowhere, nowhere, is_mirrored_M, seed)
