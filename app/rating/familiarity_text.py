"""What an uncertainty is, and why a photo is like none that a model learned from, in words."""

from typing import Protocol

from engine.certainty.familiarity import Familiarity, Odd

FARTHER = "its features are {distance:.1f} times as far from the training photos as 99 in 100 are"
ODD_WORDS: dict[Odd, str] = {
    "darker": "darker than 99 in 100 of them",
    "brighter": "brighter than 99 in 100 of them",
    "flatter": "less contrast than in 99 of 100 of them",
    "greyer": "less colour than in 99 of 100 of them",
    "more_colourful": "more colour than in 99 of 100 of them",
    "smaller": "smaller than 99 in 100 of them",
    "longer": "a longer shape than 99 in 100 of them",
}


class _Rated(Protocol):
    @property
    def score_0_100(self) -> float | None: ...

    @property
    def familiarity(self) -> Familiarity | None: ...


def uncertainty_is(photo: _Rated) -> str | None:
    """What the uncertainty is: an interval, or the spread over crops; None for unrated photos."""
    if photo.score_0_100 is None:
        return None
    return "spread" if photo.familiarity is None else "interval"


def unlike_text(familiarity: Familiarity | None) -> str | None:
    """What is unlike about a photo that is unlike the training photos; None for all others."""
    if familiarity is None or not familiarity.is_unlike:
        return None
    words = [ODD_WORDS[one] for one in familiarity.odd]
    return "; ".join([FARTHER.format(distance=familiarity.distance), *words])
