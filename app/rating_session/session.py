"""A rating session: who said what of which photo, in the order in which it was said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from engine.asking.consistency import Consistency, consistency_of

LEAST_STARS, MOST_STARS = 1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of one person; without stars they could not say."""

    photo: Path  # absolute
    rater: str
    stars: int | None
    took_ms: int = 0  # from when the photo could be seen
    given_ns: int = 0  # since the epoch

    def __post_init__(self) -> None:
        if self.stars is not None and not LEAST_STARS <= self.stars <= MOST_STARS:
            raise ValueError(f"An answer has {LEAST_STARS} to {MOST_STARS} stars.")
        if not self.rater.strip():
            raise ValueError("An answer has the name of who gave it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The answers of any number of people about the photos of a folder."""

    session_id: int
    folder: Path
    begun_ns: int
    answers: tuple[Answer, ...] = ()

    @property
    def raters(self) -> tuple[str, ...]:
        """Everybody who answered, in the order of their first answers."""
        return tuple(dict.fromkeys(answer.rater for answer in self.answers))

    def of(self, rater: str) -> tuple[Answer, ...]:
        """A person's answers, oldest first."""
        return tuple(answer for answer in self.answers if answer.rater == rater)

    def rated_by(self, rater: str) -> list[tuple[Path, int]]:
        """The photos that a person gave stars, oldest first; twice rated ones are there twice."""
        return [
            (answer.photo, answer.stars) for answer in self.of(rater) if answer.stars is not None
        ]

    def asked(self, rater: str) -> set[Path]:
        """The photos that a person was shown."""
        return {answer.photo for answer in self.of(rater)}

    def with_answer(self, answer: Answer) -> Self:
        """The session after one more answer."""
        return replace(self, answers=(*self.answers, answer))

    def without_last(self, rater: str) -> Self:
        """The session without a person's last answer; the same where there is none."""
        place = max(
            (place for place, answer in enumerate(self.answers) if answer.rater == rater),
            default=None,
        )
        if place is None:
            return self
        return replace(self, answers=self.answers[:place] + self.answers[place + 1 :])

    def consistency(self, rater: str) -> Consistency | None:
        """How far a person agrees with themselves; None before a photo was rated twice."""
        return _consistency(self.rated_by(rater))

    def mean_stars(self, raters: Sequence[str] | None = None) -> dict[Path, float]:
        """What each photo was given on average: by every person first, then over the people.

        `raters` are whose answers count; None is everybody's.
        """
        given: dict[Path, list[float]] = {}
        for rater in self.raters if raters is None else raters:
            own: dict[Path, list[int]] = {}
            for photo, stars in self.rated_by(rater):
                own.setdefault(photo, []).append(stars)
            for photo, twice in own.items():
                given.setdefault(photo, []).append(sum(twice) / len(twice))
        return {photo: sum(means) / len(means) for photo, means in given.items()}


def _consistency(rated: Sequence[tuple[Path, int]]) -> Consistency | None:
    firsts: dict[Path, int] = {}
    repeated: dict[Path, tuple[float, float]] = {}
    for photo, stars in rated:
        if photo not in firsts:
            firsts[photo] = stars
        elif photo not in repeated:
            repeated[photo] = (firsts[photo], stars)
    return consistency_of(list(repeated.values()), list(firsts.values()))
