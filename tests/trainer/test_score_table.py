import numpy as np
import pytest
from PIL import Image

from engine.measures.label_scale import LabelScale
from trainer.errors import TrainingError
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.split import Split
from trainer.score_table import is_score_table, scores_of_table

RATED = np.array([10.0, 40.0, 70.0, 90.0])


@pytest.fixture
def labels(tmp_path):
    photos = []
    for number in range(4):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (8, 8)).save(path)
        photos.append(LabelledPhoto(path=path, score=RATED[number]))
    return LabelSet(
        name="mine",
        photos=tuple(photos),
        range=LabelScale(low=0.0, high=100.0, higher_is_better=True),
        source=tmp_path / "labels.csv",
        sha256="",
        notes=(),
    )


def table(folder, rows):
    path = folder / "scores.csv"
    path.write_text("image,score\n" + "".join(f"{name},{score}\n" for name, score in rows))
    return path


SPLIT = Split(train=(0, 1, 2), validation=(3,), test=(), how="")


def test_scores_are_found_by_photo_and_brought_to_the_scale_of_the_labels(labels, tmp_path):
    path = table(tmp_path, [("2.png", 3.0), ("0.png", 1.0), ("1.png", 2.0), ("3.png", 4.0)])
    found = scores_of_table(path, labels, SPLIT, RATED, adjusts_scale=True)
    assert found == pytest.approx([10, 40, 70, 100])  # the line through the training part


def test_scores_stay_as_they_are_where_that_is_asked(labels, tmp_path):
    path = table(tmp_path, [(f"{number}.png", 20.0 * number) for number in range(4)])
    found = scores_of_table(path, labels, SPLIT, RATED, adjusts_scale=False)
    assert found == pytest.approx([0, 20, 40, 60])


def test_a_photo_without_a_score_is_named(labels, tmp_path):
    path = table(tmp_path, [("0.png", 1.0), ("2.png", 3.0)])
    with pytest.raises(TrainingError, match=r"no score for 1 photo of the training part.*1\.png"):
        scores_of_table(path, labels, SPLIT, RATED, adjusts_scale=True)


def test_scores_that_fall_with_the_labels_are_refused(labels, tmp_path):
    path = table(tmp_path, [(f"{number}.png", 60.0 - 20 * number) for number in range(4)])
    with pytest.raises(TrainingError, match=r"scores\.csv do not rise"):
        scores_of_table(path, labels, SPLIT, RATED, adjusts_scale=True)


def test_a_table_is_known_by_its_suffix():
    assert is_score_table("scores.csv")
    assert not is_score_table("teacher.safetensors")
    assert not is_score_table("")
