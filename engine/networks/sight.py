"""How a network looks at a photo: which views it is shown, and how their maps become one.

A photo comes in the size of the model's resize rule. A view is a uint8 tensor, pixels in most
networks; all views in a batch have one shape.
"""

# ruff: noqa: D102 - what overrides do, their base says

# K views of a photo, H W its pixels, B maps, GH GW their grid, S crop side, h w sides of a view

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.explain.crop_mosaic import stitch_maps
from engine.networks.network_entry import InputKind
from engine.photos.crops import CropBox, covering_crops, fixed_crops

Pixels = npt.NDArray[np.uint8]
Map = npt.NDArray[np.float32]

_OVERLAP = 0.5
_GREY = 128  # the border of a letterbox; no photo is brighter or darker for it


@dataclass(frozen=True, slots=True)
class WholePhoto:
    """A view of all of the photo, as it is or mirrored left to right."""

    is_mirrored: bool = False


Place = CropBox | WholePhoto


class Sight(ABC):
    """What a network of one kind is shown of a photo. Equal sights show the same."""

    kind: ClassVar[InputKind]
    # Whether a view is a picture (h, w, 3), in which a defect can be planted.
    shows_pictures: ClassVar[bool] = True

    @property
    @abstractmethod
    def least_side_px(self) -> int:
        """Resized photos are enlarged until their shorter side is at least so long."""

    @abstractmethod
    def words(self, num_views: int) -> str:
        """What is shown of a photo, for people: "10 fixed crops of 224 pixels per photo"."""

    @abstractmethod
    def num_views(self, asked: int) -> int:
        """How many views make up a photo's score when so many are asked for."""

    @abstractmethod
    def num_random_views(self, asked: int) -> int:
        """How many views of a photo an epoch of training takes when so many are asked for."""

    @abstractmethod
    def view_shape(self, width_px: int, height_px: int) -> tuple[int, ...]:
        """The shape of a view of a photo that was resized to this size."""

    @abstractmethod
    def fixed_places(self, width_px: int, height_px: int, *, num_views: int) -> list[Place]:
        """Where a photo is looked at for its score: always the same for one size of photo."""

    @abstractmethod
    def covering_places(self, width_px: int, height_px: int) -> list[Place]:
        """Where a photo is looked at for a map: every pixel lies in a view that is not mirrored."""

    @abstractmethod
    def cut(self, photo_HW3: Pixels, places: Sequence[Place]) -> Tensor:
        """The views at these places, uint8 (K, ...)."""

    @abstractmethod
    def stitch(
        self, maps_BGG: Map, places: Sequence[Place], *, width_px: int, height_px: int
    ) -> Map:
        """One map (H, W) of the photo from the maps (B, GH, GW) of views at covering places."""


@dataclass(frozen=True, slots=True)
class CropSight(Sight):
    """Squares of `crop_px` pixels."""

    crop_px: int
    kind: ClassVar[InputKind] = "crops"

    @property
    def least_side_px(self) -> int:
        return self.crop_px

    def words(self, num_views: int) -> str:
        return f"{num_views} fixed crops of {self.crop_px} pixels per photo"

    def num_views(self, asked: int) -> int:
        return asked

    def num_random_views(self, asked: int) -> int:
        return asked

    def view_shape(self, width_px: int, height_px: int) -> tuple[int, ...]:
        return (self.crop_px, self.crop_px, 3)

    def fixed_places(self, width_px: int, height_px: int, *, num_views: int) -> list[Place]:
        return [*fixed_crops(width_px, height_px, crop_px=self.crop_px, num_crops=num_views)]

    def covering_places(self, width_px: int, height_px: int) -> list[Place]:
        return [*covering_crops(width_px, height_px, crop_px=self.crop_px, overlap=_OVERLAP)]

    def cut(self, photo_HW3: Pixels, places: Sequence[Place]) -> Tensor:
        photo = torch.from_numpy(np.ascontiguousarray(photo_HW3))
        return torch.stack(
            [
                photo[
                    box.top_px : box.top_px + box.size_px, box.left_px : box.left_px + box.size_px
                ]
                for box in crop_boxes(places)
            ]
        )

    def stitch(
        self, maps_BGG: Map, places: Sequence[Place], *, width_px: int, height_px: int
    ) -> Map:
        return stitch_maps(maps_BGG, crop_boxes(places), width_px=width_px, height_px=height_px)


class WholePhotoSight(Sight):
    """The whole photo in every view: as it is for one view, and mirrored too for more.

    A subclass says what a view is made of (`look`) and how its map lies on the photo (`unfold`).
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
    have the same two sides.
    """

    long_side_px: int
    short_side_px: int
    kind: ClassVar[InputKind] = "frame"

    def __post_init__(self) -> None:
        if not 1 <= self.short_side_px <= self.long_side_px:
            raise ValueError(f"A frame of {self.long_side_px} x {self.short_side_px} is none.")

    def words(self, num_views: int) -> str:
        mirrored = ", and mirrored" if num_views > 1 else ""
        frame = f"{self.long_side_px} x {self.short_side_px} pixels"
        return f"the whole photo in a frame of {frame}{mirrored}"

    def view_shape(self, width_px: int, height_px: int) -> tuple[int, ...]:
        if height_px > width_px:
            return (self.long_side_px, self.short_side_px, 3)
        return (self.short_side_px, self.long_side_px, 3)

    def look(self, photo_HW3: Pixels) -> Tensor:
        height, width = photo_HW3.shape[:2]
        view_hw3 = np.full(self.view_shape(width, height), _GREY, np.uint8)
        rows, columns = self._inside(width, height)
        inside = view_hw3[rows, columns]
        if inside.shape == photo_HW3.shape:
            inside[:] = photo_HW3
        else:
            shrunk = cv2.resize(photo_HW3, inside.shape[1::-1], interpolation=cv2.INTER_AREA)
            inside[:] = shrunk.reshape(inside.shape)
        return torch.from_numpy(view_hw3)

    def unfold(self, map_GG: Map, *, width_px: int, height_px: int) -> Map:
        high, wide, _ = self.view_shape(width_px, height_px)
        enlarged_hw = cv2.resize(map_GG, (wide, high), interpolation=cv2.INTER_CUBIC)
        inside_hw = enlarged_hw[self._inside(width_px, height_px)]
        if inside_hw.shape != (height_px, width_px):
            inside_hw = cv2.resize(inside_hw, (width_px, height_px))
        return np.ascontiguousarray(inside_hw, np.float32)

    def _inside(self, width_px: int, height_px: int) -> tuple[slice, slice]:
        """The rows and columns of the frame that the photo fills: in the middle."""
        high, wide, _ = self.view_shape(width_px, height_px)
        if min(width_px, height_px) == 1:  # so thin that the rule could not make it shorter
            width_px, height_px = min(width_px, wide), min(height_px, high)
        if width_px > wide or height_px > high:
            raise ValueError(f"A photo of {width_px} x {height_px} does not fit in {self}.")
        top, left = (high - height_px) // 2, (wide - width_px) // 2
        return slice(top, top + height_px), slice(left, left + width_px)


class PairSight(WholePhotoSight):
    """A photo, alone or beside the original that it was made from.

    A subclass makes one view of both; it may have another shape where there is no original.
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


def crop_boxes(places: Sequence[Place]) -> list[CropBox]:
    """The squares among these places; a view of the whole photo has none."""
    return [place for place in places if isinstance(place, CropBox)]
