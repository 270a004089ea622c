"""Batches of crops cut from the cached photos, by one gather on the device that holds them."""

# B crops, S crop side in pixels, P pixels of all photos together, N photos

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from queue import Queue
from threading import Thread

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.networks.sight import CropSight, Sight
from engine.photos.crops import fixed_crops
from trainer.photo_cache import CachedPhotos

_log = logging.getLogger(__name__)

Ints = npt.NDArray[np.int64]
# What becomes of the pixels (h, w, 3) of a view, given its number in the batch
Change = Callable[[npt.NDArray[np.uint8], int], npt.NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class CropPlan:
    """Which crops, in which order: photo, left and top edge, mirrored or not; each (M,).

    `seed` is what they were drawn with, for all else that chance decides about them.
    """

    photo_M: Ints
    left_M: Ints
    top_M: Ints
    is_mirrored_M: npt.NDArray[np.bool_]
    seed: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.photo_M)

    def part(self, start: int, stop: int) -> "CropPlan":
        """The crops from `start` up to `stop`."""
        return CropPlan(
            self.photo_M[start:stop],
            self.left_M[start:stop],
            self.top_M[start:stop],
            self.is_mirrored_M[start:stop],
            self.seed,
        )


def random_plan(
    photos: CachedPhotos,
    indices: Sequence[int],
    *,
    crop_px: int,
    crops_per_photo: int,
    seed: Sequence[int],
) -> CropPlan:
    """One epoch: every photo `crops_per_photo` times, shuffled; the same for the same seed."""
    rng = np.random.default_rng(list(seed))
    photo = rng.permutation(np.repeat(np.asarray(indices, np.int64), crops_per_photo))
    left = rng.random(len(photo)) * (photos.width_N[photo] - crop_px + 1)
    top = rng.random(len(photo)) * (photos.height_N[photo] - crop_px + 1)
    is_mirrored = rng.random(len(photo)) < 0.5
    return CropPlan(
        photo, left.astype(np.int64), top.astype(np.int64), is_mirrored, tuple(map(int, seed))
    )


def fixed_plan(
    photos: CachedPhotos, indices: Sequence[int], *, crop_px: int, num_crops: int
) -> CropPlan:
    """The fixed crops of every photo, photo after photo, as the scorer takes them."""
    boxes = [
        (index, box.left_px, box.top_px)
        for index in indices
        for box in fixed_crops(
            int(photos.width_N[index]),
            int(photos.height_N[index]),
            crop_px=crop_px,
            num_crops=num_crops,
        )
    ]
    photo, left, top = np.asarray(boxes, np.int64).reshape(-1, 3).T
    return CropPlan(photo, left, top, np.zeros(len(photo), np.bool_))


class CropSource:
    """Cuts planned crops out of the cached photos.

    The pixels move to the GPU once if they leave it room; else crops are cut on the processor, a
    few batches ahead, in pinned memory.
    """

    def __init__(self, photos: CachedPhotos, *, crop_px: int, device: torch.device) -> None:
        self.photos = photos
        self.crop_px = crop_px
        self.device = device
        pixels = torch.from_numpy(photos.pixels_P3)
        self.is_on_device = device.type == "cpu" or _leaves_room(pixels, device)
        self._pixels_P3 = pixels.to(device) if self.is_on_device else pixels
        _log.debug("decoded photos: %.1f GB, on %s", pixels.nbytes / 1e9, self._pixels_P3.device)

    @property
    def sight(self) -> Sight:
        """Square crops."""
        return CropSight(self.crop_px)

    def random_plan(
        self, indices: Sequence[int], *, views_per_photo: int, batch_size: int, seed: Sequence[int]
    ) -> CropPlan:
        """See `random_plan`; crops are all of one shape, so that any batch size will do."""
        del batch_size
        return random_plan(
            self.photos,
            indices,
            crop_px=self.crop_px,
            crops_per_photo=views_per_photo,
            seed=seed,
        )

    def num_batches(self, indices: Sequence[int], *, views_per_photo: int, batch_size: int) -> int:
        """How many whole batches an epoch has."""
        return len(indices) * views_per_photo // batch_size

    def fixed_plan(self, indices: Sequence[int], *, num_views: int) -> CropPlan:
        """See `fixed_plan`."""
        return fixed_plan(self.photos, indices, crop_px=self.crop_px, num_crops=num_views)

    def parts(self, plan: CropPlan, batch_size: int) -> Iterator[CropPlan]:
        """All of the plan in its order, so many crops at a time."""
        for start in range(0, len(plan), batch_size):
            yield plan.part(start, start + batch_size)

    def cut(
        self, plan: CropPlan, *, size_share: float = 1.0, change: Change | None = None
    ) -> Tensor:
        """The planned crops, uint8 (B, S, S, 3), on the device of the pixels; see ViewSource.

        Photos are not made so small that the crop would not fit.
        """
        widths, heights = self.photos.width_N[plan.photo_M], self.photos.height_N[plan.photo_M]
        most_px = min(int(widths.min()), int(heights.min()))
        side_px = min(most_px, max(1, round(self.crop_px / size_share)))
        if side_px != self.crop_px:
            plan = replace(
                plan,
                left_M=_moved(plan.left_M, widths, self.crop_px, side_px),
                top_M=_moved(plan.top_M, heights, self.crop_px, side_px),
            )
        crops = self._gathered(plan, side_px)
        if side_px != self.crop_px:
            crops = _resized(crops, self.crop_px)
        if change is None:
            return crops
        changed = [change(one, number) for number, one in enumerate(crops.cpu().numpy())]
        return torch.from_numpy(np.stack(changed)).to(crops.device)

    def _gathered(self, plan: CropPlan, side_px: int) -> Tensor:
        """The squares of so many pixels at the planned places."""
        home = self._pixels_P3.device

        def to_home(values: npt.NDArray[np.int64]) -> Tensor:
            return torch.from_numpy(values).to(home, non_blocking=True)[:, None, None]

        step = torch.arange(side_px, device=home)
        width = to_home(self.photos.width_N[plan.photo_M])
        corner = to_home(self.photos.first_N[plan.photo_M]) + to_home(plan.left_M)
        is_mirrored = torch.from_numpy(plan.is_mirrored_M).to(home)[:, None, None]
        column = torch.where(is_mirrored, side_px - 1 - step, step)
        row = (to_home(plan.top_M) + step[None, :, None]) * width
        where_BSS = corner + row + column
        crops = self._pixels_P3.index_select(0, where_BSS.flatten())
        return crops.view(len(plan), side_px, side_px, 3)

    def batches(self, plan: CropPlan, batch_size: int, *, first: int = 0) -> Iterator[Tensor]:
        """Whole batches on the training device, from batch number `first` on; the rest is left."""
        starts = range(first * batch_size, len(plan) - batch_size + 1, batch_size)
        parts = (plan.part(start, start + batch_size) for start in starts)
        if self.is_on_device:
            for part in parts:
                yield self.cut(part)
            return
        yield from self._pinned_ahead(parts)

    def _pinned_ahead(self, parts: Iterator[CropPlan], depth: int = 4) -> Iterator[Tensor]:
        ready: Queue[Tensor | BaseException | None] = Queue(depth)
        is_wanted = True

        def cut_ahead() -> None:
            try:
                for part in parts:
                    if not is_wanted:
                        return
                    ready.put(self.cut(part).pin_memory())
                ready.put(None)
            except BaseException as error:  # handed to the thread that waits for the batch
                ready.put(error)

        thread = Thread(target=cut_ahead, name="crop-ahead", daemon=True)
        thread.start()
        try:
            while (batch := ready.get()) is not None:
                if isinstance(batch, BaseException):
                    raise batch
                yield batch.to(self.device, non_blocking=True)
        finally:
            is_wanted = False
            while thread.is_alive():
                while not ready.empty():
                    ready.get_nowait()
                thread.join(0.05)


def _moved(edge_M: Ints, photo_M: Ints, crop_px: int, side_px: int) -> Ints:
    """Where squares of another side begin, each as far along its photo as the crop lay."""
    room_M, new_room_M = photo_M - crop_px, photo_M - side_px
    along_M = np.where(room_M > 0, edge_M / np.maximum(room_M, 1), 0.5)
    return np.rint(along_M * new_room_M).astype(np.int64)


def _resized(crops_BSS3: Tensor, side_px: int) -> Tensor:
    scaled = F.interpolate(
        crops_BSS3.permute(0, 3, 1, 2).float(), (side_px, side_px), mode="bicubic", antialias=True
    )
    return scaled.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def _leaves_room(pixels: Tensor, device: torch.device) -> bool:
    free_bytes, _ = torch.cuda.mem_get_info(device)
    return pixels.nbytes < 0.5 * free_bytes
