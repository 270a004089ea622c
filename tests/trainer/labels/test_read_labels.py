import os
from pathlib import Path

import numpy as np
import pytest

from trainer.errors import LabelError
from trainer.labels.check import check_labels
from trainer.labels.read_labels import DATA_SETS, read_labels

COUNTS = {
    "live": 10, "csiq": 12, "tid2013": 8, "kadid10k": 8, "livec": 5, "koniq10k": 6, "livefb": 5,
    "spaq": 4,
}  # fmt: skip
REAL_SET = Path(__file__).parents[3] / ".." / "shared" / "data" / "biq2021"


@pytest.mark.parametrize("kind", DATA_SETS)
def test_every_data_set_is_recognised_by_its_layout(tmp_path, made_up_sets, kind):
    getattr(made_up_sets, f"write_{kind}")(tmp_path)
    found = read_labels(tmp_path)
    assert found == read_labels(tmp_path, kind=kind)
    assert len(found.photos) == COUNTS[kind]
    assert [name for name, one in DATA_SETS.items() if one.looks_like(tmp_path)] == [kind]
    _, problems = check_labels(found, min_photos=1)
    assert problems == []


@pytest.mark.parametrize("kind", DATA_SETS)
def test_an_empty_folder_is_none_of_them(tmp_path, kind):
    with pytest.raises(LabelError, match="is not laid out as"):
        read_labels(tmp_path, kind=kind)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, one.label_files[0]) for kind, one in DATA_SETS.items() if one.label_files],
)  # fmt: skip
def test_a_label_file_stands_for_its_folder(tmp_path, made_up_sets, kind, name):
    getattr(made_up_sets, f"write_{kind}")(tmp_path)
    assert read_labels(tmp_path / name).photos == read_labels(tmp_path).photos
    assert read_labels(tmp_path / name, kind=kind).photos == read_labels(tmp_path).photos


def test_the_folder_around_a_data_set_is_good_enough(tmp_path, made_up_sets):
    made_up_sets.write_livec(tmp_path / "ChallengeDB_release")
    assert read_labels(tmp_path).name == "LIVE In the Wild"


@pytest.mark.parametrize("kind", ["auto", "csv"])
def test_a_csv_and_the_folder_that_holds_it_are_the_same(tmp_path, made_up_sets, kind):
    path = made_up_sets.write_folder_with_csv(tmp_path)
    assert read_labels(tmp_path, kind=kind) == read_labels(path, kind=kind)


def test_of_several_tables_the_one_called_labels_is_taken(tmp_path, made_up_sets):
    made_up_sets.write_folder_with_csv(tmp_path)
    (tmp_path / "other.csv").write_text("x\n")
    assert len(read_labels(tmp_path).photos) == 24


def test_several_tables_of_other_names_are_listed(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("image,score\n")
    with pytest.raises(LabelError, match=r"holds 2 tables: a\.csv or b\.csv"):
        read_labels(tmp_path)


def test_a_folder_without_labels_lists_what_is_known(tmp_path):
    with pytest.raises(LabelError, match="Known are LIVE release 2, CSIQ, TID2013"):
        read_labels(tmp_path)


def test_a_source_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(LabelError, match="does not exist"):
        read_labels(tmp_path / "nowhere")


def test_an_unknown_kind_is_an_error(tmp_path):
    with pytest.raises(LabelError, match="no kind of labels called 'ava'"):
        read_labels(tmp_path, kind="ava")


def test_a_data_set_without_rows_is_an_error(tmp_path, made_up_sets):
    made_up_sets.write_livefb(tmp_path)
    (tmp_path / "labels_image.csv").write_text("name,mos\n")
    with pytest.raises(LabelError, match="names no photos"):
        read_labels(tmp_path)


def test_what_is_given_of_the_scale_replaces_what_was_found(tmp_path, made_up_sets):
    path = made_up_sets.write_folder_with_csv(tmp_path)
    labels = read_labels(path, score_high=5.0, higher_is_better=False)
    assert (labels.range.low, labels.range.high) == (0.0, 5.0)
    assert not labels.range.higher_is_better
    assert labels.notes[-1] == (
        "As given, the scale is 0 to 5 and lower is better; the scores run from 0 to 1."
    )


def test_a_given_scale_without_extent_is_an_error(tmp_path, made_up_sets):
    path = made_up_sets.write_folder_with_csv(tmp_path)
    with pytest.raises(LabelError, match=r"from 5 to 1, which is no range. .*the lowest first"):
        read_labels(path, score_low=5.0)


def test_the_real_set_of_6000_photos_is_read():
    if not (REAL_SET / "labels.csv").is_file():
        pytest.skip("The photographs of BIQ2021 do not lie beside this repository.")
    labels = read_labels(REAL_SET / "labels.csv")
    assert len(labels.photos) == 6000
    assert (labels.range.low, labels.range.high) == (0.0, 1.0)
    scores = np.array([photo.score for photo in labels.photos])
    assert 0.0 <= scores.min() < scores.max() <= 1.0
    usable, problems = check_labels(labels, open_photos=False)
    assert not any(problem.is_fatal for problem in problems)
    assert len(usable.photos) == 6000


def test_a_name_that_no_file_can_have_is_not_there(tmp_path):
    with pytest.raises(LabelError, match="does not exist"):
        read_labels(tmp_path / ("a" * 300 + ".csv"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_as_the_source_is_refused(tmp_path):
    os.mkfifo(tmp_path / "labels.csv")
    with pytest.raises(LabelError, match="is a device or a pipe"):
        read_labels(tmp_path / "labels.csv")
