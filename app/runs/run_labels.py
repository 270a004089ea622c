"""The labels of a training run with the parts that the run cut them into."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.errors import WrongUse
from engine.measures.label_scale import LabelScale
from trainer.errors import TrainingError
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.split import Split


def is_run_folder(path: Path) -> bool:
    """Whether this is the folder of a run, or of one of its repeats."""
    return (path / "split.json").is_file() and _labels_folder(path) is not None


def read_run_labels(folder: Path) -> LabelSet:
    """The labels that the run used, each photo in the part that it had there.

    Raises WrongUse when a file of the run can't be understood.
    """
    labels_folder = _labels_folder(folder)
    assert labels_folder is not None, "ask is_run_folder first"
    try:
        facts = _read_json(labels_folder / "labels.json")
        split = Split.from_json(_read_json(folder / "split.json"))
        photos = _read_photos(labels_folder / "labels.csv")
        for part, indices in (
            ("train", split.train),
            ("val", split.validation),
            ("test", split.test),
        ):
            for index in indices:
                photos[index] = replace(photos[index], split=part)
        return LabelSet(
            name=str(facts["name"]),
            photos=tuple(photos),
            range=LabelScale.from_json(facts["range"]),
            source=folder,
            sha256=str(facts["sha256"]),
            notes=(f"The parts are those of the run {folder}, {split.how}.",),
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError, TrainingError) as error:
        raise WrongUse(
            f"The labels of the run {folder} can't be read ({error})."
            " Give the labels CSV itself, with a column split."
        ) from error


def _labels_folder(folder: Path) -> Path | None:
    # A run of several repeats keeps its labels beside the folders of the repeats.
    for place in (folder, folder.absolute().parent):
        if (place / "labels.csv").is_file() and (place / "labels.json").is_file():
            return place
    return None


def _read_json(path: Path) -> dict[str, Any]:
    values = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(values, dict):
        raise TypeError(f"{path.name} is not a table")
    return values


def _read_photos(path: Path) -> list[LabelledPhoto]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            LabelledPhoto(path=Path(row["image"]), score=float(row["score"]))
            for row in csv.DictReader(lines)
        ]
