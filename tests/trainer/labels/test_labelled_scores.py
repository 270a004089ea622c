import math
from pathlib import Path

import pytest

from engine.measures.label_scale import LabelScale
from engine.photo_score import PhotoScore
from trainer.errors import LabelError
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.labelled_scores import bring_together, chosen_part, photos_of

MOS_1_5 = LabelScale(low=1.0, high=5.0, higher_is_better=True)
DMOS_0_1 = LabelScale(low=0.0, high=1.0, higher_is_better=False)


def labels(*splits):
    return LabelSet(
        name="set",
        photos=tuple(
            LabelledPhoto(path=Path(f"{number}.jpg"), score=3.0, split=split)
            for number, split in enumerate(splits)
        ),
        range=MOS_1_5,
        source=Path("labels.csv"),
        sha256="",
        notes=(),
    )


def rated(name, score, error=None):
    return PhotoScore(path=Path(name), score_0_100=score, error=error)


def test_the_test_part_is_measured_if_there_is_one_else_everything():
    assert chosen_part(labels("train", "test", "val"), None) == "test"
    assert chosen_part(labels("train", "val"), None) == "all"
    assert chosen_part(labels(None), None) == "all"
    assert chosen_part(labels("train", "test"), "train") == "train"


def test_a_part_that_is_not_there_is_named():
    with pytest.raises(LabelError, match=r"labels\.csv has no photos in a part called val\."):
        chosen_part(labels("train", "test"), "val")


def test_a_part_has_its_photos_in_order():
    some = labels("test", "train", None, "test")
    assert [photo.path.name for photo in photos_of(some, "test")] == ["0.jpg", "3.jpg"]
    assert len(photos_of(some, "all")) == 4


def test_labels_and_scores_stand_side_by_side_on_one_scale():
    photos = [
        LabelledPhoto(path=Path("a.jpg"), score=0.25),
        LabelledPhoto(path=Path("b.jpg"), score=1.0),
    ]
    results = {Path("a.jpg"): rated("a.jpg", 80.0), Path("b.jpg"): rated("b.jpg", 10.0)}
    scores, left_out = bring_together(photos, DMOS_0_1, results)
    assert scores.paths == [Path("a.jpg"), Path("b.jpg")]
    assert scores.predicted == [80.0, 10.0]
    assert scores.rated == [75.0, 0.0]
    assert left_out == []


def test_photos_without_label_or_score_are_left_out_with_the_reason():
    photos = [
        LabelledPhoto(path=Path("a.jpg"), score=math.nan),
        LabelledPhoto(path=Path("b.jpg"), score=3.0),
    ]
    results = {
        Path("a.jpg"): rated("a.jpg", 80.0),
        Path("b.jpg"): rated("b.jpg", None, "The file is empty."),
    }
    scores, left_out = bring_together(photos, MOS_1_5, results)
    assert scores.paths == []
    assert [(entry.path.name, entry.reason) for entry in left_out] == [
        ("a.jpg", "The label is not a number."),
        ("b.jpg", "The file is empty."),
    ]
