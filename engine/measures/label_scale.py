"""The scale that people's ratings are on, and how it maps to 0-100 with higher = better."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.errors import NoLabelScale

# One score, or an array of them.
Scores = TypeVar("Scores", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScale:
    """From the lowest to the highest possible rating, and which of the two is the better one.

    Raises NoLabelScale where `low` is not below `high`.

    >>> from engine.measures.label_scale import LabelScale
    >>> stars = LabelScale(low=1.0, high=5.0, higher_is_better=True)
    >>> stars.to_0_100(4.0), stars.from_0_100(75.0)
    (75.0, 4.0)
    >>> LabelScale(low=1.0, high=5.0, higher_is_better=False).to_0_100(4.0)  # 1 is the best
    25.0
    """

    low: float
    high: float
    higher_is_better: bool

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise NoLabelScale(
                f"The labels range from {self.low:g} to {self.high:g}, which is no range. "
                "Give a lowest and a highest possible score, the lowest first."
            )

    def to_0_100(self, score: Scores) -> Scores:
        """Where a rating lies on 0-100, higher = better; straight, not clipped."""
        share = (score - self.low) / (self.high - self.low)
        return 100.0 * share if self.higher_is_better else 100.0 - 100.0 * share

    def from_0_100(self, mos_0_100: Scores) -> Scores:
        """The inverse of `to_0_100`: a 0-100 score in the units of the labels."""
        share = mos_0_100 / 100.0 if self.higher_is_better else 1.0 - mos_0_100 / 100.0
        return self.low + (self.high - self.low) * share

    def to_json(self) -> dict[str, float | bool]:
        """A plain dict for model files and run folders."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        """The scale that `to_json` wrote; raises NoLabelScale for anything else."""
        entries = dict(stored)
        low, high, up = (entries.pop(key, None) for key in ("low", "high", "higher_is_better"))
        if entries or not (_is_number(low) and _is_number(high) and isinstance(up, bool)):
            raise NoLabelScale(
                f"This is no scale of labels: {dict(stored)!r}. "
                "It needs the numbers low and high, and higher_is_better as true or false."
            )
        return cls(low=float(str(low)), high=float(str(high)), higher_is_better=up)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
