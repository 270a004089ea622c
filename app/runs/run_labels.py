"""The labels of a training run with the parts that the run cut them into."""

from dataclasses import replace
from pathlib import Path

from app.errors import WrongUse
from trainer.errors import LabelError
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.split import Split
from trainer.labels.stored_labels import stored_labels, stored_split


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
        labels, split = stored_labels(labels_folder), stored_split(folder)
        assert labels is not None, "its folder has labels.csv"
        assert split is not None, "a run folder has split.json"
        return replace(
            labels,
            photos=_in_parts(labels, split, folder),
            source=folder,
            notes=(f"The parts are those of the run {folder}, {split.how}.",),
        )
    except LabelError as error:
        raise WrongUse(f"{error.what} Give the labels CSV itself, with a column split.") from error


def _in_parts(labels: LabelSet, split: Split, folder: Path) -> tuple[LabelledPhoto, ...]:
    photos = [replace(photo, split=None) for photo in labels.photos]
    parts = {"train": split.train, "val": split.validation, "test": split.test}
    for part, indices in parts.items():
        for index in indices:
            if not 0 <= index < len(photos):
                raise LabelError(
                    f"The labels of the run {folder} can't be read (there is no photo {index})."
                )
            photos[index] = replace(photos[index], split=part)
    return tuple(photos)


def _labels_folder(folder: Path) -> Path | None:
    # A run of several repeats keeps its labels beside the folders of the repeats.
    for place in (folder, folder.absolute().parent):
        if (place / "labels.csv").is_file() and (place / "labels.json").is_file():
            return place
    return None
