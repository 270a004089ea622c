import csv
import io
import os
from pathlib import Path

import pytest

from engine.files.csv_text import csv_line, csv_text, no_formula

ODD = ["a\rb", "a\nb", "a\r\nb", 'a"b', "a,b", " a ", "", "ä🏖", "a\\b", "'", "\u2028", "a\0b"[:1]]


@pytest.mark.parametrize("value", ODD)
def test_every_value_reads_back_as_it_was(value):
    text = csv_text([("name", "score"), (value, 1.5)])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["name", "score"], [value, "1.5"]]


def test_a_row_ends_with_a_line_feed_and_nothing_is_empty():
    assert csv_line(("a", None, 2)) == "a,,2\n"


@pytest.mark.parametrize("name", ["=1+2.jpg", "+a.jpg", "-a.jpg", "@a.jpg", "\ra.jpg"])
def test_a_file_name_is_no_formula_and_still_the_same_file(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ((read,),) = csv.reader(io.StringIO(csv_line([Path(name)]), newline=""))
    assert read == f".{os.sep}{name}" or read == f"./{name}"
    assert Path(read) == Path(name)


def test_an_absolute_name_stays():
    path = Path(os.path.abspath("=a.jpg"))
    assert csv_line([path]) == f"{path}\n"


def test_a_text_is_no_formula():
    assert no_formula('=HYPERLINK("http://example.org")') == '\'=HYPERLINK("http://example.org")'
    assert no_formula("a=b") == "a=b"
