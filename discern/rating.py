"""What a rater says of one picture."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.certainty.familiarity import Familiarity
from engine.photo_score import PhotoScore
from engine.photos.crops import CropBox
from engine.photos.picture import IN_MEMORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A picture's score from 0 to 100; higher looks better.

    `uncertainty` is half the width of the interval in which two thirds of the errors lie, in points
    of score, and `familiarity` how like the training photos the picture is. Where that is None the
    model states no intervals, and `uncertainty` is the standard deviation over the crops. Places of
    `crops` are in pixels of the resized picture; `width_px` and `height_px` are the picture's own.
    `path` is None for a picture that was in memory. `error` is None: there is a score.

    >>> import discern
    >>> rating = discern.Rating(path=None, score=71.5, uncertainty=2.0)
    >>> f"{rating.score} +- {rating.uncertainty}"
    '71.5 +- 2.0'
    """

    path: Path | None
    score: float
    uncertainty: float
    crop_scores: tuple[float, ...] = ()
    crops: tuple[CropBox, ...] = ()
    width_px: int = 0
    height_px: int = 0
    familiarity: Familiarity | None = None
    error: Literal[None] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrated:
    """A picture that could not be read, and why; `score` is None.

    >>> import discern
    >>> unrated = discern.Unrated(path=None, error="The file is empty.")
    >>> unrated.score is None, unrated.error
    (True, 'The file is empty.')
    """

    path: Path | None
    error: str
    score: Literal[None] = None


def rating_of(found: PhotoScore) -> Rating | Unrated:
    """The scorer's result as it is given to people.

    >>> from pathlib import Path
    >>> from discern.rating import rating_of
    >>> from engine.photo_score import PhotoScore
    >>> rating_of(PhotoScore(path=Path("a.jpg"), score_0_100=62.0, uncertainty=3.0)).score
    62.0
    >>> rating_of(PhotoScore(path=Path("b.jpg"), error="The file is empty.")).error
    'The file is empty.'
    """
    path = None if found.path is IN_MEMORY else found.path
    if found.score_0_100 is None or found.uncertainty is None:
        return Unrated(path=path, error=found.error or "The picture could not be rated.")
    return Rating(
        path=path,
        score=found.score_0_100,
        uncertainty=found.uncertainty,
        crop_scores=found.crop_scores,
        crops=found.crops,
        width_px=found.width_px or 0,
        height_px=found.height_px or 0,
        familiarity=found.familiarity,
    )
