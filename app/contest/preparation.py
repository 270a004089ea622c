"""From a folder and some models to the pairs of a contest. Slow: for a thread or a command."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.catalog.score_memory import ScoreMemory
from app.contest.opponents import OpenOpponent, Opponent
from app.contest.prepared import (
    Contender,
    LeftOut,
    PreparationProgress,
    PreparedContest,
    Stage,
)
from app.errors import WrongUse
from app.rating.rate_photos import RatedPhoto, rate_photos
from engine.contest.common_scale import to_common_scale
from engine.contest.near_duplicates import NearDuplicate, near_duplicates, picture_hashes
from engine.contest.pairs import PairRules, choose_pairs
from engine.contest.pool import ContestPool, make_pool, without


@dataclass(slots=True)
class _Scored:
    """What one opponent said of every photo."""

    contender: Contender
    is_lower_better: bool
    scores: dict[Path, float]
    errors: dict[Path, str]


def prepare_contest(
    photos: Sequence[Path],
    sources: Sequence[str],
    rules: PairRules,
    *,
    open_opponent: OpenOpponent,
    catalog: Path | None,
    on_progress: Callable[[PreparationProgress], None],
    should_stop: Callable[[], bool],
) -> PreparedContest | None:
    """Rate the photos with every model, one after the other, and choose the pairs.

    What was rated before is taken from the catalog, what is rated is remembered there (None: no
    memory). Returns None when it was stopped. Raises WrongUse for models that can't be set against
    each other, ContestError for a pool that is too small, and what opening a model raises.
    """
    scored: list[_Scored] = []
    for source in sources:
        on_progress(
            PreparationProgress(stage=Stage.OPENING, subject=source, num_done=0, num_total=0)
        )
        one = _score(
            photos, open_opponent(source), catalog, on_progress=on_progress, should_stop=should_stop
        )
        if should_stop():
            return None
        if any(one.contender.model_id == other.contender.model_id for other in scored):
            raise WrongUse(
                f"{source} and {_twin(scored, one)} are the same model. Name models that differ."
            )
        scored.append(one)
    pool = make_pool(photos, _common_scores(photos, scored))
    duplicates = _find_duplicates(pool, on_progress=on_progress, should_stop=should_stop)
    if duplicates is None:
        return None
    pool = without(pool, {one.photo for one in duplicates})
    return PreparedContest(
        contenders=_labelled([one.contender for one in scored]),
        pool=pool,
        chosen=choose_pairs(pool, rules),
        rules=rules,
        unreadable=_unreadable(photos, scored),
        near_duplicates=tuple(duplicates),
    )


def _common_scores(
    photos: Sequence[Path], scored: Sequence[_Scored]
) -> dict[str, npt.NDArray[np.float64]]:
    return to_common_scale(
        {
            one.contender.model_id: [one.scores.get(photo, float("nan")) for photo in photos]
            for one in scored
        },
        calibrated={one.contender.model_id for one in scored if one.contender.is_calibrated},
        lower_is_better={one.contender.model_id for one in scored if one.is_lower_better},
    )


def _find_duplicates(
    pool: ContestPool,
    *,
    on_progress: Callable[[PreparationProgress], None],
    should_stop: Callable[[], bool],
) -> list[NearDuplicate] | None:
    hashes: dict[Path, bytes] = {}
    for number, (photo, value) in enumerate(picture_hashes(pool.photos), start=1):
        if value is not None:
            hashes[photo] = value
        on_progress(
            PreparationProgress(
                stage=Stage.COMPARING, subject="", num_done=number, num_total=len(pool.photos)
            )
        )
        if should_stop():
            return None
    return near_duplicates(pool, hashes)


def _score(
    photos: Sequence[Path],
    opponent: Opponent,
    catalog: Path | None,
    *,
    on_progress: Callable[[PreparationProgress], None],
    should_stop: Callable[[], bool],
) -> _Scored:
    scorer = opponent.scorer
    result = _Scored(
        contender=Contender(
            model_id=scorer.model_id,
            label=opponent.name,
            source=opponent.source,
            num_crops=scorer.num_crops,
            is_calibrated=opponent.is_calibrated,
        ),
        is_lower_better=opponent.is_lower_better,
        scores={},
        errors={},
    )

    def on_rated(photo: RatedPhoto) -> None:
        if photo.score_0_100 is not None:
            result.scores[photo.path] = photo.score_0_100
        else:
            result.errors[photo.path] = photo.error or "It could not be rated."
        on_progress(
            PreparationProgress(
                stage=Stage.RATING,
                subject=opponent.name,
                num_done=len(result.scores) + len(result.errors),
                num_total=len(photos),
            )
        )

    with ScoreMemory(catalog, model_id=scorer.model_id, num_crops=scorer.num_crops) as memory:
        rate_photos(
            photos, scorer=scorer, memory=memory, on_rated=on_rated, should_stop=should_stop
        )
    return result


def _twin(scored: Sequence[_Scored], one: _Scored) -> str:
    return next(
        other.contender.source
        for other in scored
        if other.contender.model_id == one.contender.model_id
    )


def _labelled(contenders: Sequence[Contender]) -> tuple[Contender, ...]:
    """Models that share a name, such as two runs with the same settings, are told by their ids."""
    names = [one.label for one in contenders]
    return tuple(
        Contender(
            model_id=one.model_id,
            label=one.label if names.count(one.label) == 1 else one.model_id,
            source=one.source,
            num_crops=one.num_crops,
            is_calibrated=one.is_calibrated,
        )
        for one in contenders
    )


def _unreadable(photos: Sequence[Path], scored: Sequence[_Scored]) -> tuple[LeftOut, ...]:
    reasons: dict[Path, str] = {}
    for one in scored:
        for path, reason in one.errors.items():
            reasons.setdefault(path, reason)
    return tuple(LeftOut(path=photo, reason=reasons[photo]) for photo in photos if photo in reasons)
