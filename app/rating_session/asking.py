"""Which photo a person is shown next: repeats when they fall due, else the queue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from app.rating_session.session import Session
from engine.asking.repeats import due_repeat

LOOK_EVERY = 25
"""After so many ratings the model is fitted again."""

QUEUE_LENGTH = 12
"""So many photos are chosen at a time, the head's doubt being what it was then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One person in a session, and the photos that they will be shown next.

    Changing it makes a new one. `unreadable` are photos that could not be shown.
    """

    session: Session
    rater: str
    queue: tuple[Path, ...] = ()
    unreadable: frozenset[Path] = field(default_factory=frozenset)

    @property
    def num_ratings(self) -> int:
        """How many ratings this person gave, repeats among them."""
        return len(self.session.rated_by(self.rater))

    @property
    def until_look(self) -> int:
        """How many ratings of all people together are left until the model is fitted again."""
        return LOOK_EVERY - self._num_of_all % LOOK_EVERY

    @property
    def is_look_due(self) -> bool:
        """Whether the last rating completed another LOOK_EVERY."""
        return self._num_of_all > 0 and self._num_of_all % LOOK_EVERY == 0

    @property
    def can_undo(self) -> bool:
        """Whether there is an answer to take back."""
        return bool(self.session.of(self.rater))

    @property
    def left(self) -> tuple[Path, ...]:
        """The photos of the queue that were not shown yet."""
        gone = self.session.asked(self.rater) | self.unreadable
        return tuple(photo for photo in self.queue if photo not in gone)

    def next_photos(self, number: int = 1) -> list[Path]:
        """The photos to show now and then, as far as the queue goes."""
        rated = [
            (photo, stars)
            for photo, stars in self.session.rated_by(self.rater)
            if photo not in self.unreadable
        ]
        again = due_repeat(rated)
        found = [*([] if again is None else [again]), *self.left]
        return found[:number]

    def with_queue(self, photos: Sequence[Path]) -> Self:
        """With other photos to come."""
        return replace(self, queue=tuple(photos))

    def with_session(self, session: Session) -> Self:
        """After an answer or its undoing."""
        return replace(self, session=session)

    def undone(self) -> Self:
        """Without the last answer; its photo is the next to be shown, unless it was a repeat."""
        answers = self.session.of(self.rater)
        if not answers:
            return self
        session, photo = self.session.without_last(self.rater), answers[-1].photo
        front = () if photo in session.asked(self.rater) else (photo,)
        rest = (other for other in self.queue if other != photo)
        return replace(self, session=session, queue=(*front, *rest))

    def without(self, photo: Path) -> Self:
        """Leaving out a photo that can't be shown."""
        return replace(self, unreadable=self.unreadable | {photo})

    def not_to_be_asked(self, photos: Iterable[Path]) -> list[int]:
        """The places of those of `photos` that this person has seen or that can't be shown."""
        gone = self.session.asked(self.rater) | self.unreadable
        return [place for place, photo in enumerate(photos) if photo in gone]

    @property
    def _num_of_all(self) -> int:
        return sum(answer.stars is not None for answer in self.session.answers)
