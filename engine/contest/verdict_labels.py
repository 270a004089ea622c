"""From verdicts to labels: what the judged photos should be rated, given what people said.

Before the answers, a photo is taken to be as good as the models say on average, give or take
PRIOR_SD points. An answer says that the two photos of a pair lie so many points apart, give or take
ANSWER_SD. Both are Gaussians, so that the most likely qualities are the solution of one linear
system, and their uncertainties are its inverse's diagonal.
"""

# P photos

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.contest.verdicts import Judgement
from engine.errors import ContestError

PRIOR_SD = 15.0  # points
ANSWER_SD = 10.0  # points
POINTS_PER_CONFIDENCE = 0.4  # "far better" (100) is 40 points apart


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoLabel:
    """A judged photo with its quality from 0 to 100 and the standard deviation of it.

    >>> from pathlib import Path
    >>> from engine.contest.verdict_labels import PRIOR_SD, PhotoLabel
    >>> label = PhotoLabel(photo=Path("a.jpg"), score=66.4, std=11.5)
    >>> label.std < PRIOR_SD  # the answers have said something
    True
    """

    photo: Path
    score: float
    std: float


def labels_from_verdicts(
    scores: Mapping[str, Mapping[Path, float]], judged: Sequence[Judgement]
) -> list[PhotoLabel]:
    """A label for every photo of a judged pair, random pairs too, sorted by path.

    `scores` holds every model's scores from 0 to 100. The order of the answers has no influence.
    Raises ContestError without an answer.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.verdict_labels import labels_from_verdicts
    >>> from engine.contest.verdicts import Judgement
    >>> a, b = Path("a.jpg"), Path("b.jpg")
    >>> pool = make_pool([a, b], {"one": [50, 50], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]  # b is high
    >>> judged = [Judgement(pair=pair, rater="ann", preference=100.0)]  # 40 points apart
    >>> labels = labels_from_verdicts({"one": {a: 50.0, b: 50.0}}, judged)
    >>> [round(label.score, 2) for label in labels]  # 50 -+ 40 * 15**2 / (2 * 15**2 + 10**2)
    [33.64, 66.36]
    """
    photos = sorted({photo for one in judged for photo in (one.pair.high, one.pair.low)})
    if not photos:
        raise ContestError("Nothing has been judged yet, so there is nothing to learn from.")
    rows = {photo: row for row, photo in enumerate(photos)}
    prior_P = np.array([np.mean([known[photo] for known in scores.values()]) for photo in photos])
    precision_PP = np.eye(len(photos)) / PRIOR_SD**2
    pull_P = prior_P / PRIOR_SD**2
    for one in sorted(judged, key=lambda one: (one.pair.pair_id, one.rater)):
        direction_P = np.zeros(len(photos))
        direction_P[rows[one.pair.high]], direction_P[rows[one.pair.low]] = 1.0, -1.0
        precision_PP += np.outer(direction_P, direction_P) / ANSWER_SD**2
        pull_P += direction_P * one.preference * POINTS_PER_CONFIDENCE / ANSWER_SD**2
    covariance_PP = np.linalg.inv(precision_PP)
    quality_P = np.clip(covariance_PP @ pull_P, 0.0, 100.0)
    return [
        PhotoLabel(
            photo=photo,
            score=float(quality_P[row]),
            std=float(np.sqrt(covariance_PP[row, row])),
        )
        for photo, row in rows.items()
    ]
