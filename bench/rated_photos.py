"""Some photos of a labelled data set as somebody's own: under names of a camera, with a table."""

import csv
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

from engine.networks.model_file import read_card
from engine.networks.model_finder import default_model, find_model
from trainer.config import SplitConfig
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.read_labels import read_labels
from trainer.labels.split import split_as_configured

NUM_PHOTOS = 320
_FIRST_NUMBER = 3107
_TABLE = "labels.csv"
_RECIPE_OF = "csiqa-vit-tiny-biq2021"  # whose parts all bundled models share


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedPhotos:
    """Tables of the same photos: one in order, and one with the mistakes that people make."""

    table: Path
    table_with_faults: Path


def copy_rated_photos(source: Path, folder: Path, *, num_photos: int = NUM_PHOTOS) -> RatedPhotos:
    """Copy photos of `source`, evenly from bad to good, into `folder` and write their tables.

    `source` is what `discern train` takes as labels, or a folder with `labels.csv` in it. Photos
    that the bundled model was trained or chosen on are passed over, so that the comparison with it
    is fair. Raises LabelError when the labels can't be read.
    """
    own = source / _TABLE
    labels = read_labels(own if own.is_file() else source)
    chosen = _evenly(_unseen(labels), num_photos)
    folder.mkdir(parents=True)
    rows = []
    # In the order of the source: by score, the names would give the scores away.
    for number, photo in enumerate(sorted(chosen, key=lambda one: one.path), start=_FIRST_NUMBER):
        name = f"IMG_{number}{photo.path.suffix.lower()}"
        shutil.copy(photo.path, folder / name)
        rows.append((name, f"{photo.score:g}"))
    faults = [("IMG_2988.jpg", "0.61"), ("IMG_2989.jpg", "0.34"), (rows[0][0], "good"), rows[1]]
    return RatedPhotos(
        table=_write(folder / "ratings.csv", rows),
        table_with_faults=_write(folder / "ratings-2026-05.csv", [*rows, *faults]),
    )


def _unseen(labels: LabelSet) -> list[LabelledPhoto]:
    """The photos with a file that the bundled model was only tested on, if on any."""
    photos = list(labels.photos)
    if read_card(default_model()).label_sha256 == labels.sha256:
        recipe = find_model(_RECIPE_OF).with_suffix(".toml")
        config = tomllib.loads(recipe.read_text(encoding="utf-8"))
        split = SplitConfig(**config["split"])
        photos = [photos[index] for index in split_as_configured(labels, split).test]
    return [photo for photo in photos if photo.path.is_file()]


def _evenly(photos: list[LabelledPhoto], number: int) -> list[LabelledPhoto]:
    """So many of them, in even steps from the lowest score to the highest."""
    by_score = sorted(photos, key=lambda photo: (photo.score, photo.path))
    number = min(number, len(by_score))
    return [by_score[index * len(by_score) // number] for index in range(number)]


def _write(path: Path, rows: list[tuple[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["photo", "score"])
        writer.writerows(rows)
    return path
