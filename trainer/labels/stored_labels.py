"""The labels of a run as its folder holds them: every photo that it uses, and their parts.

`labels.csv` has a line for each photo, `labels.json` beside it what a CSV can't say, and
`split.json` of each repeat the parts. Format 1 had no columns for the spread and the counts of the
ratings and for photos that look alike, and stated no version.
"""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.files.csv_text import csv_text
from engine.measures.label_scale import LabelScale
from trainer.atomic_write import write_json, write_text
from trainer.errors import LabelError, TrainingError
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.split import Split

FORMAT_VERSION = 2
_COLUMNS = ("image", "score", "reference", "split", "std", "counts", "alike")


def store_labels(folder: Path, labels: LabelSet) -> None:
    """Write `labels.csv` and `labels.json` into the run's folder. Raises TrainingError."""
    text = csv_text([_COLUMNS, *(_row(photo) for photo in labels.photos)])
    write_json(
        folder / "labels.json",
        {
            "format_version": FORMAT_VERSION,
            "name": labels.name,
            "range": labels.range.to_json(),
            "source": str(labels.source),
            "sha256": labels.sha256,
            "notes": list(labels.notes),
            "near_duplicates": {
                "num_photos": sum(photo.alike is not None for photo in labels.photos),
                "num_groups": len({photo.alike for photo in labels.photos} - {None}),
            },
        },
    )
    write_text(folder / "labels.csv", text)  # last: its presence says that all is stored


def stored_labels(folder: Path) -> LabelSet | None:
    """What `store_labels` wrote, of any format; None when the run has not come so far.

    Raises LabelError when it can't be understood.
    """
    if not (folder / "labels.csv").exists():
        return None
    try:
        return _read_labels(folder)
    except (OSError, ValueError, KeyError, TypeError, TrainingError) as error:
        raise _unreadable(folder, error) from error


def stored_split(folder: Path) -> Split | None:
    """The parts in the folder of a repeat; None when it has none yet. Raises LabelError."""
    path = folder / "split.json"
    if not path.exists():
        return None
    try:
        return Split.from_json(_read_table(path))
    except (OSError, ValueError, TypeError, TrainingError) as error:
        raise _unreadable(folder, error) from error


def _row(photo: LabelledPhoto) -> list[object]:
    return [
        photo.path,
        photo.score,
        photo.reference or "",
        photo.split or "",
        "" if photo.std is None else photo.std,
        "" if photo.counts is None else " ".join(map(str, photo.counts)),
        "" if photo.alike is None else photo.alike,
    ]


def _read_labels(folder: Path) -> LabelSet:
    facts = _read_table(folder / "labels.json")
    version = facts.get("format_version", 1)
    if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
        raise ValueError(f"they have format {version}; update Discern")
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as lines:
        photos = tuple(_photo(row) for row in csv.DictReader(lines))
    return LabelSet(
        name=str(facts["name"]),
        photos=photos,
        range=LabelScale.from_json(facts["range"]),
        source=Path(facts.get("source", "")),
        sha256=str(facts["sha256"]),
        notes=tuple(facts.get("notes", ())),
    )


def _photo(row: Mapping[str, str | None]) -> LabelledPhoto:
    # Lines may be of format 1, or written by hand with the photo and its score alone.
    std, counts, alike = row.get("std"), row.get("counts"), row.get("alike")
    return LabelledPhoto(
        path=Path(row["image"] or ""),
        score=float(row["score"] or "nan"),
        reference=row.get("reference") or None,
        split=row.get("split") or None,
        std=float(std) if std else None,
        counts=tuple(map(int, counts.split())) if counts else None,
        alike=int(alike) if alike else None,
    )


def _read_table(path: Path) -> dict[str, Any]:
    values = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(values, dict):
        raise TypeError(f"{path.name} is not a table")
    return values


def _unreadable(folder: Path, error: Exception) -> LabelError:
    what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return LabelError(
        f"The labels of the run {folder} can't be read ({what}).",
        "Start the run anew, from the labels that it was given.",
    )
