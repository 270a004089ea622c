"""TID2013, the Tampere Image Database (3,000 distorted photos of 25 originals).

Layout as distributed: `distorted_images/i01_01_1.bmp`, `reference_images/I01.BMP`,
`mos_with_names.txt` ("5.51429 I01_01_1.bmp" in each line) and `mos_std.txt` (the spreads, in the
same order). The case of names differs between the files and the list. MOS: 0 to 9, higher is
better.
"""

from pathlib import Path

from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels.data_set_folder import find_entry, require_entry, require_same_length
from trainer.labels.label_set import LabelledPhoto, LabelSet, sha256_of_files
from trainer.labels.photo_finder import PhotoFinder
from trainer.labels.score_range import widen
from trainer.labels.text_table import decode_text, parse_number

TITLE = "TID2013"
_LABEL_FILE = "mos_with_names.txt"


def looks_like_tid2013(folder: Path) -> bool:
    """Whether the folder has the list of scores and the distorted photos."""
    return bool(find_entry(folder, _LABEL_FILE) and find_entry(folder, "distorted_images"))


def read_tid2013(folder: Path) -> LabelSet:
    """TID2013's distorted photos with their MOS."""
    label_file = require_entry(folder, _LABEL_FILE, title=TITLE)
    finder = PhotoFinder([require_entry(folder, "distorted_images", title=TITLE)])
    rows = [_name_and_score(line, label_file) for line in _lines(label_file)]
    spread_file = find_entry(folder, "mos_std.txt")
    spreads: list[float | None] = [None] * len(rows)
    if spread_file is not None:
        spreads = [parse_number(line) for line in _lines(spread_file)]
        require_same_length(len(rows), len(spreads), folder=folder, title=TITLE)
    photos = tuple(
        LabelledPhoto(path=finder.find(name), score=score, reference=name[:3].upper(), std=std)
        for (name, score), std in zip(rows, spreads, strict=True)
    )
    nominal = LabelScale(low=0.0, high=9.0, higher_is_better=True)
    scale, notes = widen(nominal, [photo.score for photo in photos])
    return LabelSet(
        name="TID2013",
        photos=photos,
        range=scale,
        source=folder,
        sha256=sha256_of_files([label_file]),
        notes=(f"Scores are the MOS of {label_file.name}; higher is better.", *notes),
    )


def _lines(path: Path) -> list[str]:
    return [line for line in decode_text(path)[0].splitlines() if line.strip()]


def _name_and_score(line: str, path: Path) -> tuple[str, float]:
    words = line.split()
    if len(words) != 2:
        raise LabelError(
            f"{path.name} has the line {line.strip()!r}, not a MOS and a name.",
            "Each line should look like: 5.51429 I01_01_1.bmp",
        )
    return words[1], parse_number(words[0])
