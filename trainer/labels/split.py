"""Cutting a label set into a training, a validation and a test part."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.counted import counted
from trainer.config import SplitConfig
from trainer.errors import LabelError, TrainingError
from trainer.labels.label_set import LabelSet

_MAX_BINS = 10
_MIN_UNITS_PER_BIN = 10
# Units no larger than a 50th of the set can be drawn by score and still hit the fractions.
_SMALL_UNITS_IN_A_SET = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Indices into `LabelSet.photos`, each in at most one part, and how they were chosen."""

    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]
    how: str

    def to_json(self) -> dict[str, object]:
        """A plain dict for the run folder."""
        return {
            "how": self.how,
            "train": list(self.train),
            "validation": list(self.validation),
            "test": list(self.test),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Split":
        """The split that `to_json` wrote."""
        parts = {name: _indices(data.get(name)) for name in ("train", "validation", "test")}
        everything = [index for part in parts.values() for index in part]
        if len(set(everything)) != len(everything):
            raise TrainingError(
                "The split has a photo in two parts.", "Delete split.json and start the run anew."
            )
        return cls(how=str(data.get("how", "")), **parts)


def split_as_configured(labels: LabelSet, config: SplitConfig, number: int = 0) -> Split:
    """The parts of repeat `number` of a run, counted from 0. Raises TrainingError."""
    return split_labels(
        labels,
        seed=config.seed + number,
        test_fraction=config.test_fraction,
        validation_fraction=config.validation_fraction,
        keep_given=config.num_repeats == 1,
        keep_alike=config.group_near_duplicates,
    )


def split_labels(
    labels: LabelSet,
    *,
    seed: int,
    test_fraction: float = 0.2,
    validation_fraction: float = 0.1,
    keep_given: bool = True,
    keep_alike: bool = True,
) -> Split:
    """The parts of a label set; the same for any order of its photos.

    Parts that the source decides are kept; a validation part is cut from the training part where
    the source has none, unless `validation_fraction` is 0. With `keep_given` off they are passed
    over, as for repeated random splits. Photos that share a reference stay together, and with
    `keep_alike` those that look alike. Where such groups are few or large they are drawn at random,
    else the parts are drawn evenly from low to high scores, so that parts resemble each other.
    Fractions are of the whole, but where the source decides the test part, validation's is of what
    is left for training. Scores must be numbers, as `check_labels` leaves them.
    """
    _check_fractions(test_fraction, validation_fraction)
    order = sorted(
        range(len(labels.photos)),
        key=lambda index: (labels.photos[index].path.as_posix(), labels.photos[index].score),
    )
    rng = np.random.default_rng(seed)
    num_validation = validation_fraction * len(order)
    if keep_given and any(photo.split for photo in labels.photos):
        return _as_given(labels, order, num_validation, rng, seed, keep_alike=keep_alike)
    units = _units(labels, order, keep_alike=keep_alike)
    test, rest, how = _draw(labels, units, test_fraction * len(order), rng)
    validation, train, _ = _draw(labels, rest, num_validation, rng)
    share = f"{validation_fraction:.0%} validation" if num_validation else "no validation part"
    return _finished(
        train,
        validation,
        test,
        f"{how}, seed {seed}: {test_fraction:.0%} test, {share}"
        + _alike_text(labels, keep_alike=keep_alike),
        has_validation=num_validation > 0,
    )


def kept_together(labels: LabelSet) -> list[int]:
    """The number of the unit that each photo of the set belongs to, for folds that part none."""
    unit_of = [0] * len(labels.photos)
    for number, unit in enumerate(_units(labels, range(len(labels.photos)), keep_alike=True)):
        for index in unit:
            unit_of[index] = number
    return unit_of


def _as_given(
    labels: LabelSet,
    order: Sequence[int],
    num_validation: float,
    rng: np.random.Generator,
    seed: int,
    *,
    keep_alike: bool,
) -> Split:
    given: dict[str | None, list[int]] = {"train": [], "val": [], "test": [], None: []}
    for index in order:
        given[labels.photos[index].split].append(index)
    if not given["test"]:
        raise LabelError(
            "The labels say which photos are for training, but none is for testing.",
            "Mark some photos as test, or remove the split column to have the parts drawn.",
        )
    how = "as the labels say"
    training = [i for i in order if labels.photos[i].split in ("train", None)]
    if given[None]:
        how += f", with {counted(len(given[None]))} of no part taken for training"
    if given["val"]:
        return _finished([training], [given["val"]], [given["test"]], how)
    if not num_validation:
        return _finished(
            [training], [], [given["test"]], f"{how}; no validation part", has_validation=False
        )
    # Of the photos that the source leaves: of a large test part, a share of the whole could take
    # more than there are for training.
    num_wanted = num_validation * len(training) / len(order)
    validation, train, drawn = _draw(
        labels, _units(labels, training, keep_alike=keep_alike), num_wanted, rng
    )
    how += f"; validation cut from the training part {drawn}, seed {seed}"
    return _finished(train, validation, [given["test"]], how)


def _units(labels: LabelSet, order: Sequence[int], *, keep_alike: bool) -> list[list[int]]:
    """What must stay together: photos that share a reference or look alike, also by way of others.

    Units, and the photos in each, are in the order of their first photo.
    """
    unit_of: dict[int, list[int]] = {}
    first_with: dict[tuple[str, object], int] = {}
    for index in order:
        photo = labels.photos[index]
        unit_of[index] = [index]
        for key in (("reference", photo.reference), ("alike", photo.alike if keep_alike else None)):
            if key[1] is None:
                continue
            mine, other = unit_of[index], unit_of[first_with.setdefault(key, index)]
            if mine is not other:
                other += mine
                unit_of.update(dict.fromkeys(mine, other))
    place = {index: number for number, index in enumerate(order)}
    units = {id(unit): sorted(unit, key=place.__getitem__) for unit in unit_of.values()}
    return sorted(units.values(), key=lambda unit: place[unit[0]])


def _draw(
    labels: LabelSet, units: Sequence[list[int]], num_wanted: float, rng: np.random.Generator
) -> tuple[list[list[int]], list[list[int]], str]:
    """About `num_wanted` photos drawn as whole units; the drawn units, the others, and how."""
    num_photos = sum(len(unit) for unit in units)
    largest = max((len(unit) for unit in units), default=0)
    if largest > max(1, num_photos // _SMALL_UNITS_IN_A_SET):
        drawn = _draw_groups(units, num_wanted, rng)
        has_alike = any(labels.photos[i].alike is not None for unit in units for i in unit)
        how = f"at random by {'group' if has_alike else 'reference'} ({len(units)} of them)"
    else:
        drawn = _draw_evenly(labels, units, num_wanted / max(num_photos, 1), rng)
        how = "at random, evenly over the scores"
    chosen = [unit for i, unit in enumerate(units) if i in drawn]
    return chosen, [unit for i, unit in enumerate(units) if i not in drawn], how


def _draw_groups(
    units: Sequence[list[int]], num_wanted: float, rng: np.random.Generator
) -> set[int]:
    """Groups in random order, each taken if it brings the number of photos nearer to the aim."""
    drawn: set[int] = set()
    num_drawn = 0
    for i in rng.permutation(len(units)).tolist():
        if num_drawn + len(units[i]) / 2 <= num_wanted:
            drawn.add(i)
            num_drawn += len(units[i])
    return drawn


def _draw_evenly(
    labels: LabelSet, units: Sequence[list[int]], share: float, rng: np.random.Generator
) -> set[int]:
    """The same share of units from every quantile of scores."""
    means = [math.fsum(labels.photos[i].score for i in unit) / len(unit) for unit in units]
    by_score = np.argsort(np.asarray(means), kind="stable")
    num_bins = max(1, min(_MAX_BINS, len(units) // _MIN_UNITS_PER_BIN))
    drawn: set[int] = set()
    num_seen = 0
    for members in np.array_split(by_score, num_bins):
        num_before, num_seen = num_seen, num_seen + len(members)
        num_from_here = round(num_seen * share) - round(num_before * share)
        drawn.update(rng.permutation(members)[:num_from_here].tolist())
    return drawn


def _alike_text(labels: LabelSet, *, keep_alike: bool) -> str:
    num_alike = sum(photo.alike is not None for photo in labels.photos)
    if not num_alike:
        return ""
    return f"; {num_alike} photos that look alike {'kept together' if keep_alike else 'parted'}"


def _finished(
    train: Sequence[Sequence[int]],
    validation: Sequence[Sequence[int]],
    test: Sequence[Sequence[int]],
    how: str,
    *,
    has_validation: bool = True,
) -> Split:
    parts = {"training": train, "validation": validation, "test": test}
    flat = {name: sorted(i for unit in units for i in unit) for name, units in parts.items()}
    for name, indices in flat.items():
        if not indices and (has_validation or name != "validation"):
            raise TrainingError(
                f"The {name} part would be empty.",
                "Label more photos, use more references, or change the fractions. If most photos "
                "look alike, set split.group_near_duplicates = false.",
            )
    return Split(
        train=tuple(flat["training"]),
        validation=tuple(flat["validation"]),
        test=tuple(flat["test"]),
        how=how,
    )


def _check_fractions(test_fraction: float, validation_fraction: float) -> None:
    for name, fraction in (("test", test_fraction), ("validation", validation_fraction)):
        if not (0.0 < fraction < 1.0 or (fraction == 0.0 and name == "validation")):
            raise TrainingError(
                f"The {name} part can't be {fraction:g} of the photos.",
                "Use a fraction between 0 and 1.",
            )
    if test_fraction + validation_fraction >= 1.0:
        raise TrainingError(
            f"{test_fraction:g} for test and {validation_fraction:g} for validation leave nothing "
            "to train on.",
            "Use smaller fractions; 0.2 and 0.1 are usual.",
        )


def _indices(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(index) is int for index in value):
        raise TrainingError(
            "The split does not list its photos as numbers.",
            "Delete split.json and start the run anew.",
        )
    return tuple(value)
