"""The photographs to teach with, read from a folder of labels: which part each is in."""

# H W pixels, 3 red, green, blue

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from engine.photos.decode import read_photo
from trainer.distortion.defects import Pixels
from trainer.errors import TrainingError
from trainer.labels.csv_labels import read_csv_labels
from trainer.labels.label_set import LabelSet
from trainer.labels.split import split_labels

_PLANTED_SHARE = 0.4
_FLAWLESS_SHARE = 1 / 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Photos, best first in every part, and their scores from 0 to 1.

    Defects are planted in `good`, the best-rated of the training part; the first `num_flawless` of
    them are to be answered with "nothing here".
    """

    source: str
    train: tuple[Path, ...]
    train_scores_0_1: tuple[float, ...]
    validation: tuple[Path, ...]
    validation_scores_0_1: tuple[float, ...]
    test: tuple[Path, ...]
    test_scores_0_1: tuple[float, ...]
    sha256: str

    @property
    def good(self) -> tuple[Path, ...]:
        """The photos to plant defects in."""
        return self.train[: max(1, round(_PLANTED_SHARE * len(self.train)))]

    @property
    def num_flawless(self) -> int:
        """How many of the best to say "nothing here" of."""
        return max(1, round(_FLAWLESS_SHARE * len(self.train)))

    @classmethod
    def of_labels(cls, table: Path, *, seed: int = 0, held_out: str = "") -> Self:
        """The photos of a CSV, parted as training runs part them. Raises LabelError.

        With `held_out`, the photos whose file names begin so are the test part, all of them, and
        are in no other; the test photos of the other sources are in none.
        """
        labels = read_csv_labels(table)
        split = split_labels(labels, seed=seed)
        parts: dict[str, list[tuple[float, Path]]] = {}
        for name in ("train", "validation", "test"):
            numbers: Sequence[int] = getattr(split, name)
            if held_out:
                numbers = _without(labels, numbers, held_out, is_test=name == "test")
            scored = [
                (labels.range.to_0_100(labels.photos[index].score) / 100, labels.photos[index].path)
                for index in numbers
            ]
            scored.sort(key=lambda pair: (-pair[0], pair[1].as_posix()))
            parts[name] = scored
        paths = {name: tuple(path for _, path in scored) for name, scored in parts.items()}
        scores = {
            name: tuple(float(score) for score, _ in scored) for name, scored in parts.items()
        }
        return cls(
            source=labels.name,
            train=paths["train"],
            train_scores_0_1=scores["train"],
            validation=paths["validation"],
            validation_scores_0_1=scores["validation"],
            test=paths["test"],
            test_scores_0_1=scores["test"],
            sha256=labels.sha256,
        )


def _without(
    labels: LabelSet, numbers: Sequence[int], held_out: str, *, is_test: bool
) -> Sequence[int]:
    is_of = [photo.path.name.startswith(held_out) for photo in labels.photos]
    if not any(is_of) or all(is_of):
        raise TrainingError(
            f"{sum(is_of)} of {len(is_of)} photos have names that begin with {held_out!r}.",
            "Give the beginning of the names of one source.",
        )
    if is_test:
        return [index for index, is_one in enumerate(is_of) if is_one]
    return [index for index in numbers if not is_of[index]]


def pixels_of(path: Path, *, least_px: int = 0) -> Pixels:
    """The whole photo. Raises UnreadablePhoto."""
    photo_HW3 = read_photo(path).pixels_HW3
    if min(photo_HW3.shape[:2]) < least_px:
        raise ValueError(f"{path} is smaller than {least_px} pixels.")
    return np.ascontiguousarray(photo_HW3)
