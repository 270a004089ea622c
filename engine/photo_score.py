"""What the scorer says of one photo."""

from dataclasses import dataclass
from pathlib import Path

from engine.certainty.familiarity import Familiarity
from engine.photos.crops import CropBox


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoScore:
    """Score 0-100 (higher looks better) with its uncertainty, or the reason why there is none.

    `uncertainty` is half the width of the interval in which two thirds of the errors lie, in points
    of score; twice it holds 95 %. `familiarity` says then how like the training photos the photo
    is. Models of older programs state no intervals: `familiarity` is None then, and `uncertainty`
    the standard deviation over the crops. Places of `crops` are in pixels of the resized photo. A
    network that sees photos whole has scores of the photo and
    its mirror image instead, and no `crops`. `width_px` and `height_px` are those of the upright
    photo itself. `ratings` are the shares of people who would give 1 to 5, mean over the views, of
    a model that predicts them, and empty else.

    >>> from pathlib import Path
    >>> from engine.photo_score import PhotoScore
    >>> found = PhotoScore(path=Path("a.jpg"), score_0_100=62.0, uncertainty=3.0)
    >>> f"{found.path}: {found.score_0_100:.0f} +- {found.uncertainty:.0f}"
    'a.jpg: 62 +- 3'
    >>> PhotoScore(path=Path("b.jpg"), error="The file is empty.").score_0_100 is None
    True
    """

    path: Path
    score_0_100: float | None = None
    uncertainty: float | None = None
    familiarity: Familiarity | None = None
    crop_scores: tuple[float, ...] = ()
    crops: tuple[CropBox, ...] = ()
    ratings: tuple[float, ...] = ()
    width_px: int | None = None
    height_px: int | None = None
    error: str | None = None
