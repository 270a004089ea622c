import hashlib
import math
import time

import pytest

from trainer.errors import LabelError
from trainer.labels.csv_labels import read_csv_labels


def write(folder, text, name="labels.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_photos_scores_and_the_hash_of_the_file_are_read(tmp_path, made_up_sets):
    path = made_up_sets.write_folder_with_csv(tmp_path)
    labels = read_csv_labels(path)
    assert len(labels.photos) == 24
    assert labels.photos[0].path == tmp_path / "images" / "p000.png"
    assert labels.photos[23].score == 1.0
    assert labels.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (labels.name, labels.source) == ("labels", path)


def test_plain_names_are_found_in_the_images_folder_beside_the_file(tmp_path, made_up_sets):
    made_up_sets.write_photo(tmp_path / "images" / "a.png")
    labels = read_csv_labels(write(tmp_path, "image,score\na.png,1\n"))
    assert labels.photos[0].path == tmp_path / "images" / "a.png"


def test_the_scale_and_the_choices_are_told(tmp_path):
    labels = read_csv_labels(write(tmp_path, "file;DMOS\na.png;12,5\nb.png;80\n"))
    assert (labels.range.low, labels.range.high) == (0.0, 100.0)
    assert not labels.range.higher_is_better
    assert labels.notes == (
        "The columns are separated by semicolons.",
        "Photos are in the column 'file'.",
        "Scores are in the column 'DMOS'.",
        "The scale is 0 to 100, from the scores (12.5 to 80); lower is better, as the name 'DMOS' "
        "says.",
    )


def test_the_scale_is_that_of_the_photos_that_are_there(tmp_path, made_up_sets):
    path = made_up_sets.write_folder_with_csv(tmp_path)
    path.write_text(path.read_text() + "images/gone.png,7\n")
    labels = read_csv_labels(path)
    assert (labels.range.low, labels.range.high) == (0.0, 1.0)
    assert labels.notes[-1].startswith("The scale is 0 to 1, from the scores (0 to 1)")


def test_the_scale_is_that_of_all_rows_where_no_photo_is_there(tmp_path):
    labels = read_csv_labels(write(tmp_path, "image,score\na.png,0.5\nb.png,7\n"))
    assert (labels.range.low, labels.range.high) == (0.0, 10.0)


def test_a_score_that_is_no_number_is_carried_as_nan(tmp_path):
    labels = read_csv_labels(write(tmp_path, "image,score\na.png,1\nb.png,good\nc.png,\n"))
    assert [math.isnan(photo.score) for photo in labels.photos] == [False, True, True]


def test_references_parts_and_spreads_are_read(tmp_path):
    labels = read_csv_labels(
        write(
            tmp_path,
            "image,score,reference,split,std\n"
            "a.png,1,sea,Training,0.5\nb.png,2,,validation,\nc.png,3,hill,TEST,x\nd.png,4,,,\n",
        )
    )
    assert [photo.reference for photo in labels.photos] == ["sea", None, "hill", None]
    assert [photo.split for photo in labels.photos] == ["train", "val", "test", None]
    assert [photo.std for photo in labels.photos] == [0.5, None, None, None]


def test_a_part_that_is_half_understood_is_an_error(tmp_path):
    path = write(tmp_path, "image,score,split\na.png,1,train\nb.png,2,holdout\n")
    with pytest.raises(LabelError, match=r"'split' of labels\.csv says 'holdout' in 1 row\."):
        read_csv_labels(path)


def test_a_set_column_about_something_else_is_not_used(tmp_path):
    labels = read_csv_labels(write(tmp_path, "image,score,set\na.png,1,A\nb.png,2,B\n"))
    assert labels.photos[0].split is None
    assert any("'set' was not used" in note for note in labels.notes)


def test_counts_alone_give_the_mean_rating(tmp_path):
    labels = read_csv_labels(write(tmp_path, "image,c1,c2,c3,c4\na.png,1,0,0,3\nb.png,0,0,0,0\n"))
    assert labels.photos[0].score == pytest.approx(3.25)
    assert labels.photos[0].counts == (1, 0, 0, 3)
    assert math.isnan(labels.photos[1].score)
    assert (labels.range.low, labels.range.high) == (1.0, 4.0)


def test_shares_become_counts_where_the_total_is_known(tmp_path):
    text = "image,mos,c1,c2,c_total\na.png,1,0.25,0.75,8\nb.png,2,0.5,0.5,\n"
    labels = read_csv_labels(write(tmp_path, text))
    assert [photo.counts for photo in labels.photos] == [(2, 6), None]
    assert any("left out for 1 photo:" in note for note in labels.notes)


def test_a_file_without_header_line_loses_no_photo(tmp_path):
    labels = read_csv_labels(write(tmp_path, "a.png,0.5\nb.png,0.75\n"))
    assert [photo.score for photo in labels.photos] == [0.5, 0.75]


def test_a_header_without_photos_is_an_error(tmp_path):
    with pytest.raises(LabelError, match="has a header but no photos"):
        read_csv_labels(write(tmp_path, "image,score\n"))


@pytest.mark.alone
def test_a_table_of_many_rows_is_read_in_time_that_grows_with_them(tmp_path):
    def seconds(num_rows: int) -> float:
        path = write(tmp_path, "image,score\n" + "".join(f"{n}.jpg,7\n" for n in range(num_rows)))
        begun_s = time.process_time()
        assert len(read_csv_labels(path).photos) == num_rows
        return time.process_time() - begun_s

    seconds(100)
    assert seconds(50_000) < 5  # a million in 5 s on a machine that does nothing else


def test_ten_thousand_columns_of_counts_are_read(tmp_path):
    names = ",".join(f"c{number}" for number in range(1, 9_999))
    row = ",".join(["1"] * 9_998)
    begun_s = time.process_time()
    labels = read_csv_labels(write(tmp_path, f"image,{names}\na.jpg,{row}\n"))
    assert len(labels.photos[0].counts) == 9_998
    assert time.process_time() - begun_s < 5


def test_counts_that_are_no_numbers_are_left_out_and_the_first_is_shown(tmp_path):
    text = "image,mos,c1,c2,c3,c4,c5\na.png,3,0,1,2,1,0\nb.png,2,1,nan,0,0,0\nc.png,1,0,0,0,0,0\n"
    labels = read_csv_labels(write(tmp_path, text))
    assert [photo.counts for photo in labels.photos] == [(0, 1, 2, 1, 0), None, None]
    assert (
        "The counts of ratings were left out for 2 photos: no whole numbers, or nobody counted "
        "(first in row 2: 1 nan 0 0 0)." in labels.notes
    )


def test_other_categories_than_five_are_told(tmp_path):
    labels = read_csv_labels(write(tmp_path, "image,c1,c2,c3\na.png,1,2,1\nb.png,0,0,4\n"))
    assert labels.photos[0].counts == (1, 2, 1)
    assert any(
        note.startswith("Ratings from 1 to 3 are counted, not 1 to 5") for note in labels.notes
    )


def test_the_spread_is_that_of_the_counts_where_they_are_all_there_is(tmp_path):
    labels = read_csv_labels(
        write(tmp_path, "image,c1,c2,c3,c4,c5\na.png,0,0,2,2,0\nb.png,1,0,0,0,0\n")
    )
    assert [photo.std for photo in labels.photos] == [0.5, None]


def test_a_row_for_each_rater_needs_a_rating(tmp_path):
    text = "image,rater,c1,c2\na.png,ann,1,2\na.png,bo,1,2\n"
    with pytest.raises(LabelError, match="a row for each rater, but no column of ratings"):
        read_csv_labels(write(tmp_path, text))
