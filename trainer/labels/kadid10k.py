"""KADID-10k, the Konstanz Artificially Distorted Image quality Database (10,125 photos of 81).

Layout as distributed: `dmos.csv` (dist_img, ref_img, dmos, var) and `images/I01_01_01.png` with the
originals I01.png among them. Despite its name the column dmos holds mean ratings from 1 to 5 where
higher is better. `var` is taken as the variance of the ratings, of which the root is the spread.
"""

import math
from pathlib import Path

from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels.data_set_folder import find_entry, require_entry
from trainer.labels.label_set import LabelledPhoto, LabelSet, sha256_of_files
from trainer.labels.photo_finder import PhotoFinder
from trainer.labels.score_range import widen
from trainer.labels.text_table import parse_number, read_text_table

TITLE = "KADID-10k"
_LABEL_FILE = "dmos.csv"
_COLUMNS = ("dist_img", "ref_img", "dmos", "var")
_IMAGE_FOLDERS = ("images", "distorted_images")


def looks_like_kadid10k(folder: Path) -> bool:
    """Whether the folder has a dmos.csv with KADID's columns."""
    label_file = find_entry(folder, _LABEL_FILE)
    if label_file is None:
        return False
    try:
        header = read_text_table(label_file).header
    except LabelError:
        return False
    return {"dist_img", "ref_img", "dmos"} <= {cell.lower() for cell in header}


def read_kadid10k(folder: Path) -> LabelSet:
    """KADID-10k's distorted photos with their mean ratings."""
    label_file = require_entry(folder, _LABEL_FILE, title=TITLE)
    images = require_entry(folder, *_IMAGE_FOLDERS, title=TITLE)
    table = read_text_table(label_file)
    names = [cell.lower() for cell in table.header]
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise LabelError(
            f"{label_file} has no column {missing[0]}, so it is not the one of {TITLE}.",
            f"The header should be {','.join(_COLUMNS)}.",
        )
    image, reference, score, variance = (names.index(name) for name in _COLUMNS)
    finder = PhotoFinder([images])
    photos = tuple(
        LabelledPhoto(
            path=finder.find(row[image]),
            score=parse_number(row[score]),
            reference=row[reference] or None,
            std=_root(parse_number(row[variance])),
        )
        for row in table.rows
    )
    nominal = LabelScale(low=1.0, high=5.0, higher_is_better=True)
    scale, notes = widen(nominal, [photo.score for photo in photos])
    return LabelSet(
        name="KADID-10k",
        photos=photos,
        range=scale,
        source=folder,
        sha256=sha256_of_files([label_file]),
        notes=(
            "Scores are in the column 'dmos'; despite its name, higher is better there.",
            *notes,
        ),
    )


def _root(variance: float) -> float | None:
    return math.sqrt(variance) if math.isfinite(variance) and variance >= 0 else None
