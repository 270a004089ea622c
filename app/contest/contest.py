"""A contest as it stands: its models, its pairs, and what people have said so far."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.contest.prepared import Contender, PreparedContest
from engine.contest.levels import Level
from engine.contest.pairs import ContestPair, EmptyLevel, PairRules, photos_in
from engine.contest.verdicts import ShownPair, Verdict, arranged

Scores = Mapping[str, Mapping[Path, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Everything that its file holds. Changing it makes a new one.

    `shown` is in the order in which people see the pairs. `scores` are the common-scale scores of
    every model, by its id, for the photos of the pairs. `verdicts` are in the order given.
    """

    contest_id: str
    created: str  # ISO 8601, local time
    folder: Path
    rules: PairRules
    contenders: tuple[Contender, ...]
    num_photos: int
    num_unreadable: int
    num_near_duplicates: int
    levels: Mapping[str, tuple[Level, ...]]
    empty: tuple[EmptyLevel, ...]
    shown: tuple[ShownPair, ...]
    scores: Scores
    verdicts: tuple[Verdict, ...] = ()

    @property
    def models(self) -> tuple[str, ...]:
        """The ids of the models."""
        return tuple(one.model_id for one in self.contenders)

    @property
    def pairs(self) -> tuple[ContestPair, ...]:
        """The pairs in the order in which they are shown."""
        return tuple(one.pair for one in self.shown)

    @property
    def raters(self) -> tuple[str, ...]:
        """Everyone who has answered, in the order of their first answers."""
        return tuple(dict.fromkeys(verdict.rater for verdict in self.verdicts))

    def label(self, model_id: str) -> str:
        """The name that people know the model by."""
        return next(one.label for one in self.contenders if one.model_id == model_id)

    def num_answered(self, rater: str) -> int:
        """How many pairs this person has answered."""
        return sum(verdict.rater == rater for verdict in self.verdicts)

    def is_finished(self, rater: str) -> bool:
        """Whether this person has answered every pair."""
        return self.num_answered(rater) == len(self.shown)

    def next_pairs(self, rater: str, number: int = 1) -> list[ShownPair]:
        """The next pairs that this person has not answered."""
        answered = {verdict.pair_id for verdict in self.verdicts if verdict.rater == rater}
        waiting = [one for one in self.shown if one.pair.pair_id not in answered]
        return waiting[:number]

    def with_verdict(self, verdict: Verdict) -> "Contest":
        """With one more answer; an earlier one of the same person to the same pair gives way."""
        kept = tuple(
            one
            for one in self.verdicts
            if (one.pair_id, one.rater) != (verdict.pair_id, verdict.rater)
        )
        return replace(self, verdicts=(*kept, verdict))

    def without_last_verdict(self, rater: str) -> "Contest":
        """Without the latest answer of this person, if there is any."""
        for index in range(len(self.verdicts) - 1, -1, -1):
            if self.verdicts[index].rater == rater:
                return replace(self, verdicts=(*self.verdicts[:index], *self.verdicts[index + 1 :]))
        return self

    def with_more_pairs(self, prepared: PreparedContest) -> "Contest":
        """With the pairs of a larger choice that are not there yet, shown after all others."""
        known = {pair.pair_id for pair in self.pairs}
        added = [pair for pair in prepared.chosen.pairs if pair.pair_id not in known]
        new_scores = _scores(prepared, added)
        return replace(
            self,
            rules=prepared.rules,
            shown=(*self.shown, *arranged(added, seed=prepared.rules.seed + len(known))),
            scores={model: {**self.scores[model], **new_scores[model]} for model in self.models},
            empty=prepared.chosen.empty,
        )


def new_contest(folder: Path, prepared: PreparedContest) -> Contest:
    """A contest without answers."""
    now = datetime.now().astimezone()
    return Contest(
        contest_id=f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
        created=now.isoformat(timespec="seconds"),
        folder=folder,
        rules=prepared.rules,
        contenders=prepared.contenders,
        num_photos=len(prepared.pool.photos),
        num_unreadable=len(prepared.unreadable),
        num_near_duplicates=len(prepared.near_duplicates),
        levels=prepared.chosen.levels,
        empty=prepared.chosen.empty,
        shown=tuple(arranged(prepared.chosen.pairs, seed=prepared.rules.seed)),
        scores=_scores(prepared, prepared.chosen.pairs),
    )


def _scores(prepared: PreparedContest, pairs: Sequence[ContestPair]) -> Scores:
    places = {photo: index for index, photo in enumerate(prepared.pool.photos)}
    return {
        model: {photo: float(scores[places[photo]]) for photo in photos_in(pairs)}
        for model, scores in prepared.pool.scores.items()
    }
