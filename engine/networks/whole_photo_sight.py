"""How a network looks at a photo whole: in one frame, or beside its original."""

# ruff: noqa: D102 - what overrides do, their base says

# K views of a photo, H W its pixels, B maps, GH GW their grid, h w sides of a view

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
import torch
from torch import Tensor

from engine.networks.network_entry import InputKind
from engine.networks.sight import Map, Pixels, Place, Sight, WholePhoto

_GREY = 128  # the border of a letterbox; no photo is brighter or darker for it


class WholePhotoSight(Sight):
    """The whole photo in every view: as it is for one view, and mirrored too for more.

    A subclass says what a view is made of (`look`) and how its map lies on the photo (`unfold`).

    >>> from engine.networks.whole_photo_sight import FrameSight, WholePhotoSight
    >>> sight = FrameSight(768, 512)
    >>> isinstance(sight, WholePhotoSight), sight.num_views(10)
    (True, 2)
    >>> [place.is_mirrored for place in sight.fixed_places(600, 400, num_views=10)]
    [False, True]
    """

    @property
    def least_side_px(self) -> int:
        return 1

    def num_views(self, asked: int) -> int:
        return min(asked, 2)

    def num_random_views(self, asked: int) -> int:
        return 1

    def fixed_places(self, width_px: int, height_px: int, *, num_views: int) -> list[Place]:
        places: list[Place] = [WholePhoto(), WholePhoto(is_mirrored=True)]
        return places[: self.num_views(num_views)]

    def covering_places(self, width_px: int, height_px: int) -> list[Place]:
        return [WholePhoto()]

    def cut(self, photo_HW3: Pixels, places: Sequence[Place]) -> Tensor:
        views = []
        for place in places:
            assert isinstance(place, WholePhoto)
            turned = photo_HW3[:, ::-1] if place.is_mirrored else photo_HW3
            views.append(self.look(np.ascontiguousarray(turned)))
        return torch.stack(views)

    def stitch(
        self, maps_BGG: Map, places: Sequence[Place], *, width_px: int, height_px: int
    ) -> Map:
        unfolded = [self.unfold(one, width_px=width_px, height_px=height_px) for one in maps_BGG]
        whole_HW: Map = np.mean(unfolded, axis=0, dtype=np.float32)
        return whole_HW

    @abstractmethod
    def look(self, photo_HW3: Pixels) -> Tensor:
        """The view of a photo, uint8, of `view_shape` for its size."""

    @abstractmethod
    def unfold(self, map_GG: Map, *, width_px: int, height_px: int) -> Map:
        """The map (GH, GW) of a view, laid on the photo: (H, W)."""


@dataclass(frozen=True, slots=True)
class FrameSight(WholePhotoSight):
    """The whole photo inside a frame, which is turned for portraits; grey fills what is left.

    The photo keeps its aspect ratio: nothing is cut off or squashed. The model's resize rule must
    have the same two sides. With `step_px` the frame is as small as the photo allows: its sides are
    multiples of so many pixels, no longer than those stated.

    >>> import numpy as np
    >>> from engine.networks.whole_photo_sight import FrameSight
    >>> white = np.full((2, 2, 3), 255, np.uint8)
    >>> FrameSight(4, 2).look(white)[..., 0].tolist()
    [[128, 255, 255, 128], [128, 255, 255, 128]]
    >>> FrameSight(384, 384, step_px=32).view_shape(384, 250)
    (256, 384, 3)
    """

    long_side_px: int
    short_side_px: int
    step_px: int | None = None
    kind: ClassVar[InputKind] = "frame"

    def __post_init__(self) -> None:
        if not 1 <= self.short_side_px <= self.long_side_px:
            raise ValueError(f"A frame of {self.long_side_px} x {self.short_side_px} is none.")
        step_px = 1 if self.step_px is None else self.step_px
        if step_px < 1 or self.long_side_px % step_px or self.short_side_px % step_px:
            raise ValueError(
                f"The sides of a frame of {self.long_side_px} x {self.short_side_px} are no "
                f"multiples of {step_px}."
            )

    def words(self, num_views: int) -> str:
        mirrored = ", and mirrored" if num_views > 1 else ""
        frame = f"{self.long_side_px} x {self.short_side_px} pixels"
        most = "" if self.step_px is None else "at most "
        return f"the whole photo in a frame of {most}{frame}{mirrored}"

    def view_shape(self, width_px: int, height_px: int) -> tuple[int, ...]:
        sides_px = (self.short_side_px, self.long_side_px)
        high, wide = sides_px[::-1] if height_px > width_px else sides_px
        if self.step_px is not None:
            high, wide = (
                min(side, -(-photo // self.step_px) * self.step_px)
                for side, photo in ((high, height_px), (wide, width_px))
            )
        return (high, wide, 3)

    def look(self, photo_HW3: Pixels) -> Tensor:
        height, width = photo_HW3.shape[:2]
        view_hw3 = np.full(self.view_shape(width, height), _GREY, np.uint8)
        rows, columns = self.inside(width, height)
        inside = view_hw3[rows, columns]
        if inside.shape == photo_HW3.shape:
            inside[:] = photo_HW3
        else:
            shrunk = cv2.resize(photo_HW3, inside.shape[1::-1], interpolation=cv2.INTER_AREA)
            inside[:] = shrunk.reshape(inside.shape)
        return torch.from_numpy(view_hw3)

    def framed_as(self, changed: Tensor, views: Tensor) -> Tensor:
        return torch.where(inside_of_frames(views)[..., None], changed, _GREY).to(torch.uint8)

    def unfold(self, map_GG: Map, *, width_px: int, height_px: int) -> Map:
        high, wide, _ = self.view_shape(width_px, height_px)
        enlarged_hw = cv2.resize(map_GG, (wide, high), interpolation=cv2.INTER_CUBIC)
        inside_hw = enlarged_hw[self.inside(width_px, height_px)]
        if inside_hw.shape != (height_px, width_px):
            inside_hw = cv2.resize(inside_hw, (width_px, height_px))
        return np.ascontiguousarray(inside_hw, np.float32)

    def inside(self, width_px: int, height_px: int) -> tuple[slice, slice]:
        """The rows and columns of the frame that the photo fills: in the middle."""
        high, wide, _ = self.view_shape(width_px, height_px)
        if min(width_px, height_px) == 1:  # so thin that the rule could not make it shorter
            width_px, height_px = min(width_px, wide), min(height_px, high)
        if width_px > wide or height_px > high:
            raise ValueError(f"A photo of {width_px} x {height_px} does not fit in {self}.")
        top, left = (high - height_px) // 2, (wide - width_px) // 2
        return slice(top, top + height_px), slice(left, left + width_px)


def inside_of_frames(views_BHW3: Tensor) -> Tensor:
    """Where views show the photo and not the grey beside it, as booleans (B, H, W).

    What counts as beside it are rows and columns at the edges that are wholly of this grey. A photo
    that is nothing else is shown all over.

    >>> import numpy as np
    >>> from engine.networks.whole_photo_sight import FrameSight, inside_of_frames
    >>> white = np.full((2, 2, 3), 255, np.uint8)
    >>> inside_of_frames(FrameSight(4, 2).look(white)[None]).int().tolist()
    [[[0, 1, 1, 0], [0, 1, 1, 0]]]
    """
    is_grey_BHW = (views_BHW3 == _GREY).all(dim=3)
    is_row_BH, is_column_BW = (
        ~(_leading(is_grey) | _leading(is_grey.flip(1)).flip(1))
        for is_grey in (is_grey_BHW.all(dim=2), is_grey_BHW.all(dim=1))
    )
    is_inside_BHW = is_row_BH[:, :, None] & is_column_BW[:, None, :]
    return is_inside_BHW | ~is_inside_BHW.any(dim=(1, 2), keepdim=True)


def in_one_frame(views: Sequence[Tensor]) -> Tensor:
    """Views (h, w, 3) of several shapes as one batch; grey fills what smaller ones lack.

    >>> import torch
    >>> from engine.networks.whole_photo_sight import in_one_frame
    >>> white = [torch.full((1, width, 3), 255, dtype=torch.uint8) for width in (1, 2)]
    >>> in_one_frame(white)[..., 0].tolist()
    [[[255, 128]], [[255, 255]]]
    """
    high, wide = (max(view.shape[axis] for view in views) for axis in (0, 1))
    batch = torch.full((len(views), high, wide, 3), _GREY, dtype=torch.uint8)
    for framed, view in zip(batch, views, strict=True):
        framed[: view.shape[0], : view.shape[1]] = view
    return batch


def _leading(is_true_BN: Tensor) -> Tensor:
    """Which entries of a row are true, and all before them too."""
    return is_true_BN.long().cumprod(dim=1).bool()


class PairSight(WholePhotoSight):
    """A photo, alone or beside the original that it was made from.

    A subclass makes one view of both; it may have another shape where there is no original.

    >>> import numpy as np
    >>> import torch
    >>> from engine.networks.whole_photo_sight import PairSight
    >>> class LossSight(PairSight):
    ...     words = view_shape = unfold = None  # of no use in this example
    ...     def look_beside(self, photo_HW3, original_HW3):
    ...         return torch.from_numpy(original_HW3 - photo_HW3)
    >>> original = np.array([[[90] * 3, [50] * 3]], np.uint8)  # two pixels beside each other
    >>> photo = np.array([[[70] * 3, [50] * 3]], np.uint8)
    >>> LossSight().cut_pair(photo, original, num_views=2)[..., 0].tolist()
    [[[20, 0]], [[0, 20]]]
    """

    kind: ClassVar[InputKind] = "pair"
    shows_pictures: ClassVar[bool] = False

    def look(self, photo_HW3: Pixels) -> Tensor:
        return self.look_beside(photo_HW3, None)

    def cut_pair(self, photo_HW3: Pixels, original_HW3: Pixels, *, num_views: int) -> Tensor:
        """The views that a pair is scored by, uint8 (K, ...); the photos have one size."""
        views = [self.look_beside(photo_HW3, original_HW3)]
        if self.num_views(num_views) > 1:
            mirrored = (np.ascontiguousarray(one[:, ::-1]) for one in (photo_HW3, original_HW3))
            views.append(self.look_beside(*mirrored))
        return torch.stack(views)

    @abstractmethod
    def look_beside(self, photo_HW3: Pixels, original_HW3: Pixels | None) -> Tensor:
        """The view of a photo and its original, if there is one, uint8."""
