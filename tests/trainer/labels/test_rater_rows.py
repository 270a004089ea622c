import math

import numpy as np
import pytest

from trainer.errors import LabelError
from trainer.labels.csv_labels import read_csv_labels

QUALITY = np.random.default_rng(0).uniform(1, 5, 30)


def table(folder, rows, header="image,rater,rating"):
    path = folder / "labels.csv"
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]), "utf-8")
    return path


def answers(rater, seed, *, turned=False):
    noise = np.random.default_rng(seed).normal(0, 0.5, 30)
    ratings = np.clip(np.round(QUALITY + noise), 1, 5).astype(int)
    return [(f"p{i}.png", rater, 6 - r if turned else r) for i, r in enumerate(ratings)]


def test_a_row_for_each_rater_becomes_mean_spread_and_counts(tmp_path):
    rows = [("a.png", "ann", 4), ("b.png", "ann", 2), ("a.png", "bo", 5), ("a.png", "cy", 4)]
    labels = read_csv_labels(table(tmp_path, rows))
    a, b = labels.photos
    assert (a.path.name, a.score, a.counts) == ("a.png", pytest.approx(13 / 3), (0, 0, 0, 2, 1))
    assert a.std == pytest.approx(np.std([4, 5, 4]))
    assert (b.score, b.std, b.counts) == (2.0, None, (0, 1, 0, 0, 0))
    assert (labels.range.low, labels.range.high) == (1.0, 5.0)
    assert (
        "One row per rater and photo: 3 raters rated 2 photos, 1 to 3 each; scores are the means."
        in labels.notes
    )


def test_the_scale_is_that_of_the_ratings_and_not_of_their_means(tmp_path):
    rows = [("a.png", "ann", 90), ("a.png", "bo", 0), ("b.png", "ann", 3), ("b.png", "bo", 5)]
    labels = read_csv_labels(table(tmp_path, rows))
    assert (labels.range.low, labels.range.high) == (0.0, 100.0)
    assert labels.photos[0].counts is None
    assert labels.photos[0].std == 45.0
    assert any("ann gave a.png 90" in note for note in labels.notes)


def test_parts_and_references_are_those_of_the_first_row(tmp_path):
    rows = [("a.png", "ann", 4, "train", "s1"), ("a.png", "bo", 5, "train", "s1")]
    labels = read_csv_labels(table(tmp_path, rows, "image,rater,rating,split,scene"))
    assert (labels.photos[0].split, labels.photos[0].reference) == ("train", "s1")


def test_a_rater_upside_down_is_told_and_kept(tmp_path):
    rows = [*answers("ann", 1), *answers("bo", 2), *answers("cy", 3, turned=True)]
    labels = read_csv_labels(table(tmp_path, rows))
    assert any(note.startswith("cy seems to rate upside down") for note in labels.notes)
    assert any(note.startswith("All answers were kept") for note in labels.notes)
    assert all(sum(photo.counts) == 3 for photo in labels.photos)


def test_raters_with_one_answer_are_told(tmp_path):
    rows = [*answers("ann", 1), *answers("bo", 2), ("p0.png", "cy", 3)]
    labels = read_csv_labels(table(tmp_path, rows))
    assert "How far cy agree with others can't be told: too few photos are shared." in labels.notes


def test_who_says_the_same_of_every_photo_is_told(tmp_path):
    rows = [*answers("ann", 1), *answers("bo", 2), *((f"p{i}.png", "cy", 3) for i in range(30))]
    labels = read_csv_labels(table(tmp_path, rows))
    assert any(note.startswith("cy gave 30 answers, all the same") for note in labels.notes)


def test_rows_without_a_number_and_second_answers_are_told(tmp_path):
    rows = [
        ("a.png", "ann", 4),
        ("a.png", "ann", 2),
        ("a.png", "bo", "nan"),
        ("b.png", "bo", "good"),
    ]
    labels = read_csv_labels(table(tmp_path, rows))
    assert labels.photos[0].score == 2.0
    assert math.isnan(labels.photos[1].score)
    assert "No rating was found in 2 rows: no number there." in labels.notes
    assert any("answered for a photo again (1 row)" in note for note in labels.notes)


def test_a_table_without_any_rating_is_refused(tmp_path):
    rows = [("a.png", "ann", ""), ("a.png", "bo", ""), ("a.png", "cy", "")]
    with pytest.raises(LabelError, match="No row holds a rating that is a number"):
        read_csv_labels(table(tmp_path, rows, "image,rater,score"))


def test_a_column_of_raters_alone_makes_no_table_of_raters(tmp_path):
    labels = read_csv_labels(table(tmp_path, [("a.png", "ann", 0.5), ("b.png", "bo", 0.25)]))
    assert [photo.score for photo in labels.photos] == [0.5, 0.25]
    assert labels.photos[0].counts is None
