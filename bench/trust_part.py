"""The photos that the proof is measured on: a part of the labelled ones, and a list of some."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np

from bench.defect_planting import Pixels
from trainer.defects.material import Material, pixels_of

DELIBERATE = Path(__file__).parent / "data" / "deliberate.csv"
PartName = Literal["test", "validation"]
_BEST_TENTH = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the labelled photos, best first, with people's scores from 0 to 1."""

    name: PartName
    paths: tuple[Path, ...]
    scores_0_1: tuple[float, ...]

    @classmethod
    def of(cls, material: Material, name: PartName) -> Self:
        """The part of this name."""
        if name == "test":
            return cls(name=name, paths=material.test, scores_0_1=material.test_scores_0_1)
        return cls(name=name, paths=material.validation, scores_0_1=material.validation_scores_0_1)

    @property
    def num_best(self) -> int:
        """How many photos are in the best-rated tenth."""
        return max(1, round(_BEST_TENTH * len(self.paths)))

    def best(self, number: int) -> list[Pixels]:
        """So many photos, evenly from the best-rated quarter."""
        quarter = max(1, len(self.paths) // 4)
        chosen = np.unique(np.linspace(0, quarter - 1, min(number, quarter)).astype(int))
        return [pixels_of(self.paths[index]) for index in chosen]

    def spread(self, number: int) -> list[int]:
        """The places of so many photos, evenly over all scores."""
        every = len(self.paths)
        chosen = np.unique(np.linspace(0, every - 1, min(number, every)).astype(int))
        return [int(place) for place in chosen]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliberatePhoto:
    """A good photo that is soft, dark or foggy because somebody wanted it so."""

    image: str
    sort: str
    part: PartName


def deliberate_photos(table: Path) -> Iterator[DeliberatePhoto]:
    """The photos of the list, in its order. Raises ValueError for a part that is neither."""
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield DeliberatePhoto(
                image=row["image"],
                sort=row["sort"],
                part=_part_name(row["part"], f"{table}: {row['image']}"),
            )


def _part_name(text: str, where: str) -> PartName:
    if text == "test":
        return "test"
    if text == "validation":
        return "validation"
    raise ValueError(f"{where} is in the part {text!r}.")
