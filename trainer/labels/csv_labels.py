"""A labels CSV: one line for each photo, headers matched generously."""

import math
import statistics
from collections.abc import Sequence
from pathlib import Path

from engine.counted import counted
from engine.measures.label_scale import LabelScale
from engine.ratings.counts import NUM_CATEGORIES
from trainer.errors import LabelError
from trainer.labels.csv_columns import Columns, NamedColumns, choose_columns
from trainer.labels.label_set import ColumnsTaken, LabelledPhoto, LabelSet, sha256_of_files
from trainer.labels.photo_finder import PhotoFinder
from trainer.labels.rater_rows import gather_raters, has_several_rows
from trainer.labels.score_range import infer_bounds
from trainer.labels.text_table import TextTable, parse_number, read_text_table

_SPLITS = {
    **dict.fromkeys(("train", "training", "tr"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing", "eval"), "test"),
}


def read_csv_labels(path: Path, named: NamedColumns | None = None) -> LabelSet:
    """The labels in a CSV, with photos looked for beside it and in `images` beside it.

    What columns are `named` to be is not looked for.

    Direction and scale are taken from the name of the score column and from the scores; the notes
    say what was decided.
    """
    table = read_text_table(path)
    columns = choose_columns(table, named)
    rows = (table.header, *table.rows) if columns.is_headerless else table.rows
    if not rows:
        raise LabelError(
            f"{path.name} has a header but no photos.", "It needs a line for each photo."
        )
    notes = [*table.notes, *(note for note in columns.notes if note)]
    is_rater_named = named is not None and bool(named.rater)
    if columns.rater is not None and (is_rater_named or has_several_rows(rows, columns.image)):
        return _of_raters(path, table, columns, rows, notes)
    splits, split_notes = read_splits(table, rows, columns.split)
    counts, count_notes = read_counts(rows, columns.counts, total=columns.total)
    scores = _read_scores(rows, columns)
    finder = PhotoFinder([path.parent, path.parent / "images"])
    photos = tuple(
        LabelledPhoto(
            path=finder.find(row[columns.image]),
            score=score,
            reference=_cell(row, columns.reference) or None,
            split=split,
            std=_spread(row, columns, count),
            counts=count,
        )
        for row, score, split, count in zip(rows, scores, splits, counts, strict=True)
    )
    # A photo that is not there will be left out, so it has no say in the scale.
    there = [photo.score for photo in photos if photo.path.is_file()]
    scale, scale_note = _scale(table, columns, there or scores)
    return LabelSet(
        name=path.stem,
        photos=photos,
        range=scale,
        source=path,
        sha256=sha256_of_files([path]),
        notes=(*notes, *split_notes, *count_notes, scale_note),
        columns=_columns_taken(table, columns),
        is_scale_inferred=columns.score is not None,
    )


def _of_raters(
    path: Path,
    table: TextTable,
    columns: Columns,
    rows: Sequence[tuple[str, ...]],
    notes: Sequence[str],
) -> LabelSet:
    """The labels of a table with one row per rater and photo."""
    assert columns.rater is not None
    if columns.score is None:
        raise LabelError(
            f"{path.name} has a row for each rater, but no column of ratings.",
            'Name the column "rating"; the header line is image,rater,rating.',
        )
    found = gather_raters(rows, image=columns.image, score=columns.score, rater=columns.rater)
    first_rows = [photo.row for photo in found.photos]
    splits, split_notes = read_splits(table, first_rows, columns.split)
    finder = PhotoFinder([path.parent, path.parent / "images"])
    photos = tuple(
        LabelledPhoto(
            path=finder.find(photo.row[columns.image]),
            score=photo.score,
            reference=_cell(photo.row, columns.reference) or None,
            split=split,
            std=photo.std,
            counts=photo.counts,
        )
        for photo, split in zip(found.photos, splits, strict=True)
    )
    scale, scale_note = _scale(table, columns, found.ratings)
    return LabelSet(
        name=path.stem,
        photos=photos,
        range=scale,
        source=path,
        sha256=sha256_of_files([path]),
        notes=(*notes, *found.notes, *split_notes, scale_note),
        columns=_columns_taken(table, columns),
    )


def _columns_taken(table: TextTable, columns: Columns) -> ColumnsTaken | None:
    if columns.is_headerless:
        return None
    return ColumnsTaken(
        header=table.header,
        image=columns.image,
        score=columns.score,
        reference=columns.reference,
        split=columns.split,
    )


def read_counts(
    rows: Sequence[Sequence[str]], columns: Sequence[int], *, total: int | None
) -> tuple[list[tuple[int, ...] | None], tuple[str, ...]]:
    """How many people gave each rating, row by row, and what had to be left out.

    Shares are turned into counts where a column `total` says of how many; a row without whole,
    non-negative counts gets None.
    """
    if not columns:
        return [None] * len(rows), ()
    counts: list[tuple[int, ...] | None] = []
    for row in rows:
        cells = [parse_number(row[index]) for index in columns]
        num_ratings = parse_number(_cell(row, total))
        if cells and math.isfinite(num_ratings) and abs(math.fsum(cells) - 1.0) < 1e-3:
            cells = [float(round(cell * num_ratings)) for cell in cells]
        is_whole = all(cell >= 0 and cell.is_integer() for cell in cells)
        is_rated = is_whole and any(cells)
        counts.append(tuple(int(cell) for cell in cells) if is_rated else None)
    return counts, _notes_about_counts(rows, columns, counts)


def _notes_about_counts(
    rows: Sequence[Sequence[str]],
    columns: Sequence[int],
    counts: Sequence[tuple[int, ...] | None],
) -> tuple[str, ...]:
    notes = []
    lost = [number for number, count in enumerate(counts) if count is None]
    if lost:
        written = " ".join(rows[lost[0]][index].strip() or "-" for index in columns)
        notes.append(
            f"The counts of ratings were left out for {counted(len(lost))}: no whole numbers, or "
            f"nobody counted (first in row {lost[0] + 1}: {written})."
        )
    if len(columns) != NUM_CATEGORIES:
        notes.append(
            f"Ratings from 1 to {len(columns)} are counted, not 1 to {NUM_CATEGORIES}: their means "
            "and spreads are used, but no distributions."
        )
    return tuple(notes)


def read_splits(
    table: TextTable, rows: Sequence[Sequence[str]], column: int | None
) -> tuple[list[str | None], tuple[str, ...]]:
    """The part each row belongs to as the column says, None where it says nothing."""
    if column is None:
        return [None] * len(rows), ()
    title = table.header[column]
    words = [row[column].strip().lower() for row in rows]
    unknown = sorted({word for word in words if word and word not in _SPLITS})
    if not any(word in _SPLITS for word in words):
        return [None] * len(rows), (
            f"The column {title!r} was not used: it names no train, val or test part.",
        )
    if unknown:
        raise LabelError(
            f"The column {title!r} of {table.path.name} says {unknown[0]!r} in "
            f"{counted(words.count(unknown[0]), 'row')}.",
            "Write train, val or test, or nothing.",
        )
    return [_SPLITS.get(word) for word in words], (f"The column {title!r} gives the parts.",)


def _read_scores(rows: Sequence[Sequence[str]], columns: Columns) -> list[float]:
    if columns.score is not None:
        return [parse_number(row[columns.score]) for row in rows]
    scores = []
    for row in rows:
        weights = [parse_number(row[index]) for index in columns.counts]
        total = math.fsum(weights)
        mean = math.fsum(k * weight for k, weight in enumerate(weights, start=1))
        scores.append(mean / total if total > 0 and min(weights) >= 0 else math.nan)
    return scores


def _spread(row: Sequence[str], columns: Columns, counts: tuple[int, ...] | None) -> float | None:
    """As a column says, else of the ratings counted where they are the score's scale too."""
    written = _number_or_none(_cell(row, columns.std))
    if written is not None or counts is None or columns.score is not None:
        return written
    if sum(counts) < 2:
        return None
    return statistics.pstdev(k for k, count in enumerate(counts, start=1) for _ in range(count))


def _scale(table: TextTable, columns: Columns, scores: Sequence[float]) -> tuple[LabelScale, str]:
    finite = [score for score in scores if math.isfinite(score)]
    direction = "higher is better" if columns.higher_is_better else "lower is better"
    if columns.score is None:
        low, high = 1.0, float(len(columns.counts))
        why = "the ratings that were counted"
    else:
        low, high = infer_bounds(scores)
        why = f"the scores ({min(finite):g} to {max(finite):g})" if finite else "no number at all"
        if not columns.higher_is_better:
            direction += f", as the name {table.header[columns.score]!r} says"
    scale = LabelScale(low=low, high=high, higher_is_better=columns.higher_is_better)
    return scale, f"The scale is {low:g} to {high:g}, from {why}; {direction}."


def _cell(row: Sequence[str], index: int | None) -> str:
    return "" if index is None else row[index].strip()


def _number_or_none(text: str) -> float | None:
    number = parse_number(text)
    return number if math.isfinite(number) else None
