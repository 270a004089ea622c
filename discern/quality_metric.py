"""The quality of pictures in tensors, as a metric to watch or a loss to climb."""

# B pictures, K crops of each, H W pixels, S crop side in pixels

from pathlib import Path
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from discern.loading import check_asked, load
from engine.errors import EngineError, UndefinedMeasure
from engine.networks.model_card import MOST_CROPS
from engine.networks.sight import CropSight
from engine.networks.whole_photo_sight import FrameSight
from engine.photos.crops import CropBox, fixed_crops
from engine.photos.decode_here import reduction_factor
from engine.photos.limits import SMALLEST_SIDE_PX
from engine.photos.resized import least_short_side_px

_GREY = 128 / 255  # beside the photo, as in files' frames
_OVERSTEP = 1 / 255  # of the range, as resampling does it


class QualityMetric(nn.Module):
    """Scores (B,) of pictures (B, 3, H, W) in [0, 1], sRGB; differentiable, higher looks better.

    The scores are a Rater's for the same pixels, but for three things: pixels are not rounded to
    256 levels after they were resized, the network computes in its parameters' precision (a Rater
    may take bf16 on a processor), and scores are not cut off at 0 and 100. The views are the same.

    Calling it gives the scores and counts them; `update` only counts. `compute` is the mean of all
    counted since the last `reset`. Gradients reach the pictures, never the network, which stays in
    evaluation mode whatever `train` says. Each process counts for itself.

    >>> import torch
    >>> import discern
    >>> metric = discern.QualityMetric(num_crops=1)
    >>> scores = metric(torch.zeros(2, 3, 64, 64))
    >>> scores.shape, int(metric.num_counted), torch.allclose(metric.compute(), scores.mean())
    (torch.Size([2]), 2, True)
    """

    higher_is_better = True
    is_differentiable = True
    mean_score: Tensor
    num_counted: Tensor

    def __init__(self, model: str | Path | None = None, *, num_crops: int | None = None) -> None:
        """The model of that name or file, or the default, on the processor: `to` moves it.

        `num_crops` is the model's own unless given. Raises EngineError where there is no such
        model.
        """
        super().__init__()
        check_asked("cpu", num_crops)
        network, card = load(model)
        if not isinstance(network.sight, CropSight | FrameSight):
            raise EngineError(
                f"The model {card.name} looks neither at crops of a photo nor at the whole in a "
                "frame. QualityMetric takes models that do; a Rater takes all."
            )
        num_asked = card.num_crops if num_crops is None else num_crops
        if not 1 <= num_asked <= MOST_CROPS:
            raise EngineError(f"{num_asked} crops were asked for; take 1 to {MOST_CROPS}.")
        self.num_crops = network.sight.num_views(num_asked)
        self.network = network.requires_grad_(requires_grad=False).eval()
        self.card = card
        self.register_buffer("mean_score", torch.zeros(()), persistent=False)
        self.register_buffer("num_counted", torch.zeros((), dtype=torch.int64), persistent=False)

    def forward(self, pictures_B3HW: Tensor) -> Tensor:
        """The scores (B,) of a batch, which are counted too."""
        scores_B = self.scores(pictures_B3HW)
        self._count(scores_B.detach())
        return scores_B

    def update(self, pictures_B3HW: Tensor) -> None:
        """Count the scores of a batch."""
        with torch.no_grad():
            self._count(self.scores(pictures_B3HW))

    def compute(self) -> Tensor:
        """The mean of the scores counted so far. Raises UndefinedMeasure before the first."""
        if int(self.num_counted) == 0:
            raise UndefinedMeasure("No picture was counted yet: call the metric, or update it.")
        return self.mean_score.clone()

    def reset(self) -> None:
        """Forget what was counted."""
        self.mean_score.zero_()
        self.num_counted.zero_()

    def train(self, mode: bool = True) -> Self:
        """As for any module, but the network keeps to evaluation: training would mask at random."""
        super().train(mode)
        self.network.eval()
        return self

    def scores(self, pictures_B3HW: Tensor) -> Tensor:
        """The scores (B,) of a batch, not counted.

        Raises TypeError for what is no batch of pictures, and ValueError for values outside [0, 1]
        and for pictures too small to judge.
        """
        _check(pictures_B3HW)
        if len(pictures_B3HW) == 0:
            return pictures_B3HW.new_zeros(0, dtype=self.mean_score.dtype)
        weights = next(self.network.parameters())
        resized_B3HW = self._resized(pictures_B3HW.to(weights.dtype))
        views, is_inside = (
            self._crops(resized_B3HW)
            if isinstance(self.network.sight, CropSight)
            else self._frames(resized_B3HW)
        )
        scores: Tensor = self.network(self.network.prepare_pixels(views, is_inside))
        return scores.reshape(-1, self.num_crops).mean(dim=1)

    def _crops(self, resized_B3HW: Tensor) -> tuple[Tensor, Tensor]:
        """The K crops of each picture one after the other, (B K, 3, S, S), all inside of it."""
        height_px, width_px = resized_B3HW.shape[2:]
        boxes = fixed_crops(
            width_px, height_px, crop_px=self.card.crop_px, num_crops=self.num_crops
        )
        crops_BK3SS = torch.stack([_cut(resized_B3HW, box) for box in boxes], dim=1)
        crops = crops_BK3SS.flatten(0, 1)
        return crops, torch.ones_like(crops[:, :1])

    def _frames(self, resized_B3HW: Tensor) -> tuple[Tensor, Tensor]:
        """Each picture in its frame, and mirrored for two views, (B K, 3, h, w); where it lies."""
        sight = self.network.sight
        assert isinstance(sight, FrameSight)
        height_px, width_px = resized_B3HW.shape[2:]
        high_px, wide_px, _ = sight.view_shape(width_px, height_px)
        rows, columns = sight.inside(width_px, height_px)
        frames_B3hw = resized_B3HW.new_full((len(resized_B3HW), 3, high_px, wide_px), _GREY)
        frames_B3hw[..., rows, columns] = resized_B3HW
        is_inside_B1hw = torch.zeros_like(frames_B3hw[:, :1])
        is_inside_B1hw[..., rows, columns] = 1
        views = [(frames_B3hw, is_inside_B1hw), (frames_B3hw.flip(3), is_inside_B1hw.flip(3))]
        pixels, is_inside = zip(*views[: self.num_crops], strict=True)
        return torch.stack(pixels, 1).flatten(0, 1), torch.stack(is_inside, 1).flatten(0, 1)

    def _resized(self, pictures_B3HW: Tensor) -> Tensor:
        """The pictures in the size that the model sees, by the steps that files go through."""
        rule, crop_px = self.card.resize_rule, self.card.crop_px
        height_px, width_px = pictures_B3HW.shape[2:]
        factor = reduction_factor((width_px, height_px), least_short_side_px(rule, crop_px))
        if factor > 1:
            pictures_B3HW = F.avg_pool2d(
                pictures_B3HW, factor, ceil_mode=True, count_include_pad=False
            )
        height_px, width_px = pictures_B3HW.shape[2:]
        size = rule.size_for(width_px, height_px, crop_px=crop_px)
        if size == (width_px, height_px):
            return pictures_B3HW
        resized = F.interpolate(
            pictures_B3HW, size=(size[1], size[0]), mode="bicubic", antialias=True
        )
        return resized.clamp(0, 1)  # bicubic oversteps; a file's pixels can't

    def _count(self, scores_B: Tensor) -> None:
        num_new = len(scores_B)
        self.num_counted += num_new
        gain = (scores_B - self.mean_score).sum() / self.num_counted.clamp(min=1)
        self.mean_score += gain.to(self.mean_score.dtype)


def _cut(pictures_B3HW: Tensor, box: CropBox) -> Tensor:
    rows = slice(box.top_px, box.top_px + box.size_px)
    return pictures_B3HW[..., rows, box.left_px : box.left_px + box.size_px]


def _check(pictures: object) -> None:
    is_batch = (
        isinstance(pictures, Tensor)
        and pictures.ndim == 4
        and pictures.shape[1] == 3
        and pictures.is_floating_point()
    )
    if not is_batch:
        what = (
            f"a tensor of {pictures.dtype} with the shape {tuple(pictures.shape)}"
            if isinstance(pictures, Tensor)
            else type(pictures).__name__
        )
        raise TypeError(
            f"This is no batch of pictures but {what}. Taken is a tensor (B, 3, H, W) of floats "
            "from 0 to 1. discern.Rater takes files, bytes, Pillow images and arrays."
        )
    assert isinstance(pictures, Tensor)
    height_px, width_px = pictures.shape[2:]
    if min(height_px, width_px) < SMALLEST_SIDE_PX:
        raise ValueError(f"The pictures are {width_px} x {height_px} pixels, too small to judge.")
    if len(pictures) == 0:
        return
    lowest, highest = (float(value) for value in torch.aminmax(pictures.detach()))
    if not (lowest >= -_OVERSTEP and highest <= 1 + _OVERSTEP):  # NaN is neither
        raise ValueError(
            f"The pictures' values run from {lowest:g} to {highest:g}; they must be from 0 to 1."
        )
