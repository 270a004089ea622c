"""Tables as CSV that every program reads back as they were, whatever the names of the files."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(values: Iterable[object]) -> str:
    r"""One row, ended by a line feed; None is empty.

    A line break of any kind inside a value is kept, in quotes. A file whose name a spreadsheet
    would run as a formula is written as `./=name`, which is the same file.

    >>> from pathlib import Path
    >>> from engine.files.csv_text import csv_line
    >>> csv_line([Path("=a.jpg"), 70.5, None, "two\rlines"])
    './=a.jpg,70.5,,"two\rlines"\n'
    """
    buffer = io.StringIO(newline="")
    # Python quotes what is part of the line's end, so a lone carriage return is only quoted here.
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_path_text(value) if isinstance(value, Path) else value for value in values])
    return buffer.getvalue()[:-2] + "\n"


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    r"""Several rows, the header among them.

    >>> from engine.files.csv_text import csv_text
    >>> csv_text([("image", "score"), ("a.jpg", 70.5)])
    'image,score\na.jpg,70.5\n'
    """
    return "".join(map(csv_line, rows))


def no_formula(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run as a formula.

    >>> from engine.files.csv_text import no_formula
    >>> no_formula("=1+1"), no_formula("holiday")
    ("'=1+1", 'holiday')
    """
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def _path_text(path: Path) -> str:
    text = str(path)
    return f"./{text}" if text.startswith(_BEGINS_A_FORMULA) else text
