"""What the parts of a split look like, and whether anything leaks between them."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.config import SplitConfig
from trainer.labels.label_set import LabelSet
from trainer.labels.split import split_as_configured


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReview:
    """One part: how many photos and references it has, and how their scores are spread.

    Without photos, as where there is no validation part, the mean is NaN.
    """

    name: str
    num_photos: int
    num_groups: int  # references; 0 where photos have none
    counts: npt.NDArray[np.int64]
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReview:
    """The three parts of the first repeat, and what is in two of them.

    Attributes:
        how: How the parts were drawn, in words.
        parts: Training, validation and test.
        edges: Of the histograms, in label units.
        leaks: References that are in two parts.
        num_alike: How many photos look like another one.
        num_alike_apart: How many of those have their like in another part.
        has_given_parts: The labels name parts.
    """

    how: str
    parts: tuple[PartReview, PartReview, PartReview]
    edges: npt.NDArray[np.float64]
    leaks: tuple[str, ...]
    num_alike: int
    num_alike_apart: int
    has_given_parts: bool


def review_split(labels: LabelSet, config: SplitConfig) -> SplitReview:
    """Part the labels as the run's first repeat will. Raises TrainingError where it can't be."""
    split = split_as_configured(labels, config)
    edges = np.linspace(labels.range.low, labels.range.high, 21)
    members = {"train": split.train, "validation": split.validation, "test": split.test}
    groups = {
        name: {labels.photos[index].reference for index in indices} - {None}
        for name, indices in members.items()
    }
    seen = Counter(group for part in groups.values() for group in part)
    train, validation, test = (
        _part(labels, name, indices, len(groups[name]), edges) for name, indices in members.items()
    )
    return SplitReview(
        how=split.how,
        parts=(train, validation, test),
        edges=edges,
        leaks=tuple(sorted(str(group) for group, count in seen.items() if count > 1)),
        num_alike=sum(photo.alike is not None for photo in labels.photos),
        num_alike_apart=_num_alike_apart(labels, members.values()),
        has_given_parts=any(photo.split for photo in labels.photos),
    )


def _num_alike_apart(labels: LabelSet, parts: Iterable[Sequence[int]]) -> int:
    """How many photos are in a group of photos that look alike that is torn apart."""
    counts = [Counter(labels.photos[index].alike for index in part) for part in parts]
    total = sum(counts, Counter[int | None]())
    total.pop(None, None)
    return sum(num for group, num in total.items() if all(num > one[group] for one in counts))


def _part(
    labels: LabelSet,
    name: str,
    indices: tuple[int, ...],
    num_groups: int,
    edges: npt.NDArray[np.float64],
) -> PartReview:
    scores = np.array([labels.photos[index].score for index in indices], np.float64)
    return PartReview(
        name=name,
        num_photos=len(indices),
        num_groups=num_groups,
        counts=np.histogram(scores, bins=edges)[0],
        mean=float(scores.mean()) if indices else math.nan,
    )
