"""A look at how well a head of one's own does with the ratings so far. Loads PyTorch: for jobs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.contest.contest import Contest
from app.rating_session.knowledge import Knowledge, ReadsFeatures
from app.rating_session.points import SessionPoints, points_of
from app.rating_session.session import Session
from engine.personal.fit_head import fit_head
from engine.personal.folds import groups_of
from engine.personal.judge_head import judge_head
from engine.personal.report import PersonalReport
from engine.photos.likeness import photo_looks

_NUM_READ_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the ratings so far have taught.

    `unreadable` were rated, but their features can't be read.
    """

    report: PersonalReport
    points: SessionPoints
    unreadable: tuple[Path, ...] = ()


def learn(
    knowledge: Knowledge,
    session: Session,
    *,
    contests: Sequence[Contest],
    read: ReadsFeatures,
    should_stop: Callable[[], bool],
) -> Learned | None:
    """Judge a ridge regression on the ratings, and note how unsure it is of every photo.

    The other kinds of head are tried when the model is made. None if stopped. Raises TooFewLabels.
    """
    points = points_of(session, contests=contests, scores=knowledge.scores)
    for photos in _pieces([path for path in points.points if path not in knowledge.features]):
        if should_stop():
            return None
        knowledge.learn_features(photos, read(photos, should_stop=should_stop))
    if should_stop():
        return None
    paths = [path for path in points.points if path in knowledge.features]
    features_NF = np.stack([knowledge.features[path] for path in paths]) if paths else _NOTHING
    points_N = np.array([points.points[path] for path in paths])
    groups_N = groups_of(list(photo_looks(paths)))  # frames of a burst are never parted
    try:
        report = judge_head(
            features_NF, points_N, groups_N, kinds=("ridge",), should_stop=should_stop
        )
    except InterruptedError:
        return None
    head = fit_head(features_NF, points_N, kind="ridge")
    known = list(knowledge.features)
    doubts = head.spread(np.stack([knowledge.features[path] for path in known]))
    knowledge.learn_doubt(dict(zip(known, doubts.tolist(), strict=True)), learned_from=paths)
    lost = tuple(sorted(points.points.keys() - set(paths)))
    return Learned(report=report, points=points, unreadable=lost)


_NOTHING = np.empty((0, 1), dtype=np.float32)


def _pieces(photos: Sequence[Path]) -> list[Sequence[Path]]:
    return [
        photos[start : start + _NUM_READ_AT_ONCE]
        for start in range(0, len(photos), _NUM_READ_AT_ONCE)
    ]
