"""What is known of a session's photos, and which of them to ask about. Kept between questions."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.rating_session.asking import QUEUE_LENGTH, Asking
from engine.asking.photo_choice import choose_photos

MOST_CANDIDATES = 1000
"""Of more photos than these, so many are looked at; their features take the time."""

_FEWEST_FEATURES = 60  # photos with features from which on these decide, and not the scores

Features = npt.NDArray[np.float32]


class ReadsFeatures(Protocol):
    """Reads what a model makes of photos."""

    def __call__(
        self, photos: Sequence[Path], *, should_stop: Callable[[], bool]
    ) -> Mapping[Path, Features]:
        """The features (F + 1,) of each photo that can be read; the score is the last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPhoto:
    """A photo that can be asked about, and its score by the model in use where that is known."""

    path: Path
    score_0_100: float | None = None


class Knowledge:
    """Grows as photos are read and heads are fitted. Used by one thread at a time."""

    def __init__(self, photos: Sequence[SessionPhoto]) -> None:
        self.candidates = _candidates(photos)
        self.scores = {
            photo.path: photo.score_0_100 for photo in photos if photo.score_0_100 is not None
        }
        self.features: dict[Path, Features] = {}
        self._doubt: dict[Path, float] = {}
        self._learned_from: frozenset[Path] = frozenset()

    @property
    def goes_by_features(self) -> bool:
        """Whether enough photos were read for features to say how unlike photos are."""
        num_read = sum(path in self.features for path in self.candidates)
        return num_read >= min(_FEWEST_FEATURES, len(self.candidates))

    def unread(self, number: int) -> list[Path]:
        """The next candidates without features, at most so many."""
        return [path for path in self.candidates if path not in self.features][:number]

    def learn_features(self, asked: Sequence[Path], read: Mapping[Path, Features]) -> None:
        """Take over what was read; a photo that was asked for and is not there can't be read."""
        self.features.update(read)
        lost = set(asked) - set(read)
        self.candidates = tuple(path for path in self.candidates if path not in lost)

    def learn_doubt(self, doubt: Mapping[Path, float], *, learned_from: Iterable[Path]) -> None:
        """Take over how unsure a head is of each photo, and what it has learned from."""
        self._doubt, self._learned_from = dict(doubt), frozenset(learned_from)

    def choose(self, asking: Asking, *, number: int = QUEUE_LENGTH) -> list[Path]:
        """The photos to ask this person about next, in their order.

        Features say how unlike photos are; before enough of them are read, the scores do.
        """
        is_enough = self.goes_by_features
        read = [path for path in self.candidates if path in self.features]
        paths = read if is_enough else list(self.candidates)
        if not paths:
            return []
        known_NF: npt.NDArray[np.floating]
        if is_enough:
            known_NF = np.stack([self.features[path] for path in paths])
        else:
            known = [self.scores.get(path) for path in paths]
            usual = float(np.mean([score for score in known if score is not None] or [0.0]))
            known_NF = np.array([[usual if score is None else score] for score in known])
        doubt, learned_from = self._doubt, self._learned_from
        doubts = [doubt[path] for path in paths] if set(paths) <= doubt.keys() else None
        taken = asking.not_to_be_asked(paths)
        rows = choose_photos(
            known_NF,
            num=number,
            taken=taken,
            apart_from=None if doubts is None else _others(paths, taken, learned_from),
            doubt_N=doubts,
        )
        chosen = [paths[row] for row in rows]
        return [*chosen, *self._unread_for(asking, chosen)][:number]

    def _unread_for(self, asking: Asking, chosen: Sequence[Path]) -> list[Path]:
        """What can be asked about where what was read is used up."""
        rest = [path for path in self.candidates if path not in set(chosen)]
        gone = set(asking.not_to_be_asked(rest))
        return [path for place, path in enumerate(rest) if place not in gone]


def _others(paths: Sequence[Path], taken: Sequence[int], known: Container[Path]) -> list[int]:
    """What was rated after the head was fitted."""
    return [row for row in taken if paths[row] not in known]


def _candidates(photos: Sequence[SessionPhoto]) -> tuple[Path, ...]:
    """At most MOST_CANDIDATES, evenly over the scores; those without one by their names."""
    by_score = sorted(
        photos, key=lambda one: (one.score_0_100 is None, one.score_0_100 or 0.0, one.path)
    )
    if len(by_score) > MOST_CANDIDATES:
        places = np.linspace(0, len(by_score) - 1, MOST_CANDIDATES).round().astype(int)
        by_score = [by_score[place] for place in places.tolist()]
    # In an order that is spread over the scores as well, so that the first read are too.
    order = np.random.default_rng(0).permutation(len(by_score))
    return tuple(by_score[place].path for place in order.tolist())
