"""Which column of a labels CSV holds what."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath

from engine.photos.suffixes import PHOTO_SUFFIXES
from trainer.errors import LabelError
from trainer.labels.text_table import TextTable, parse_number

_IMAGE_NAMES = (
    "image", "image_name", "filename", "file_name", "image_path", "path", "file", "filepath",
    "name", "photo", "photo_name", "photo_path", "picture", "img", "img_name", "img_path",
    "dist_img", "dist_name", "distorted", "distorted_image", "name_image", "image_file", "images",
)  # fmt: skip
# In the order of preference; those in _LOWER_IS_BETTER are turned round.
_SCORE_NAMES = (
    "score", "mos_zscore", "mos", "mean_score", "score_mean", "mean_opinion_score", "mos_image",
    "mean_mos", "rating", "mean_rating", "rating_mean", "quality", "quality_score", "stars",
    "dmos", "dmos_new", "dmos_zscore", "mean_dmos", "difference_mos", "diff_mos",
    "differential_mos", "difference_mean_opinion_score", "differential_mean_opinion_score", "label",
)  # fmt: skip
_LOWER_IS_BETTER = re.compile(
    r"(^|_)(dmos|diff(erence|erential)?_?(mos|mean_opinion_score|score))(_|$)"
)
_REFERENCE_NAMES = (
    "reference", "ref", "ref_img", "ref_image", "ref_name", "reference_image", "reference_name",
    "scene", "scene_id", "group", "group_id", "content",
)  # fmt: skip
_SPLIT_NAMES = ("split", "set", "subset", "partition", "part")
_STD_NAMES = (
    "std", "sd", "stdev", "stddev", "std_dev", "standard_deviation", "sigma", "mos_std",
    "score_std", "std_mos", "dmos_std",
)  # fmt: skip
_RATER_NAMES = (
    "rater", "rater_id", "rater_name", "observer", "observer_id", "subject", "subject_id", "worker",
    "worker_id", "participant", "participant_id", "judge", "annotator", "annotator_id", "assessor",
)  # fmt: skip
_TOTAL_NAMES = ("c_total", "total", "num_ratings")
NO_COLUMN = "-"
_COUNT_NAME = re.compile(r"c([1-9]\d?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Indices of the columns that matter; None or empty where there is none.

    Attributes:
        image: The names of the photos.
        score: The scores; None when they must be worked out from `counts`.
        reference: What may not be torn apart.
        split: Train, validation or test.
        std: Spread of the ratings.
        counts: c1 to cK, in that order.
        total: Number of ratings, for counts that are written as shares.
        rater: Who gave the rating, in a table with one row per rater and photo.
        is_headerless: The first line is a photo already.
        higher_is_better: What the name of the score column says.
        notes: The choices, one sentence each.
    """

    image: int
    score: int | None
    reference: int | None = None
    split: int | None = None
    std: int | None = None
    counts: tuple[int, ...] = ()
    total: int | None = None
    rater: int | None = None
    is_headerless: bool = False
    higher_is_better: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedColumns:
    """What a person says the columns are; empty where they leave it to us, "-" for none."""

    image: str = ""
    score: str = ""
    reference: str = ""
    split: str = ""
    rater: str = ""


def choose_columns(table: TextTable, named: NamedColumns | None = None) -> Columns:
    """What each column is, as it is named, else by its name, and where names fail by its content.

    Raises LabelError where the photos or the scores can't be found, or there is no such column.
    """
    named = named or NamedColumns()
    names = [re.sub(r"[^a-z0-9]+", "_", cell.lower()).strip("_") for cell in table.header]
    is_named = named.image or named.score
    if (
        not is_named
        and _is_photo_row(table.header)
        and not set(names) & {*_IMAGE_NAMES, *_SCORE_NAMES}
    ):
        return _headerless(table)
    counts = _count_columns(names)
    image, image_note = _named(table, named.image, "photos") or _image_column(table, names)
    score, score_note = _named(table, named.score, "scores") or _score_column(
        table, names, taken={image, *counts}
    )
    if score is None and not counts:
        raise _no_column(table, "scores", "score")
    if score is None:
        score_note = f"No column of scores: taken as the mean of the ratings c1 to c{len(counts)}."
    return Columns(
        image=image,
        score=score,
        reference=_other_column(table, named.reference, names, _REFERENCE_NAMES),
        split=_other_column(table, named.split, names, _SPLIT_NAMES),
        std=_first(names, _STD_NAMES),
        counts=counts,
        total=_first(names, _TOTAL_NAMES),
        rater=_other_column(table, named.rater, names, _RATER_NAMES),
        higher_is_better=score is None or not _LOWER_IS_BETTER.search(names[score]),
        notes=(image_note, score_note),
    )


def _named(table: TextTable, name: str, what: str) -> tuple[int, str] | None:
    """The column that a person named for the photos or the scores, with a note; None: nobody."""
    if not name:
        return None
    return _index_of(table, name), f"As given, the {what} are in the column {name!r}."


def _other_column(
    table: TextTable, name: str, names: Sequence[str], usual: Sequence[str]
) -> int | None:
    if name == NO_COLUMN:
        return None
    return _index_of(table, name) if name else _first(names, usual)


def _index_of(table: TextTable, name: str) -> int:
    if name in table.header:
        return table.header.index(name)
    seen = ", ".join(repr(cell) for cell in table.header[:12])
    raise LabelError(
        f"{table.path.name} has no column {name!r}; its columns are {seen}.",
        "Name one of these.",
    )


def _image_column(table: TextTable, names: Sequence[str]) -> tuple[int, str]:
    index = _first(names, _IMAGE_NAMES)
    if index is not None:
        return index, f"Photos are in the column {table.header[index]!r}."
    for index in range(len(names)):
        cells = table.column(index)
        if cells and all(_is_photo_name(cell) for cell in cells):
            return index, f"Photos are in the column {table.header[index]!r}, by its content."
    raise _no_column(table, "photos", "image")


def _score_column(
    table: TextTable, names: Sequence[str], *, taken: set[int]
) -> tuple[int | None, str]:
    candidates = [names.index(name) for name in _SCORE_NAMES if name in names]
    candidates = [index for index in candidates if index not in taken]
    numeric = [index for index in candidates if _is_numeric(table.column(index))]
    if candidates:
        index = (numeric or candidates)[0]
        note = f"Scores are in the column {table.header[index]!r}"
        others = [table.header[other] for other in candidates if other != index]
        if others:
            why = (
                "it comes first in the usual order of preference"
                if index == candidates[0]
                else f"{table.header[candidates[0]]!r} holds no numbers"
            )
            note += f", not in {' or '.join(repr(other) for other in others)}, because {why}"
        return index, note + "."
    known = {*_REFERENCE_NAMES, *_SPLIT_NAMES, *_STD_NAMES, *_TOTAL_NAMES, *_RATER_NAMES}
    left = [
        index
        for index, name in enumerate(names)
        if index not in taken and name not in known and _is_numeric(table.column(index))
    ]
    if len(left) == 1 and not any(_COUNT_NAME.fullmatch(name) for name in names):
        return left[0], (
            f"Scores are in the column {table.header[left[0]]!r}, the only one with numbers."
        )
    return None, ""


def _headerless(table: TextTable) -> Columns:
    image = next(i for i, cell in enumerate(table.header) if _is_photo_name(cell))
    score = next(i for i, cell in enumerate(table.header) if not math.isnan(parse_number(cell)))
    return Columns(
        image=image,
        score=score,
        is_headerless=True,
        notes=(
            f"The file has no header line: photos were taken from column {image + 1}, scores "
            f"from column {score + 1}.",
        ),
    )


def _count_columns(names: Sequence[str]) -> tuple[int, ...]:
    """The columns c1, c2 ... without a gap; at least two, else none."""
    place = {name: index for index, name in reversed(list(enumerate(names)))}
    found: list[int] = []
    while f"c{len(found) + 1}" in place:
        found.append(place[f"c{len(found) + 1}"])
    return tuple(found) if len(found) >= 2 else ()


def _first(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _is_photo_row(cells: Sequence[str]) -> bool:
    has_number = any(not math.isnan(parse_number(cell)) for cell in cells)
    return has_number and any(_is_photo_name(cell) for cell in cells)


def _is_photo_name(cell: str) -> bool:
    return PureWindowsPath(cell).suffix.lower() in PHOTO_SUFFIXES


def _is_numeric(cells: Sequence[str]) -> bool:
    """Whether at least half of the cells are numbers."""
    num_numbers = sum(not math.isnan(parse_number(cell)) for cell in cells)
    return bool(cells) and 2 * num_numbers >= len(cells)


def _no_column(table: TextTable, what: str, usual: str) -> LabelError:
    seen = ", ".join(repr(cell) for cell in table.header[:12])
    return LabelError(
        f"{table.path.name} has no column that could hold the {what}; its columns are {seen}.",
        f"Name the column {usual!r}; the header line of a labels file is image,score.",
    )
