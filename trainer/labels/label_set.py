"""A set of rated photos: what every reader of labels returns."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError

SPLIT_NAMES = ("train", "val", "test")


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
        alike: The number of the group of photos that look alike, which no drawn parts tear apart.
    """

    path: Path
    score: float
    reference: str | None = None
    split: str | None = None
    std: float | None = None
    counts: tuple[int, ...] | None = None
    alike: int | None = None

    def __post_init__(self) -> None:
        if self.split is not None and self.split not in SPLIT_NAMES:
            raise LabelError(
                f"{self.path.name} is in a part called {self.split!r}.",
                f"Use {', '.join(SPLIT_NAMES)}, or leave it empty.",
            )


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
        is_scale_inferred: The scale was told by the scores alone, so photos that are left out
            later must not have had a say in it.
    """

    name: str
    photos: tuple[LabelledPhoto, ...]
    range: LabelScale
    source: Path
    sha256: str
    notes: tuple[str, ...]
    columns: ColumnsTaken | None = field(default=None, compare=False)
    is_scale_inferred: bool = field(default=False, compare=False)


def sha256_of_files(paths: Sequence[Path]) -> str:
    """The SHA-256, in hex, of these files one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
