"""CSIQ, the Categorical Subjective Image Quality database (866 distorted photos of 30 originals).

Layout as distributed: `src_imgs/1600.png`, `dst_imgs/<type>/1600.AWGN.1.png` and `csiq.DMOS.xlsx`,
whose sheet `all_by_image` has a header some lines and columns in: image, dst_idx, dst_type,
dst_lev, dmos_std, dmos. The types in the sheet (noise, blur, contrast, fnoise, jpeg, "jpeg 2000")
differ from those in the file names (AWGN, BLUR, contrast, fnoise, JPEG, jpeg2000). The text export
`csiq_label.txt` that many papers' code uses ("1600.AWGN.1.png 0.062" in each line, suffix optional)
is read where there is no workbook. DMOS: 0 to 1, lower is better.
"""

from pathlib import Path

from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels.data_set_folder import (
    as_number,
    find_entry,
    num_text,
    read_sheet,
    require_entry,
)
from trainer.labels.label_set import LabelledPhoto, LabelSet, sha256_of_files
from trainer.labels.score_range import widen
from trainer.labels.text_table import decode_text, parse_number

TITLE = "CSIQ"
_WORKBOOK = "csiq.DMOS.xlsx"
_EXPORTS = ("csiq_label.txt", "csiq_label.csv")
_TYPE_IN_FILE_NAME = {"noise": "awgn", "jpeg 2000": "jpeg2000"}
_COLUMNS = ("image", "dst_type", "dst_lev", "dmos_std", "dmos")


def looks_like_csiq(folder: Path) -> bool:
    """Whether the folder has CSIQ's workbook or its text export."""
    return find_entry(folder, _WORKBOOK, *_EXPORTS) is not None


def read_csiq(folder: Path) -> LabelSet:
    """CSIQ's distorted photos with their DMOS."""
    label_file = require_entry(folder, _WORKBOOK, *_EXPORTS, title=TITLE)
    places = _photo_places(folder)
    is_workbook = label_file.suffix.lower() == ".xlsx"
    rows = _workbook_rows(label_file) if is_workbook else _export_rows(label_file)
    photos = tuple(
        LabelledPhoto(
            path=places.get(f"{name}.png".lower(), folder / "dst_imgs" / f"{name}.png"),
            score=score,
            reference=name.split(".")[0],
            std=std,
        )
        for name, score, std in rows
    )
    nominal = LabelScale(low=0.0, high=1.0, higher_is_better=False)
    scale, notes = widen(nominal, [photo.score for photo in photos])
    return LabelSet(
        name="CSIQ",
        photos=photos,
        range=scale,
        source=folder,
        sha256=sha256_of_files([label_file]),
        notes=(f"Scores are the DMOS of {label_file.name}; lower is better.", *notes),
    )


def _photo_places(folder: Path) -> dict[str, Path]:
    """The distorted photos by lower-case name, whether sorted by type or all in one folder."""
    distorted = require_entry(folder, "dst_imgs", "dst_imgs_all", "distorted_images", title=TITLE)
    return {place.name.lower(): place for place in sorted(distorted.rglob("*.[pP][nN][gG]"))}


def _workbook_rows(path: Path) -> list[tuple[str, float, float | None]]:
    rows: list[tuple[str, float, float | None]] = []
    for row in read_sheet(path, _COLUMNS, title=TITLE):
        kind = num_text(row["dst_type"]).lower()
        kind = _TYPE_IN_FILE_NAME.get(kind, kind)
        name = f"{num_text(row['image'])}.{kind}.{num_text(row['dst_lev'])}"
        rows.append((name, as_number(row["dmos"]), as_number(row["dmos_std"])))
    return rows


def _export_rows(path: Path) -> list[tuple[str, float, float | None]]:
    rows: list[tuple[str, float, float | None]] = []
    for number, line in enumerate(decode_text(path)[0].splitlines(), start=1):
        words = line.replace(",", " ").split()
        if not words or (number == 1 and "." not in words[0]):
            continue  # an empty line, or a header
        if len(words) < 2:
            raise LabelError(
                f"Line {number} of {path.name} is {line.strip()!r}, not a name and a DMOS.",
                "Each line should look like: 1600.AWGN.1.png 0.062",
            )
        name = words[0][:-4] if words[0].lower().endswith(".png") else words[0]
        rows.append((name, parse_number(words[1]), None))
    return rows
