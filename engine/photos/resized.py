"""A photo as a network is shown it: decoded no larger than needed, then brought to its size."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from engine.errors import EngineError, UnreadablePhoto
from engine.photos.picture import Picture, place_of
from engine.photos.read_picture import read_picture
from engine.photos.resize import ResizeRule, resize_photo

_ROUNDING_PX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizedPhoto:
    """Pixels (H, W, 3) in the size of a rule, and the size of the whole upright photo.

    `beside_HW3` is the same photo in another size, where one was asked for.

    >>> import numpy as np
    >>> from engine.photos.resized import ResizedPhoto
    >>> seen = ResizedPhoto(pixels_HW3=np.zeros((341, 512, 3)), width_px=6000, height_px=4000)
    >>> round(seen.width_px / seen.pixels_HW3.shape[1], 2)  # by how much it was reduced
    11.72
    """

    pixels_HW3: npt.NDArray[np.uint8]
    width_px: int
    height_px: int
    beside_HW3: npt.NDArray[np.uint8] | None = None


def read_resized(
    picture: Picture,
    rule: ResizeRule,
    *,
    crop_px: int,
    beside: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8]] | None = None,
) -> ResizedPhoto:
    """The photo in the size of the rule; training and rating both read photos through this.

    `beside` makes another size of what was decoded, which is as large as the rule needs it. Raises
    UnreadablePhoto for whatever is wrong with it, and TypeError for what is no picture.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.photos.resize import ResizeRule
    >>> from engine.photos.resized import read_resized
    >>> with TemporaryDirectory() as folder:
    ...     Image.new("RGB", (90, 60)).save(Path(folder) / "black.png")
    ...     rule = ResizeRule(long_side_px=None, short_side_px=20)
    ...     photo = read_resized(Path(folder) / "black.png", rule, crop_px=16)
    >>> photo.pixels_HW3.shape, photo.width_px, photo.height_px
    ((20, 30, 3), 90, 60)
    """
    photo = read_picture(picture, short_side_px=least_short_side_px(rule, crop_px))
    try:
        pixels_HW3 = resize_photo(photo.pixels_HW3, rule, crop_px=crop_px)
        beside_HW3 = None if beside is None else beside(photo.pixels_HW3)
    except MemoryError as error:
        reason = f"There was not enough memory to resize {photo.width_px} x {photo.height_px}."
        raise UnreadablePhoto(place_of(picture), reason) from error
    return ResizedPhoto(
        pixels_HW3=pixels_HW3,
        width_px=photo.width_px,
        height_px=photo.height_px,
        beside_HW3=beside_HW3,
    )


def brought_to(pixels_HW3: npt.NDArray[np.uint8], shape: Sequence[int]) -> npt.NDArray[np.uint8]:
    """The photo in the size of another that shows the same; `shape` is (H, W, 3).

    Raises EngineError where they differ by more than a rounding: they are two pictures then.

    >>> import numpy as np
    >>> from engine.photos.resized import brought_to
    >>> grey = brought_to(np.full((341, 512, 3), 99, np.uint8), (342, 512, 3))
    >>> grey.shape, int(grey.min()), int(grey.max())
    ((342, 512, 3), 99, 99)
    """
    (height, width), (wanted_height, wanted_width) = pixels_HW3.shape[:2], shape[:2]
    if (height, width) == (wanted_height, wanted_width):
        return pixels_HW3
    if max(abs(height - wanted_height), abs(width - wanted_width)) > _ROUNDING_PX:
        raise EngineError(
            f"The two photos have different shapes, {wanted_width} x {wanted_height} and "
            f"{width} x {height} in the size that the model sees. A photo can only be compared "
            "with an original that shows the same, uncropped."
        )
    size = (wanted_width, wanted_height)
    return np.array(Image.fromarray(pixels_HW3).resize(size, Image.Resampling.BICUBIC))


def least_short_side_px(rule: ResizeRule, crop_px: int) -> int | None:
    """The longest that the short side can come to under the rule; None if the size is kept.

    >>> from engine.photos.resize import ResizeRule
    >>> from engine.photos.resized import least_short_side_px
    >>> least_short_side_px(ResizeRule(long_side_px=512, short_side_px=384), 224)
    384
    """
    sides = [side for side in (rule.short_side_px, rule.long_side_px) if side is not None]
    return max(crop_px, min(sides)) if sides else None
