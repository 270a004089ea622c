"""Figures with the interval that other photos could have given, and the target they are held to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import stats

from engine.errors import UndefinedMeasure
from engine.measures.agreement import Figure
from engine.measures.bootstrap import interval
from engine.measures.correlation import srcc

_CONFIDENCE = 0.95
_LEAST_VALUES = 2  # one alone says nothing of how far others lie


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure of so many defects or photos, with its 95 % interval."""

    value: float
    low: float
    high: float
    num: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The least that a figure has to be, or the most."""

    bound: float
    is_most: bool = False

    def is_met_by(self, value: float) -> bool:
        """Whether a figure meets it."""
        return value <= self.bound if self.is_most else value >= self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measure of something: `of` is "" for all, else a kind, a size or a strength.

    `measured` is None where the measure is undefined, a correlation of equal values say. `unit` is
    "%" for shares, which are stored as 0 to 1.
    """

    measure: str
    measured: Measured | None
    sample: str
    of: str = ""
    unit: str = ""
    target: Target | None = None

    @property
    def key(self) -> str:
        """What the row is known by."""
        return f"{self.of}: {self.measure}" if self.of else self.measure

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.measured is not None and self.target.is_met_by(self.measured.value)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """A row that was stored."""
        entries = dict(values)
        measured, target = entries.pop("measured"), entries.pop("target")
        return cls(
            measured=None if measured is None else Measured(**measured),
            target=None if target is None else Target(**target),
            **entries,
        )


def share_of(values: Iterable[bool]) -> Measured | None:
    """The share that is true, with Wilson's interval; None of nothing."""
    kept = list(values)
    if not kept:
        return None
    found = stats.binomtest(sum(kept), len(kept)).proportion_ci(_CONFIDENCE, method="wilson")
    return Measured(
        value=sum(kept) / len(kept),
        low=max(0.0, float(found.low)),
        high=min(1.0, float(found.high)),
        num=len(kept),
    )


def mean_of(values: Sequence[float]) -> Measured | None:
    """The mean, with the percentile interval of redrawn values; None of fewer than two."""
    if len(values) < _LEAST_VALUES:
        return None
    kept = np.asarray(values, np.float64)
    return _redrawn(interval(_mean_of_first, kept, kept, confidence=_CONFIDENCE), len(kept))


def agreement_of(
    predicted: npt.NDArray[np.floating], rated: npt.NDArray[np.floating]
) -> Measured | None:
    """SRCC with the percentile interval of redrawn photos; None where it is undefined."""
    if len(predicted) < _LEAST_VALUES:
        return None
    try:
        found = interval(srcc, predicted, rated, confidence=_CONFIDENCE)
    except UndefinedMeasure:
        return None
    return _redrawn(found, len(predicted))


def _redrawn(found: Figure, num: int) -> Measured | None:
    if found.low is None or found.high is None:
        return None
    return Measured(value=found.value, low=found.low, high=found.high, num=num)


def _mean_of_first(
    first: npt.NDArray[np.floating[Any]], second: npt.NDArray[np.floating[Any]]
) -> float:
    return float(first.mean())
