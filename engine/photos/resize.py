"""The size a photo is brought to before it is cut into crops."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import ModelFileError

# H W height and width in pixels, 3 red, green, blue

_LARGEST_SIDE_PX = 16384
_KEYS = ("long_side_px", "short_side_px")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizeRule:
    """How large a photo is made; part of the model file, so that every photo is seen alike.

    Both sides given: the photo is scaled, up or down, to the largest size that fits inside a frame
    of these sides, the frame turned for a portrait. One side given: that side becomes so long.
    None given: the photo keeps its size. The aspect ratio always stays, and whatever would be
    smaller than the crop is enlarged until the crop fits.

    >>> from engine.photos.resize import ResizeRule
    >>> rule = ResizeRule(long_side_px=512, short_side_px=384)
    >>> rule.size_for(6000, 4000, crop_px=224), rule.size_for(3000, 4000, crop_px=224)
    ((512, 341), (384, 512))
    """

    long_side_px: int | None
    short_side_px: int | None

    def __post_init__(self) -> None:
        for key in _KEYS:
            side_px = getattr(self, key)
            if side_px is None:
                continue
            if type(side_px) is not int or not 1 <= side_px <= _LARGEST_SIDE_PX:
                raise ValueError(
                    f"{key} is {side_px!r}; it must be a whole number from 1 to "
                    f"{_LARGEST_SIDE_PX}, or nothing."
                )
        if self.long_side_px and self.short_side_px and self.long_side_px < self.short_side_px:
            raise ValueError(
                f"long_side_px ({self.long_side_px}) is less than "
                f"short_side_px ({self.short_side_px})."
            )

    def size_for(self, width_px: int, height_px: int, *, crop_px: int) -> tuple[int, int]:
        """Width and height that a photo of this size is brought to; no side is under crop_px."""
        long_px, short_px = max(width_px, height_px), min(width_px, height_px)
        scales = [
            wanted / given
            for wanted, given in ((self.long_side_px, long_px), (self.short_side_px, short_px))
            if wanted is not None
        ]
        scale = max(min(scales, default=1.0), crop_px / short_px)
        return _scaled(width_px, scale, crop_px), _scaled(height_px, scale, crop_px)

    def to_json(self) -> dict[str, int | None]:
        """The rule as the model file keeps it."""
        return {"long_side_px": self.long_side_px, "short_side_px": self.short_side_px}

    @classmethod
    def from_json(cls, entries: object) -> "ResizeRule":
        """The rule that a model file states; ModelFileError if it states none that makes sense."""
        if not isinstance(entries, Mapping) or set(entries) != set(_KEYS):
            raise ModelFileError(
                "The model file's resize rule must have exactly the entries "
                f"{' and '.join(_KEYS)}, but is {entries!r}."
            )
        try:
            return cls(long_side_px=entries["long_side_px"], short_side_px=entries["short_side_px"])
        except ValueError as error:
            raise ModelFileError(f"The model file's resize rule makes no sense: {error}") from error


def resize_photo(
    pixels_HW3: NDArray[np.uint8],
    rule: ResizeRule,
    *,
    crop_px: int,
) -> NDArray[np.uint8]:
    """The photo in the size of the rule, bicubic with antialiasing; uint8, C-contiguous.

    Same pixels in, same pixels out, on any number of threads. A photo that has the right size
    comes back as it is.

    >>> import numpy as np
    >>> from engine.photos.resize import ResizeRule, resize_photo
    >>> rule = ResizeRule(long_side_px=None, short_side_px=20)
    >>> resize_photo(np.zeros((60, 90, 3), np.uint8), rule, crop_px=16).shape
    (20, 30, 3)
    """
    height_px, width_px = pixels_HW3.shape[:2]
    size = rule.size_for(width_px, height_px, crop_px=crop_px)
    if size == (width_px, height_px):
        return np.ascontiguousarray(pixels_HW3)
    resized = Image.fromarray(pixels_HW3).resize(size, Image.Resampling.BICUBIC)
    return np.array(resized)


def _scaled(side_px: int, scale: float, crop_px: int) -> int:
    return max(crop_px, int(side_px * scale + 0.5))
