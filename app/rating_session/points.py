"""What a session's photos are worth in points from 0 to 100, contests' answers included.

Stars are brought to points by their scale: one star is 0, five are 100. A contest's answer says how
far apart two photos lie, and pulls at both (`engine/contest/verdict_labels.py`), from where their
stars put them; a photo without stars begins where the model in use puts it, brought to the stars by
mean and spread. So stars and pairs make one scale.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.contest.contest import Contest
from app.rating_session.session import LEAST_STARS, MOST_STARS, Session
from engine.contest.verdict_labels import labels_from_verdicts
from engine.contest.verdicts import Judgement, judgements
from engine.errors import ContestError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPoints:
    """The photos to learn from, with their points, and what they came from.

    `missing` were rated but are no longer where they were; their answers are kept.
    """

    points: Mapping[Path, float] = field(default_factory=dict)
    num_stars: int = 0  # photos that were given stars
    num_pairs: int = 0  # answers of contests
    missing: tuple[Path, ...] = ()

    @property
    def num_labels(self) -> int:
        """How many photos have points."""
        return len(self.points)


def points_of(
    session: Session,
    *,
    raters: Sequence[str] | None = None,
    contests: Sequence[Contest] = (),
    scores: Mapping[Path, float] | None = None,
) -> SessionPoints:
    """The session's labels; looks whether the photos are there, so for a thread.

    `raters` are whose stars and answers count, None is everybody's. `scores` are those of the model
    in use, from 0 to 100, where they are known. Answers about photos of other folders don't count.
    """
    by_stars = {
        photo: 100 * (stars - LEAST_STARS) / (MOST_STARS - LEAST_STARS)
        for photo, stars in session.mean_stars(raters).items()
    }
    there = {photo: points for photo, points in by_stars.items() if photo.is_file()}
    missing = tuple(sorted(by_stars.keys() - there.keys()))
    known = _priors(there, scores or {})
    judged = [
        one
        for contest in contests
        for one in _judged(contest)
        if (raters is None or one.rater in raters) and _is_known(one, known)
    ]
    if not judged:
        return SessionPoints(points=there, num_stars=len(there), missing=missing)
    pulled = labels_from_verdicts({"before": known}, judged)
    return SessionPoints(
        points={**there, **{label.photo: label.score for label in pulled}},
        num_stars=len(there),
        num_pairs=len(judged),
        missing=missing,
    )


def _priors(points: Mapping[Path, float], scores: Mapping[Path, float]) -> dict[Path, float]:
    """Points of every photo before any pair: its own, or the model's brought to their scale."""
    both = [photo for photo in points if photo in scores]
    shift, factor = 0.0, 1.0
    if len(both) > 1:
        mine, models = (np.array([values[photo] for photo in both]) for values in (points, scores))
        factor = float(mine.std() / models.std()) if models.std() > 0 else 1.0
        shift = float(mine.mean() - factor * models.mean())
    others = {
        photo: float(np.clip(shift + factor * score, 0, 100)) for photo, score in scores.items()
    }
    return {**others, **points}


def _judged(contest: Contest) -> list[Judgement]:
    try:
        return judgements(contest.shown, contest.verdicts)
    except ContestError as error:
        _log.warning("The answers of a contest of %s are left out: %s", contest.created, error)
        return []


def _is_known(one: Judgement, known: Mapping[Path, float]) -> bool:
    return all(photo in known and photo.is_file() for photo in (one.pair.high, one.pair.low))
