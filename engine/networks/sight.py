"""How a network looks at a photo: which views it is shown, and how their maps become one.

A photo comes in the size of the model's resize rule. A view is a uint8 tensor, pixels in most
networks; all views in a batch have one shape.
"""

# ruff: noqa: D102 - what overrides do, their base says

# K views of a photo, H W its pixels, B maps, GH GW their grid

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.counted import counted
from engine.explain.crop_mosaic import stitch_maps
from engine.networks.network_entry import InputKind
from engine.photos.crops import CropBox, covering_crops, fixed_crops

Pixels = npt.NDArray[np.uint8]
Map = npt.NDArray[np.float32]

_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class WholePhoto:
    """A view of all of the photo, as it is or mirrored left to right.

    >>> import numpy as np
    >>> from engine.networks.sight import WholePhoto
    >>> from engine.networks.whole_photo_sight import FrameSight
    >>> photo = np.array([[[10] * 3, [20] * 3]], np.uint8)  # two pixels beside each other
    >>> views = FrameSight(2, 1).cut(photo, [WholePhoto(), WholePhoto(is_mirrored=True)])
    >>> views[..., 0].tolist()
    [[[10, 20]], [[20, 10]]]
    """

    is_mirrored: bool = False


Place = CropBox | WholePhoto


class Sight(ABC):
    """What a network of one kind is shown of a photo. Equal sights show the same.

    >>> from engine.networks.sight import CropSight
    >>> from engine.networks.whole_photo_sight import FrameSight
    >>> [sight.view_shape(600, 400) for sight in (CropSight(224), FrameSight(600, 400))]
    [(224, 224, 3), (400, 600, 3)]
    """

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

    def framed_as(self, changed: Tensor, views: Tensor) -> Tensor:
        """Views (B, ...) whose pixels were changed, with what lies beside the photo as it was."""
        del views  # nothing does, unless a sight says otherwise
        return changed


@dataclass(frozen=True, slots=True)
class CropSight(Sight):
    """Squares of `crop_px` pixels.

    >>> import numpy as np
    >>> from engine.networks.sight import CropSight
    >>> sight = CropSight(2)
    >>> places = sight.covering_places(4, 2)
    >>> [box.left_px for box in places]
    [0, 1, 2]
    >>> photo = np.arange(8, dtype=np.uint8).reshape(2, 4, 1).repeat(3, axis=2)  # two rows of 4
    >>> sight.cut(photo, places[1:2])[0, :, :, 0].tolist()
    [[1, 2], [5, 6]]
    """

    crop_px: int
    kind: ClassVar[InputKind] = "crops"

    @property
    def least_side_px(self) -> int:
        return self.crop_px

    def words(self, num_views: int) -> str:
        crops = counted(num_views, "fixed crop")
        return f"{crops} of {self.crop_px} pixels per photo"

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


def crop_boxes(places: Sequence[Place]) -> list[CropBox]:
    """The squares among these places; a view of the whole photo has none.

    >>> from engine.networks.sight import CropSight, crop_boxes
    >>> from engine.networks.whole_photo_sight import FrameSight
    >>> len(crop_boxes(CropSight(64).covering_places(96, 64)))
    2
    >>> crop_boxes(FrameSight(96, 64).covering_places(96, 64))
    []
    """
    return [place for place in places if isinstance(place, CropBox)]
