"""Making the map of a folder. Slow, and loads torch where a model is opened: for a thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from engine.errors import UnreadablePhoto

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.explain.quality_features import QualityFeatures

FloatArray = npt.NDArray[np.float64]

MOST_PHOTOS = 2000  # beyond that, dots hide each other and t-SNE takes minutes


class KnowsFeatures(Protocol):
    """The part of engine.scorer.Scorer that a map needs."""

    def quality_features(self, path: Path) -> "QualityFeatures":
        """What the model knows of the photo. Raises UnreadablePhoto."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedPath:
    """A photo with its score from 0 to 100."""

    path: Path
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMap:
    """Photos with their places (N, 2) from 0 to 1, and the mean CLS-QUA similarity per block.

    `num_rated` is how many photos there were to choose from.
    """

    photos: tuple[RatedPath, ...]
    places_N2: FloatArray
    similarity_L: FloatArray
    num_rated: int


def make_map(
    photos: Sequence[RatedPath],
    scorer: KnowsFeatures,
    *,
    on_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> FolderMap | None:
    """The map of rated photos, of an even choice if there are very many; None when stopped.

    Photos that can't be read any more are left out. Raises UndefinedMeasure below five photos.
    """
    # Here, because it loads scikit-learn.
    from engine.explain.photo_layout import lay_out

    step = max(1, -(-len(photos) // MOST_PHOTOS))
    chosen = photos[::step]
    kept, features, similarity = [], [], []
    for number, photo in enumerate(chosen, start=1):
        if should_stop():
            return None
        try:
            found = scorer.quality_features(photo.path)
        except UnreadablePhoto:
            continue
        kept.append(photo)
        features.append(found.features_D)
        similarity.append(found.similarity_L)
        on_progress(number, len(chosen))
    places_N2 = lay_out(features)
    return FolderMap(
        photos=tuple(kept),
        places_N2=places_N2,
        similarity_L=np.mean(similarity, axis=0),
        num_rated=len(photos),
    )
