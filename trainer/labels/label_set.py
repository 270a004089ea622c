"""A set of rated photos: what every reader of labels returns."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from trainer.errors import LabelError

SPLIT_NAMES = ("train", "val", "test")

# One score, or an array of them.
Scores = TypeVar("Scores", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPhoto:
    """One photo and what people thought of it.

    Attributes:
        path: Where the photo is, or where it should be if it is missing.
        score: As written in the source; NaN where the source holds no number.
        reference: The scene or original the photo was made from; photos that share one are never
            torn apart.
        split: "train", "val" or "test" where the source decides it.
        std: Standard deviation of the ratings, in the source's units.
        counts: How many people gave the ratings 1 to K.
    """

    path: Path
    score: float
    reference: str | None = None
    split: str | None = None
    std: float | None = None
    counts: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.split is not None and self.split not in SPLIT_NAMES:
            raise LabelError(
                f"{self.path.name} is in a part called {self.split!r}.",
                f"Use {', '.join(SPLIT_NAMES)}, or leave it empty.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRange:
    """The scale of a set's scores, and how it maps to 0-100 with higher = better."""

    low: float
    high: float
    higher_is_better: bool

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise LabelError(
                f"A score range from {self.low:g} to {self.high:g} is not a range.",
                "Give a lowest and a highest possible score, the lowest first.",
            )

    def to_0_100(self, score: Scores) -> Scores:
        """Where a score of the source lies on 0-100, higher = better; straight, not clipped."""
        share = (score - self.low) / (self.high - self.low)
        return 100.0 * share if self.higher_is_better else 100.0 - 100.0 * share

    def from_0_100(self, mos_0_100: Scores) -> Scores:
        """The inverse of `to_0_100`: a 0-100 score in the units of the source."""
        share = mos_0_100 / 100.0 if self.higher_is_better else 1.0 - mos_0_100 / 100.0
        return self.low + (self.high - self.low) * share

    def to_json(self) -> dict[str, float | bool]:
        """A plain dict for model files and run folders."""
        return {"low": self.low, "high": self.high, "higher_is_better": self.higher_is_better}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "LabelRange":
        """The range that `to_json` wrote."""
        low, high, up = (data.get(key) for key in ("low", "high", "higher_is_better"))
        if not (_is_number(low) and _is_number(high) and isinstance(up, bool)):
            raise LabelError(
                f"This is not a score range: {dict(data)!r}.",
                "It needs the numbers low and high, and higher_is_better as true or false.",
            )
        return cls(low=float(str(low)), high=float(str(high)), higher_is_better=up)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsTaken:
    """The header of a table, and which of its columns were taken for what; None: none was."""

    header: tuple[str, ...]
    image: int
    score: int | None
    reference: int | None
    split: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSet:
    """Rated photos from one source.

    Attributes:
        name: What people call the set.
        photos: In the order of the source.
        range: The scale of the scores.
        source: The file or folder that was named.
        sha256: Of the label file, or of the label files one after the other, in hex.
        notes: What was decided while reading, such as which columns were taken; one sentence each.
        columns: Of a table with a header, which columns were taken.
    """

    name: str
    photos: tuple[LabelledPhoto, ...]
    range: LabelRange
    source: Path
    sha256: str
    notes: tuple[str, ...]
    columns: ColumnsTaken | None = field(default=None, compare=False)


def sha256_of_files(paths: Sequence[Path]) -> str:
    """The SHA-256, in hex, of these files one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
