import math
import os
import time
import tracemalloc

import pytest

from trainer.errors import LabelError
from trainer.labels.text_table import parse_number, read_text_table


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    path = tmp_path / "labels.csv"
    path.write_text(f"image{delimiter}score\na.jpg{delimiter}0.5\n")
    table = read_text_table(path)
    assert table.header == ("image", "score")
    assert table.rows == (("a.jpg", "0.5"),)


def test_semicolons_with_decimal_commas_are_no_comma_table(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("image;score;std\na.jpg;0,5;0,1\nb.jpg;0,7;0,2\n")
    table = read_text_table(path)
    assert table.rows[0] == ("a.jpg", "0,5", "0,1")
    assert table.notes == ("The columns are separated by semicolons.",)


def test_the_line_that_a_spreadsheet_writes_about_its_delimiter_is_obeyed(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("sep=|\nimage|score\na, b.jpg|1\n")
    assert read_text_table(path).rows == (("a, b.jpg", "1"),)


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8-sig", None), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("cp1252", "cp1252")],
)
def test_the_encoding_is_found(tmp_path, encoding, named):
    path = tmp_path / "labels.csv"
    path.write_bytes("image,score\nGrün.jpg,1\n".encode(encoding))
    table = read_text_table(path)
    assert table.header[0] == "image"
    assert table.rows == (("Grün.jpg", "1"),)
    assert table.notes == ((f"The file was read as {named}.",) if named else ())


def test_bytes_that_only_latin_1_has_are_read(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_bytes(b"image,score\n\x81.jpg,1\n")
    assert read_text_table(path).notes == ("The file was read as latin-1.",)


def test_empty_lines_are_left_out_and_short_rows_filled_up(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("image, score ,std\n\na.jpg,1\n,,\n")
    table = read_text_table(path)
    assert table.header == ("image", "score", "std")
    assert table.rows == (("a.jpg", "1", ""),)


def test_a_row_with_more_cells_than_the_header_is_an_error(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("image,score\na.jpg,0,585\n")
    with pytest.raises(LabelError, match=r"'a\.jpg,0,585' of labels\.csv has 3 cells.*semicolons"):
        read_text_table(path)


def test_an_empty_file_is_an_error(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("\n \n")
    with pytest.raises(LabelError, match="is empty"):
        read_text_table(path)


def test_a_photo_given_for_a_table_is_an_error(tmp_path, made_up_sets):
    made_up_sets.write_photo(tmp_path / "photo.png")
    with pytest.raises(LabelError, match="is not a text file"):
        read_text_table(tmp_path / "photo.png")


def test_a_cell_without_end_is_an_error(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text('image,score\n"' + "x" * 200_000)
    with pytest.raises(LabelError, match="is not a table: field larger"):
        read_text_table(path)


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path):
    with pytest.raises(LabelError, match="can't be read"):
        read_text_table(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", 0.5), (" 3 ", 3.0), ("0,585", 0.585), ("-1e-3", -0.001), (".5", 0.5), ("5,", 5.0),
        ("inf", math.inf), ("-Inf", -math.inf),
    ],
)  # fmt: skip
def test_numbers_are_read_with_point_or_comma(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "good", "nan", "1_000", "1.234,5", "0x10", "5 stars"])
def test_everything_else_is_no_number(text):
    assert math.isnan(parse_number(text))


def test_a_table_of_a_million_columns_is_refused_at_once(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text(",".join(f"c{number}" for number in range(1, 1_000_001)) + "\n1\n")
    begun_s = time.process_time()
    with pytest.raises(LabelError, match="has 1000000 columns; the limit is 10000"):
        read_text_table(path)
    assert time.process_time() - begun_s < 30


def test_short_rows_under_a_wide_header_do_not_fill_the_memory(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text(",".join(["a"] * 10_000) + "\n" + "1\n" * 2_000)
    with pytest.raises(LabelError, match="2000 rows of 10000 columns; the limit is 20 million"):
        read_text_table(path)


def test_a_table_too_large_to_be_one_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("trainer.labels.text_table._MOST_BYTES", 1_000_000)
    path = tmp_path / "labels.csv"
    path.write_text("a" * 1_000_001)
    with pytest.raises(LabelError, match="larger than 1 MB"):
        read_text_table(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_no_table_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "labels.csv")
    with pytest.raises(LabelError, match="it is a device or a pipe"):
        read_text_table(tmp_path / "labels.csv")


def test_a_table_of_short_lines_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("trainer.labels.text_table._MOST_ROWS", 100_000)
    path = tmp_path / "labels.csv"
    path.write_text("image,score\n" + "ab\n" * 2_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(LabelError, match="has more than 0 million rows"):
            read_text_table(path)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 15 * path.stat().st_size  # every line in a list would be 40 times it
