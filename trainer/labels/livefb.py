"""LIVE-FB (FLIVE), the large-scale social picture database of PaQ-2-PiQ (39,810 photos).

Layout as the authors' preparation notebook leaves it: `labels_image.csv` (name, mos; in merged
files name_image, mos_image, is_valid) with names such as voc_emotic_ava/AVA__149.jpg, and the
photos in `database/` (or beside the file). The official parts are in `labels=640_padded.csv`:
is_valid marks validation, the other photos there are for training, and photos that it does not
name are the test part. Without that file there are no official parts. MOS: 0 to 100, higher is
better. Patches of photos, which have labels too, are not read.
"""

from pathlib import Path

from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels.data_set_folder import find_entry, require_entry
from trainer.labels.label_set import LabelledPhoto, LabelSet, sha256_of_files
from trainer.labels.photo_finder import PhotoFinder
from trainer.labels.score_range import widen
from trainer.labels.text_table import TextTable, parse_number, read_text_table

TITLE = "LIVE-FB (FLIVE)"
_LABEL_FILES = ("labels_image.csv", "database/labels_image.csv")
_PART_FILES = ("labels=640_padded.csv", "database/labels=640_padded.csv")
_IMAGE_FOLDERS = ("database", "images", "FLIVE")
_IMAGE_COLUMNS = ("name_image", "name")
_SCORE_COLUMNS = ("mos_image", "mos")


def looks_like_livefb(folder: Path) -> bool:
    """Whether the folder has FLIVE's list of whole photos."""
    return find_entry(folder, *_LABEL_FILES) is not None


def read_livefb(folder: Path) -> LabelSet:
    """FLIVE's whole photos with their MOS, and with the official parts if their file is there."""
    label_file = require_entry(folder, *_LABEL_FILES, title=TITLE)
    table = read_text_table(label_file)
    image, score = _column(table, _IMAGE_COLUMNS), _column(table, _SCORE_COLUMNS)
    part_file = find_entry(folder, *_PART_FILES)
    parts = {} if part_file is None else _official_parts(part_file)
    folders = [place for name in _IMAGE_FOLDERS if (place := find_entry(folder, name))]
    finder = PhotoFinder([*folders, folder])
    photos = tuple(
        LabelledPhoto(
            path=finder.find(row[image]),
            score=parse_number(row[score]),
            split=None if part_file is None else parts.get(row[image], "test"),
        )
        for row in table.rows
    )
    nominal = LabelScale(low=0.0, high=100.0, higher_is_better=True)
    scale, notes = widen(nominal, [photo.score for photo in photos])
    part_note = (
        "There is no labels=640_padded.csv, so the official parts are not known."
        if part_file is None
        else f"The parts are the official ones of {part_file.name}."
    )
    return LabelSet(
        name="LIVE-FB",
        photos=photos,
        range=scale,
        source=folder,
        sha256=sha256_of_files([label_file] if part_file is None else [label_file, part_file]),
        notes=(
            f"Scores are in the column {table.header[score]!r} of {label_file.name}; higher is "
            "better.",
            part_note,
            *notes,
        ),
    )


def _official_parts(path: Path) -> dict[str, str]:
    table = read_text_table(path)
    image, flag = _column(table, _IMAGE_COLUMNS), _column(table, ("is_valid",))
    return {
        row[image]: "val" if row[flag].strip().lower() in ("true", "1") else "train"
        for row in table.rows
    }


def _column(table: TextTable, names: tuple[str, ...]) -> int:
    lowered = [cell.lower() for cell in table.header]
    for name in names:
        if name in lowered:
            return lowered.index(name)
    raise LabelError(
        f"{table.path} has no column {' or '.join(names)}, so it is not the one of {TITLE}.",
        f"Its columns are {', '.join(table.header[:12])}.",
    )
