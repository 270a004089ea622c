from pathlib import Path

import pytest

from trainer.errors import LabelError
from trainer.labels.csv_columns import choose_columns
from trainer.labels.text_table import TextTable


def table(header, *rows):
    return TextTable(path=Path("labels.csv"), header=tuple(header), rows=tuple(rows))


@pytest.mark.parametrize(
    ("image", "score"),
    [
        ("image", "score"), ("Filename", "MOS"), ("image_name", "Rating"), ("Image Name", "label"),
        ("PATH", "Mean Score"), ("photo", "stars"), ("name", "mos_zscore"), ("File", "quality"),
    ],
)  # fmt: skip
def test_usual_names_are_known_whatever_their_case(image, score):
    columns = choose_columns(table(("id", score, image), ("1", "0.5", "a.jpg")))
    assert (columns.image, columns.score) == (2, 1)
    assert columns.higher_is_better


@pytest.mark.parametrize(
    "name",
    [
        "dmos",
        "DMOS",
        "DMOS zscore",
        "mean-dmos",
        "difference_mos",
        "Difference MOS",
        "diff_mos",
        "DifferentialMOS",
        "difference mean opinion score",
    ],
)
def test_a_difference_score_is_lower_for_better_photos(name):
    assert not choose_columns(table(("image", name), ("a.jpg", "1"))).higher_is_better


def test_the_other_columns_are_found():
    columns = choose_columns(
        table(
            ("image", "mos", "Scene", "set", "SD", "c1", "c2", "c3", "c_total"),
            ("a.jpg", "1", "sea", "train", "0.1", "1", "0", "0", "1"),
        )
    )
    assert (columns.reference, columns.split, columns.std) == (2, 3, 4)
    assert (columns.counts, columns.total) == ((5, 6, 7), 8)


def test_of_two_scores_the_usual_one_is_taken_and_the_choice_explained():
    columns = choose_columns(table(("image", "MOS", "MOS_zscore"), ("a.jpg", "3", "60")))
    assert columns.score == 2
    assert columns.notes[1] == (
        "Scores are in the column 'MOS_zscore', not in 'MOS', because it comes first in the usual "
        "order of preference."
    )


def test_a_column_of_words_is_passed_over_for_one_of_numbers():
    columns = choose_columns(table(("image", "quality", "label"), ("a.jpg", "good", "3")))
    assert columns.score == 2
    assert "because 'quality' holds no numbers" in columns.notes[1]


def test_unusual_names_are_told_by_their_content():
    columns = choose_columns(table(("foto", "note"), ("a.jpg", "3"), ("b.CR2", "4")))
    assert (columns.image, columns.score) == (0, 1)
    assert "by its content" in columns.notes[0]
    assert "the only one with numbers" in columns.notes[1]


def test_a_file_without_header_line_is_recognised():
    columns = choose_columns(table(("a.jpg", "0.5"), ("b.jpg", "0.7")))
    assert columns.is_headerless
    assert "no header line" in columns.notes[0]


def test_counts_alone_are_enough():
    columns = choose_columns(table(("image", "c1", "c2"), ("a.jpg", "1", "3")))
    assert (columns.score, columns.counts) == (None, (1, 2))
    assert "mean of the ratings c1 to c2" in columns.notes[1]


def test_without_a_column_of_photos_the_columns_are_listed():
    with pytest.raises(LabelError, match=r"could hold the photos; its columns are 'id', 'score'"):
        choose_columns(table(("id", "score"), ("1", "0.5")))


def test_without_a_column_of_scores_the_columns_are_listed():
    with pytest.raises(LabelError, match=r"could hold the scores; its columns are 'image', 'who'"):
        choose_columns(table(("image", "who"), ("a.jpg", "me")))


def test_two_unknown_columns_of_numbers_are_not_guessed_between():
    with pytest.raises(LabelError, match="could hold the scores"):
        choose_columns(table(("image", "x", "y"), ("a.jpg", "1", "2")))
