"""Whether a photo is like those that a model learned from, and if not, what is unlike about it."""

# This does not load NumPy: what is remembered of photos is read before anything is rated.

import json
import math
from dataclasses import dataclass
from typing import Literal, Self, get_args

Odd = Literal["darker", "brighter", "flatter", "greyer", "more_colourful", "smaller", "longer"]
"""What a photo is more than 99 in 100 of the training photos are."""

FARTHEST = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Familiarity:
    """How far a photo's features are from the training photos', and what about it is odd.

    `distance` is 1 for the farthest of a hundred photos like the training photos. `odd` is what can
    be said in words; of a photo that is far it may be empty.

    >>> from engine.certainty.familiarity import Familiarity
    >>> Familiarity(distance=0.7).is_unlike, Familiarity(distance=1.4, odd=("darker",)).is_unlike
    (False, True)
    """

    distance: float
    odd: tuple[Odd, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.distance <= FARTHEST:
            raise ValueError(f"The distance is {self.distance}; it must be 0 to {FARTHEST:g}.")
        if unknown := set(self.odd) - set(get_args(Odd)):
            raise ValueError(f"Nothing is called {', '.join(sorted(unknown))} here.")

    @property
    def is_unlike(self) -> bool:
        """Whether the photo is farther than 99 in 100 photos like the training photos."""
        return self.distance > 1

    def to_text(self) -> str:
        """As it is remembered.

        >>> from engine.certainty.familiarity import Familiarity
        >>> Familiarity(distance=1.5, odd=("darker",)).to_text()
        '{"distance": 1.5, "odd": ["darker"]}'
        """
        return json.dumps({"distance": self.distance, "odd": list(self.odd)})

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What `to_text` wrote. Raises ValueError for anything else.

        >>> from engine.certainty.familiarity import Familiarity
        >>> Familiarity.from_text('{"distance": 1.5, "odd": ["darker"]}').odd
        ('darker',)
        """
        values = json.loads(text)
        if not isinstance(values, dict) or set(values) != {"distance", "odd"}:
            raise ValueError("This is no distance and what is odd.")
        distance, odd = values["distance"], values["odd"]
        is_number = isinstance(distance, int | float) and not isinstance(distance, bool)
        if not is_number or not math.isfinite(distance) or not isinstance(odd, list):
            raise ValueError("This is no distance and what is odd.")
        if not all(isinstance(one, str) for one in odd):
            raise ValueError("This is no distance and what is odd.")
        return cls(distance=float(distance), odd=tuple(odd))
