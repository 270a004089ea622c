"""Finding things in the folder of a published data set, and saying what is missing."""

import math
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.counted import counted
from trainer.errors import LabelError
from trainer.labels.text_table import parse_number

# What SciPy and openpyxl let out for files that are cut short or something else altogether.
_BROKEN_FILE = (
    OSError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, SyntaxError,
    EOFError, NotImplementedError, MemoryError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip

_MOST_SHEET_ROWS = 1_048_576  # as many as Excel has
_MOST_SHEET_CELLS = 20_000_000


def find_entry(folder: Path, *names: str) -> Path | None:
    """The first of these files or folders that exists; case does not matter.

    A name may be a path with "/".
    """
    for name in names:
        place = folder
        for part in name.split("/"):
            found = _entry(place, part)
            if found is None:
                break
            place = found
        else:
            return place
    return None


def require_entry(folder: Path, *names: str, title: str) -> Path:
    """As `find_entry`, but its absence is an error that names the layout."""
    found = find_entry(folder, *names)
    if found is None:
        raise LabelError(
            f"{folder} is not laid out as {title}: {' or '.join(names)} is missing.",
            "Unpack the data set as it was distributed and give the folder that holds this.",
        )
    return found


def read_mat(path: Path, variable: str, *, title: str) -> NDArray[np.generic]:
    """One variable of a MATLAB file (up to version 7), flattened."""
    import scipy.io  # here: every training would wait for what two kinds of labels need

    try:
        content = scipy.io.loadmat(path)
    except (*_BROKEN_FILE, scipy.io.matlab.MatReadError) as error:
        raise LabelError(
            f"{path} is not a MATLAB file that can be read: {error}.",
            f"Copy it again from the archive of {title}.",
        ) from error
    if variable not in content:
        raise LabelError(
            f"{path.name} holds no variable {variable}.",
            f"Copy it again from the archive of {title}.",
        )
    return np.asarray(content[variable]).ravel()


def mat_strings(cells: NDArray[np.generic]) -> list[str]:
    """The texts in a MATLAB cell array, which nest to a depth that differs from file to file."""
    return [_innermost(cell) for cell in cells]


def read_sheet(path: Path, header: Sequence[str], *, title: str) -> list[dict[str, str | float]]:
    """The rows below the header in an Excel workbook, whichever sheet and line it is on.

    The answer has one dict for each row that has all of the cells, keyed by `header`; numbers are
    floats, and everything else is text.
    """
    wanted = [name.lower() for name in header]
    for rows in _sheets(path, title):
        for line, row in enumerate(rows):
            names = ["" if cell is None else str(cell).strip().lower() for cell in row]
            if all(name in names for name in wanted):
                places = [names.index(name) for name in wanted]
                return _sheet_rows(rows[line + 1 :], header, places)
    raise LabelError(
        f"{path.name} has no sheet with the columns {', '.join(header)}.",
        f"Copy it again from the archive of {title}.",
    )


def require_same_length(num_photos: int, num_scores: int, *, folder: Path, title: str) -> None:
    """An error if a set's files disagree about how many photos there are."""
    if num_photos != num_scores:
        raise LabelError(
            f"The label files in {folder} disagree: {counted(num_photos)} but "
            f"{counted(num_scores, 'score')}.",
            f"Copy all files again from one archive of {title}.",
        )


def as_number(cell: str | float) -> float:
    """The number in a cell of a sheet; NaN where there is none."""
    return parse_number(cell) if isinstance(cell, str) else cell


def num_text(cell: str | float) -> str:
    """A cell as a name: 1600.0 is the text 1600."""
    return f"{cell:g}" if isinstance(cell, float) and math.isfinite(cell) else str(cell).strip()


def _sheets(path: Path, title: str) -> list[list[tuple[object, ...]]]:
    """The cells of every sheet of a workbook, row by row."""
    # Here: every training would wait for what two kinds of labels need
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return [
                _rows_within_limits(path, sheet.iter_rows(values_only=True))
                for sheet in workbook.worksheets
            ]
        finally:
            workbook.close()
    except (*_BROKEN_FILE, InvalidFileException) as error:
        raise LabelError(
            f"{path} is not an Excel workbook that can be read: {error}.",
            f"Copy it again from the archive of {title}.",
        ) from error


def _rows_within_limits(path: Path, rows: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Rows that hold something. A workbook of 5 kB may state a row of any number, or any width."""
    found = []
    num_cells = 0
    for number, row in enumerate(rows, start=1):
        num_cells += len(row)
        if number > _MOST_SHEET_ROWS or num_cells > _MOST_SHEET_CELLS:
            raise LabelError(
                f"{path.name} has a sheet of more than {_MOST_SHEET_ROWS} rows or "
                f"{_MOST_SHEET_CELLS // 10**6} million cells.",
                "Leave out what is not needed.",
            )
        if any(cell is not None for cell in row):
            found.append(tuple(row))
    return found


def _sheet_rows(
    rows: Sequence[tuple[object, ...]], header: Sequence[str], places: Sequence[int]
) -> list[dict[str, str | float]]:
    found: list[dict[str, str | float]] = []
    for row in rows:
        cells = [row[place] if place < len(row) else None for place in places]
        if any(cell is None for cell in cells):
            continue
        found.append(
            {
                name: float(cell) if isinstance(cell, int | float) else str(cell)
                for name, cell in zip(header, cells, strict=True)
            }
        )
    return found


def _entry(folder: Path, name: str) -> Path | None:
    if (folder / name).exists():
        return folder / name
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return None
    return next((entry for entry in entries if entry.name.lower() == name.lower()), None)


def _innermost(cell: object) -> str:
    while isinstance(cell, np.ndarray) and cell.size:
        cell = cell.ravel()[0]
    return "" if isinstance(cell, np.ndarray) else str(cell).strip()
