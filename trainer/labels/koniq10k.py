"""KonIQ-10k, the Konstanz authentic image quality 10k database (10,073 photos).

Two label files are in use. `koniq10k_scores_and_distributions.csv` (image_name, c1..c5, c_total,
MOS, SD, MOS_zscore): MOS on 1 to 5, counts as numbers, and MOS_zscore on about 0 to 100, which
papers train on. `koniq10k_distributions_sets.csv` (image_name, c1..c5, c_total, MOS, SD, set): MOS
on 0 to 100, counts as shares of c_total, and the official parts training, validation and test. An
older `koniq10k_scores.csv` is read as well; whether its MOS is on 1 to 5 is told by the values.
SD is the spread of the ratings from 1 to 5 whatever the scale of the score, so it is stretched
along. Photos are in `1024x768/` or `512x384/`. Higher is better.
"""

import math
from collections.abc import Sequence
from pathlib import Path

from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels.csv_labels import read_counts, read_splits
from trainer.labels.data_set_folder import find_entry
from trainer.labels.label_set import LabelledPhoto, LabelSet, sha256_of_files
from trainer.labels.photo_finder import PhotoFinder
from trainer.labels.score_range import widen
from trainer.labels.text_table import TextTable, parse_number, read_text_table

TITLE = "KonIQ-10k"
# The file with the official parts comes first: it has all that the others have.
LABEL_FILES = (
    "koniq10k_distributions_sets.csv",
    "koniq10k_scores_and_distributions.csv",
    "koniq10k_scores.csv",
)
_IMAGE_FOLDERS = ("512x384", "1024x768", "koniq10k_512x384", "koniq10k_1024x768", "images")
_RATING_SPAN = 4.0  # ratings go from 1 to 5


def looks_like_koniq10k(folder: Path) -> bool:
    """Whether one of KonIQ's label files is in the folder, or in a folder of its own name there."""
    return _find_label_file(folder) is not None


def read_koniq10k(source: Path) -> LabelSet:
    """KonIQ-10k's photos with their MOS, from its folder or from one of its label files."""
    folder = source if source.is_dir() else source.parent
    label_file = source if source.is_file() else _find_label_file(folder)
    images = [place for name in _IMAGE_FOLDERS if (place := find_entry(folder, name))]
    if source.is_file():
        images.append(folder)  # a label file named by itself may lie among its photos
    if label_file is None or not images:
        missing = "one of 512x384/ and 1024x768/" if label_file else " or ".join(LABEL_FILES)
        raise LabelError(
            f"{folder} is not laid out as {TITLE}: {missing} is missing.",
            "Put the label file and the unpacked folder of photos beside each other.",
        )
    table = read_text_table(label_file)
    names = [cell.lower() for cell in table.header]
    image = _require(names, "image_name", table)
    score = names.index("mos_zscore") if "mos_zscore" in names else _require(names, "mos", table)
    scores = [parse_number(cell) for cell in table.column(score)]
    scale, notes = _scale(scores)
    splits, split_notes = read_splits(table, table.rows, _find(names, "set"))
    counts, count_notes = read_counts(
        table.rows,
        [names.index(f"c{k}") for k in range(1, 6) if f"c{k}" in names],
        total=_find(names, "c_total"),
    )
    stretch = (scale.high - scale.low) / _RATING_SPAN
    finder = PhotoFinder(images)
    photos = tuple(
        LabelledPhoto(path=finder.find(row[image]), score=mos, split=split, std=std, counts=count)
        for row, mos, split, std, count in zip(
            table.rows, scores, splits, _spreads(table, names, stretch), counts, strict=True
        )
    )
    taken = f"Scores are in the column {table.header[score]!r} of {label_file.name}"
    return LabelSet(
        name=TITLE,
        photos=photos,
        range=scale,
        source=source,
        sha256=sha256_of_files([label_file]),
        notes=(
            f"{taken}, on {scale.low:g} to {scale.high:g}; higher is better.",
            *notes,
            *split_notes,
            *count_notes,
        ),
    )


def _find_label_file(folder: Path) -> Path | None:
    nested = (f"{Path(name).stem}/{name}" for name in LABEL_FILES)
    return find_entry(folder, *LABEL_FILES, *nested)


def _scale(scores: Sequence[float]) -> tuple[LabelScale, tuple[str, ...]]:
    finite = [score for score in scores if math.isfinite(score)]
    is_one_to_five = bool(finite) and min(finite) >= 1.0 and max(finite) <= 5.0
    low, high = (1.0, 5.0) if is_one_to_five else (0.0, 100.0)
    return widen(LabelScale(low=low, high=high, higher_is_better=True), scores)


def _spreads(table: TextTable, names: Sequence[str], stretch: float) -> list[float | None]:
    index = _find(names, "sd")
    if index is None:
        return [None] * len(table.rows)
    spreads = [parse_number(cell) for cell in table.column(index)]
    return [spread * stretch if math.isfinite(spread) else None for spread in spreads]


def _find(names: Sequence[str], name: str) -> int | None:
    return names.index(name) if name in names else None


def _require(names: Sequence[str], name: str, table: TextTable) -> int:
    if name not in names:
        raise LabelError(
            f"{table.path} has no column {name}, so it is not the one of {TITLE}.",
            f"Its columns are {', '.join(table.header[:12])}.",
        )
    return names.index(name)
