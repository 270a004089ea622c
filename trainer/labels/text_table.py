"""Tables in text files as people and programs write them: any encoding, any delimiter."""

import csv
import io
import math
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engine.photos.regular_file import open_file
from trainer.errors import LabelError

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_DECLARATION = re.compile(r" *sep=(.) *(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_NUM_SNIFFED_LINES = 50
_MOST_BYTES = 500_000_000
_MOST_COLUMNS = 10_000
_MOST_CELLS = 20_000_000
_MOST_ROWS = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table as text: every row has as many cells as the header.

    Attributes:
        path: The file it came from.
        header: The first row, stripped of blanks.
        rows: The others, empty lines left out.
        notes: What was unusual about the file, one sentence each.
    """

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def column(self, index: int) -> list[str]:
        """The cells of one column, from the top."""
        return [row[index] for row in self.rows]


def read_text_table(path: Path) -> TextTable:
    """The table in a CSV file, whatever its encoding and delimiter."""
    text, encoding = decode_text(path)
    declared = _DECLARATION.match(text)
    if declared:
        text = text[declared.end() :]
    delimiter = declared[1] if declared else _sniff_delimiter(text)
    try:
        rows = _rows_within_limits(path, text, delimiter)
    except csv.Error as error:
        raise LabelError(
            f"{path} is not a table: {error}.", "Save the labels as CSV in UTF-8 and try again."
        ) from error
    if not rows:
        raise LabelError(f"{path} is empty.", "It needs a header line and a line for each photo.")
    header = rows[0]
    width = len(header)
    too_long = next((row for row in rows[1:] if any(row[width:])), None)
    if too_long is not None:
        raise LabelError(
            f"The row {delimiter.join(too_long)!r} of {path.name} has {len(too_long)} cells, but "
            f"the header has {width}.",
            "If decimals are written with a comma, separate the columns by semicolons; put names "
            "that hold a separator in quotes.",
        )
    notes = []
    if delimiter != ",":
        notes.append(f"The columns are separated by {_DELIMITERS.get(delimiter, delimiter)}.")
    if encoding != "utf-8":
        notes.append(f"The file was read as {encoding}.")
    return TextTable(
        path=path,
        header=tuple(header),
        rows=tuple(tuple((row + [""] * width)[:width]) for row in rows[1:]),
        notes=tuple(notes),
    )


def _rows_within_limits(path: Path, text: str, delimiter: str) -> list[list[str]]:
    """The rows, counted while they are read: a small file can make more than the memory holds."""
    rows: list[list[str]] = []
    width = num_cells = 0
    for row in _split_rows(text, delimiter):
        width = width or len(row)
        if width > _MOST_COLUMNS:
            raise _too_large(path, f"{width} columns; the limit is {_MOST_COLUMNS}.")
        rows.append(row)
        # Short rows are filled up.
        num_cells += max(width, len(row))
        if num_cells > _MOST_CELLS:
            raise _too_large(
                path,
                f"more than {len(rows) - 1} rows of {width} columns; the limit is "
                f"{_MOST_CELLS // 10**6} million cells.",
            )
        if len(rows) > _MOST_ROWS:
            raise _too_large(path, f"more than {_MOST_ROWS // 10**6} million rows.")
    return rows


def _too_large(path: Path, what: str) -> LabelError:
    return LabelError(f"{path.name} has {what}", "Leave out what is not needed.")


def decode_text(path: Path) -> tuple[str, str]:
    """The text of a file and the encoding it turned out to have (BOMs are dropped)."""
    try:
        with open_file(path) as file:
            # Room is made for all that is asked for, so that no more is asked for than there is.
            data = file.read(min(os.fstat(file.fileno()).st_size, _MOST_BYTES) + 1)
    except OSError as error:
        raise LabelError(
            f"{path} can't be read: {error.strerror or error}.", "Check the path and its rights."
        ) from error
    if len(data) > _MOST_BYTES:
        raise LabelError(
            f"{path} is larger than {_MOST_BYTES // 10**6} MB, too large for a table of labels.",
            "Leave out the columns that are not needed.",
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data[:200]:
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, "utf-8" if encoding == "utf-8-sig" else encoding
    raise LabelError(f"{path} is not a text file.", "Save the labels as CSV in UTF-8.")


def parse_number(text: str) -> float:
    """The number in a cell, with a decimal point or comma; NaN where there is none."""
    stripped = text.strip()
    if _NUMBER.fullmatch(stripped):
        return float(stripped.replace(",", "."))
    return {"inf": math.inf, "+inf": math.inf, "-inf": -math.inf}.get(stripped.lower(), math.nan)


def _split_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t"
    )
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield cells


def _sniff_delimiter(text: str) -> str:
    """The delimiter that cuts most lines into as many cells as the first one, at least two."""
    best, best_merit = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in islice(_split_rows(text, delimiter), _NUM_SNIFFED_LINES)]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        merit = (Counter(widths)[widths[0]] / len(widths), widths[0])
        if merit > best_merit:
            best, best_merit = delimiter, merit
    return best
