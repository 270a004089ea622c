"""What a scorer saw of one photo on the way to its score."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.certainty.photo_facts import PhotoFacts
from engine.photo_score import PhotoScore


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPhoto:
    """A photo's score, the features it was made from, (F,), and plain facts.

    Of a photo that can't be read there is the score's error alone.

    >>> from pathlib import Path
    >>> from engine.photo_score import PhotoScore
    >>> from engine.seen_photo import SeenPhoto
    >>> SeenPhoto(score=PhotoScore(path=Path("a.jpg"), error="It is empty.")).features_F is None
    True
    """

    score: PhotoScore
    features_F: npt.NDArray[np.float64] | None = None
    facts: PhotoFacts | None = None
