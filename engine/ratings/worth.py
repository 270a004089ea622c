"""How many raters a model is worth: as many as agree with everyone else as well as it does.

The mean of n ratings of each photo is compared with the mean of all its other ratings, and so is
the model's score, on the same photos. Where the two agreements cross lies the number. KonCept512 is
said to be worth 9 ratings on KonIQ-10k (Hosu et al., IEEE TIP 2020).
"""

# N photos, K = 5 categories

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.counted import counted
from engine.errors import UndefinedMeasure, UnusableRatings
from engine.measures.bootstrap import Measure
from engine.measures.correlation import plcc, srcc
from engine.ratings.counts import CATEGORIES_K, FloatArray, rating_counts
from engine.ratings.held_out import split_ratings

NUM_RATERS = (1, 2, 3, 5, 7, 9, 10, 15, 20, 30, 50)
_FEWEST_PHOTOS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdPoint:
    """How well `num_raters` people agree with all others, and how well the model does.

    Mean of the repeats; `num_photos` had more ratings than that.

    >>> from engine.ratings.worth import CrowdPoint
    >>> point = CrowdPoint(num_raters=3, num_photos=50, srcc=0.8, plcc=0.8, model_srcc=0.7)
    >>> point.model_srcc > point.srcc  # worth fewer than three raters
    False
    """

    num_raters: int
    num_photos: int
    srcc: float
    plcc: float
    model_srcc: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """How many raters a model is worth; `is_at_least` where it beats all that were tried.

    >>> from engine.ratings.worth import Worth
    >>> Worth(num_raters=9.4, is_at_least=False).words, Worth(num_raters=20, is_at_least=True).words
    ('This model is worth about 9 raters.', 'This model is worth 20 raters or more.')
    """

    num_raters: float
    is_at_least: bool

    @property
    def words(self) -> str:
        """The number in a sentence."""
        if self.is_at_least:
            return f"This model is worth {counted(round(self.num_raters), 'rater')} or more."
        if self.num_raters < 0.5:
            return "This model is worth less than half a rater."
        return f"This model is worth about {counted(max(1, round(self.num_raters)), 'rater')}."


def crowd_curve(
    counts: npt.ArrayLike,
    predicted: npt.ArrayLike | None = None,
    *,
    num_raters: Sequence[int] = NUM_RATERS,
    num_repeats: int = 20,
    seed: int = 0,
) -> list[CrowdPoint]:
    """A point for each number of raters for which ten photos have a rating more; fewest first.

    `predicted` are a model's scores of the photos, (N,), on any scale. Raises UnusableRatings
    when there is no such number, or another number of scores than of photos.

    >>> import numpy as np
    >>> from engine.ratings.worth import crowd_curve
    >>> counts = np.repeat(np.eye(5)[[0, 1, 2, 3, 4]] * 4, 3, axis=0)  # people all agree
    >>> [round(p.srcc, 6) for p in crowd_curve(counts, num_raters=(1, 3), num_repeats=2)]
    [1.0, 1.0]
    """
    counts_NK = rating_counts(counts)
    scores_N = None if predicted is None else np.asarray(predicted, dtype=np.float64)
    if scores_N is not None and scores_N.shape != (len(counts_NK),):
        raise UnusableRatings(
            f"There are ratings of {counted(len(counts_NK))} and {scores_N.size} scores; give one "
            "score per photo."
        )
    random = np.random.default_rng(seed)
    points = []
    for number in sorted(num_raters):
        has_more_N = counts_NK.sum(1) > number
        if has_more_N.sum() >= _FEWEST_PHOTOS:
            scores = None if scores_N is None else scores_N[has_more_N]
            points.append(_point(counts_NK[has_more_N], scores, number, num_repeats, random))
    if not points:
        raise UnusableRatings(
            f"Fewer than {counted(_FEWEST_PHOTOS)} have two ratings, so people can't be compared "
            "with each other. Let a second person rate some photos."
        )
    return points


def raters_worth(points: Sequence[CrowdPoint]) -> Worth:
    """Where the model's agreement meets the crowd's; between two points along a straight line.

    The points must have the model's figures, as `crowd_curve` gives them for predictions.

    >>> from engine.ratings.worth import CrowdPoint, raters_worth
    >>> crowd = [(1, 0.6), (3, 0.8)]
    >>> points = [
    ...     CrowdPoint(num_raters=n, num_photos=50, srcc=s, plcc=s, model_srcc=0.7)
    ...     for n, s in crowd
    ... ]
    >>> round(raters_worth(points).num_raters, 6)
    2.0
    """
    before_number, before_lead = 0.0, None
    for point in points:
        if point.model_srcc is None:
            raise UnusableRatings("The points say nothing of a model; give its predictions.")
        if before_lead is None:
            before_lead = max(point.model_srcc, 0.0)  # of nobody, who has no agreement at all
        lead = point.model_srcc - point.srcc
        if lead < 0:
            step = before_lead / (before_lead - lead)
            number = before_number + step * (point.num_raters - before_number)
            return Worth(num_raters=number, is_at_least=False)
        before_number, before_lead = float(point.num_raters), lead
    return Worth(num_raters=before_number, is_at_least=True)


def _point(
    counts_NK: FloatArray,
    scores_N: FloatArray | None,
    number: int,
    num_repeats: int,
    random: np.random.Generator,
) -> CrowdPoint:
    figures = np.zeros((num_repeats, 3))
    for repeat in range(num_repeats):
        kept_NK, rest_NK = split_ratings(counts_NK, number, random)
        few_N = kept_NK @ CATEGORIES_K / kept_NK.sum(1)
        others_N = rest_NK @ CATEGORIES_K / rest_NK.sum(1)
        figures[repeat] = (
            _agreement(srcc, few_N, others_N),
            _agreement(plcc, few_N, others_N),
            0.0 if scores_N is None else _agreement(srcc, scores_N, others_N),
        )
    mean = figures.mean(0)
    return CrowdPoint(
        num_raters=number,
        num_photos=len(counts_NK),
        srcc=float(mean[0]),
        plcc=float(mean[1]),
        model_srcc=None if scores_N is None else float(mean[2]),
    )


def _agreement(measure: Measure, one_N: FloatArray, other_N: FloatArray) -> float:
    """The measure, and 0 where one side is all the same and so says nothing."""
    try:
        return measure(one_N, other_N)
    except UndefinedMeasure:
        return 0.0
