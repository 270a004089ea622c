"""SPAQ, Smartphone Photography Attribute and Quality (11,125 photos).

Layout as distributed: `TestImage/00001.jpg` and `Annotations/MOS and Image attribute scores.xlsx`
(Image name, MOS, Brightness and so on); the workbook also lies beside TestImage in some copies.
MOS: 0 to 100, higher is better.
"""

from pathlib import Path

from engine.measures.label_scale import LabelScale
from trainer.labels.data_set_folder import (
    as_number,
    find_entry,
    num_text,
    read_sheet,
    require_entry,
)
from trainer.labels.label_set import LabelledPhoto, LabelSet, sha256_of_files
from trainer.labels.photo_finder import PhotoFinder
from trainer.labels.score_range import widen

TITLE = "SPAQ"
_WORKBOOK = "MOS and Image attribute scores.xlsx"
_WORKBOOKS = (f"Annotations/{_WORKBOOK}", _WORKBOOK)


def looks_like_spaq(folder: Path) -> bool:
    """Whether the folder has SPAQ's workbook of scores."""
    return find_entry(folder, *_WORKBOOKS) is not None


def read_spaq(folder: Path) -> LabelSet:
    """SPAQ's photos with their MOS."""
    label_file = require_entry(folder, *_WORKBOOKS, title=TITLE)
    images = require_entry(folder, "TestImage", "SPAQ/TestImage", "images", title=TITLE)
    finder = PhotoFinder([images])
    photos = tuple(
        LabelledPhoto(path=finder.find(num_text(row["Image name"])), score=as_number(row["MOS"]))
        for row in read_sheet(label_file, ("Image name", "MOS"), title=TITLE)
    )
    nominal = LabelScale(low=0.0, high=100.0, higher_is_better=True)
    scale, notes = widen(nominal, [photo.score for photo in photos])
    return LabelSet(
        name="SPAQ",
        photos=photos,
        range=scale,
        source=folder,
        sha256=sha256_of_files([label_file]),
        notes=("Scores are in the column 'MOS'; higher is better.", *notes),
    )
