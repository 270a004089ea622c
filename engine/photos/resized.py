"""A photo as a network is shown it: decoded no larger than needed, then brought to its size."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import UnreadablePhoto
from engine.photos.decode import read_photo
from engine.photos.resize import ResizeRule, resize_photo


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizedPhoto:
    """Pixels (H, W, 3) in the size of a rule, and the size of the whole upright photo.

    >>> import numpy as np
    >>> from engine.photos.resized import ResizedPhoto
    >>> seen = ResizedPhoto(pixels_HW3=np.zeros((341, 512, 3)), width_px=6000, height_px=4000)
    >>> round(seen.width_px / seen.pixels_HW3.shape[1], 2)  # by how much it was reduced
    11.72
    """

    pixels_HW3: npt.NDArray[np.uint8]
    width_px: int
    height_px: int


def read_resized(path: Path, rule: ResizeRule, *, crop_px: int) -> ResizedPhoto:
    """The photo in the size of the rule; training and rating both read photos through this.

    Raises UnreadablePhoto for whatever is wrong with the file.

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
    photo = read_photo(path, short_side_px=_least_short_side_px(rule, crop_px))
    try:
        pixels_HW3 = resize_photo(photo.pixels_HW3, rule, crop_px=crop_px)
    except MemoryError as error:
        reason = f"There was not enough memory to resize {photo.width_px} x {photo.height_px}."
        raise UnreadablePhoto(path, reason) from error
    return ResizedPhoto(pixels_HW3=pixels_HW3, width_px=photo.width_px, height_px=photo.height_px)


def _least_short_side_px(rule: ResizeRule, crop_px: int) -> int | None:
    """The longest that the short side can come to under the rule; None if the size is kept."""
    sides = [side for side in (rule.short_side_px, rule.long_side_px) if side is not None]
    return max(crop_px, min(sides)) if sides else None
