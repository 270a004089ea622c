"""What a model knows of a photo before it is a score, for heads that learn from it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFeatures:
    """Features of one photo, or the reason why it has none.

    `values_F` is float32 (F + 1,), the mean over the photo's views: the model's pooled features,
    and last its score in points, not clipped.

    >>> from pathlib import Path
    >>> from engine.photo_features import PhotoFeatures
    >>> PhotoFeatures(path=Path("a.jpg"), error="There is no such file.").values_F is None
    True
    """

    path: Path
    values_F: npt.NDArray[np.float32] | None = None
    error: str | None = None
