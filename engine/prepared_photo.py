"""A photo on its way through the scorer: held, read, cut into views."""

# K views of a photo, H W pixels

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from torch import Tensor

from engine.certainty.photo_facts import PhotoFacts
from engine.defects.own_pixels import Glimpse
from engine.errors import UnreadablePhoto
from engine.photo_score import PhotoScore
from engine.photos.crops import CropBox
from engine.photos.resized import ResizedPhoto


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """A photo resized, and a quick look at its own pixels where one was asked for.

    >>> import numpy as np
    >>> from engine.photos.resized import ResizedPhoto
    >>> from engine.prepared_photo import ReadPhoto
    >>> pixels = np.zeros((2, 3, 3), np.uint8)
    >>> ReadPhoto(ResizedPhoto(pixels_HW3=pixels, width_px=3, height_px=2)).glimpse is None
    True
    """

    photo: ResizedPhoto
    glimpse: Glimpse | None = None


HeldPicture = Path | bytes | ReadPhoto | TypeError | UnreadablePhoto
"""What of a picture waits for its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPhoto:
    """A photo cut into views, uint8 (K, ...), or the reason why not.

    `photo_HW3`, resized, and `looked_at_HW3`, in the defect network's size, are kept only where
    maps are wanted. `mistake` is raised when the photo's turn comes.

    >>> from pathlib import Path
    >>> from engine.prepared_photo import PreparedPhoto
    >>> PreparedPhoto(path=Path("a.jpg"), error="There is no such file.").views is None
    True
    """

    path: Path
    mistake: TypeError | None = None
    known: PhotoScore | None = None
    photo_HW3: npt.NDArray[np.uint8] | None = None
    looked_at_HW3: npt.NDArray[np.uint8] | None = None
    glimpse: Glimpse | None = None
    views: Tensor | None = None
    boxes: tuple[CropBox, ...] = ()
    facts: PhotoFacts | None = None
    width_px: int | None = None
    height_px: int | None = None
    error: str | None = None
