"""Labelled photos brought together with what the model says about them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.counted import counted
from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels.label_set import LabelledPhoto, LabelSet

ALL = "all"


class Rated(Protocol):
    """The part of a rating that is compared with labels."""

    @property
    def score_0_100(self) -> float | None:
        """The score; None for a photo that could not be rated."""

    @property
    def error(self) -> str | None:
        """Why it could not be."""


@dataclass(frozen=True, slots=True)
class LabelledScores:
    """Photos with a label and a score each, both 0-100 and higher is better, in label order."""

    paths: list[Path]
    predicted: list[float]
    rated: list[float]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A labelled photo that the figures do not count, and why."""

    path: Path
    reason: str


def chosen_part(labels: LabelSet, wanted: str | None) -> str:
    """The part to measure on: the one asked for, else the test part, else all photos."""
    has_test = any(photo.split == "test" for photo in labels.photos)
    if wanted is None:
        return "test" if has_test else ALL
    if wanted != ALL and not photos_of(labels, wanted):
        raise LabelError(
            f"{labels.source} has no photos in a part called {wanted}.",
            'Name the parts in a column "split", or measure on all photos, the part "all".',
        )
    return wanted


def photos_of(labels: LabelSet, part: str) -> list[LabelledPhoto]:
    """The photos of a part, in the order of the labels."""
    return [photo for photo in labels.photos if part in (ALL, photo.split)]


def may_be_readable(photo: LabelledPhoto, rated: Mapping[Path, Rated]) -> bool:
    """Whether nothing is known against the photo: it is there, and rating it did not fail."""
    result = rated.get(photo.path)
    return photo.path.is_file() if result is None else result.score_0_100 is not None


def require_photos(photos: Sequence[LabelledPhoto], source: Path) -> None:
    """Raise LabelError now if not one of the photos is there to be rated."""
    if not photos or any(photo.path.is_file() for photo in photos):
        return
    folder = source if source.is_dir() else source.parent
    raise LabelError(
        f"The one photo, {photos[0].path}, is not there."
        if len(photos) == 1
        else f"None of the {counted(len(photos))} is there, such as {photos[0].path}.",
        f"Names are looked up from {folder}; put the photos there or correct the names in the"
        " labels.",
    )


def require_scores(scores: LabelledScores, left_out: Sequence[LeftOut]) -> None:
    """Raise LabelError if no photo can be measured, with the reason of the first."""
    if scores.paths or not left_out:
        return
    first = left_out[0]
    raise LabelError(
        "The one photo could not be measured."
        if len(left_out) == 1
        else f"None of the {counted(len(left_out))} could be measured.",
        f"The first is {first.path}: {first.reason}",
    )


def photos_for_map(labels: LabelSet, part: str) -> list[LabelledPhoto]:
    """Photos that are not measured themselves, for a score map that does not flatter."""
    return [] if part in ("val", ALL) else photos_of(labels, "val")


def overlap_warnings(part: str, *, knows_labels: bool) -> tuple[str, ...]:
    """What to say of a model on this part, which may have been trained on these very labels."""
    if part in ("train", ALL) and knows_labels:
        return (
            "the model was trained on photos of this very file; on those it looks better than"
            " it is. Measure on its test part.",
        )
    return ()


def bring_together(
    photos: Sequence[LabelledPhoto], scale: LabelScale, rated: Mapping[Path, Rated]
) -> tuple[LabelledScores, list[LeftOut]]:
    """Labels and scores side by side, and the photos that lack one of them."""
    scores = LabelledScores([], [], [])
    left_out = []
    for photo in photos:
        result = rated[photo.path]
        if not math.isfinite(photo.score):
            left_out.append(LeftOut(photo.path, "The label is not a number."))
        elif result.score_0_100 is None:
            left_out.append(LeftOut(photo.path, result.error or "It could not be rated."))
        else:
            scores.paths.append(photo.path)
            scores.predicted.append(result.score_0_100)
            scores.rated.append(float(scale.to_0_100(photo.score)))
    return scores, left_out
