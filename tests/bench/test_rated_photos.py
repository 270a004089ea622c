import csv
import tomllib

import numpy as np
import pytest

from bench.rated_photos import copy_rated_photos
from engine.networks.model_file import read_card
from engine.networks.model_finder import default_model, find_model
from trainer.config import SplitConfig
from trainer.labels.read_labels import read_labels
from trainer.labels.split import split_as_configured


@pytest.fixture
def data_set(tmp_path):
    """Fifty photos with scores from 0 to 1, two of them missing."""
    folder = tmp_path / "data set"
    (folder / "images").mkdir(parents=True)
    scores = np.random.default_rng(4).permutation(np.linspace(0.02, 0.98, 50)).round(4)
    with (folder / "labels.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "score"])
        for number, score in enumerate(scores):
            writer.writerow([f"images/view ({number}).jpg", score])
            if number > 1:
                (folder / "images" / f"view ({number}).jpg").write_text(f"{score}")
    return folder


def test_photos_keep_their_scores_under_other_names(data_set, tmp_path):
    rated = copy_rated_photos(data_set, tmp_path / "mine", num_photos=20)
    photos = read_labels(rated.table).photos
    assert len({photo.path for photo in photos}) == 20
    assert all(photo.path.parent == tmp_path / "mine" for photo in photos)
    assert all(float(photo.path.read_text()) == photo.score for photo in photos)
    scores = sorted(photo.score for photo in photos)
    assert scores[0] < 0.1
    assert max(np.diff(scores)) < 0.15


def test_no_more_are_taken_than_there_are(data_set, tmp_path):
    rated = copy_rated_photos(data_set, tmp_path / "mine", num_photos=320)
    assert len(read_labels(rated.table).photos) == 48


def test_the_other_table_has_mistakes(data_set, tmp_path):
    rated = copy_rated_photos(data_set, tmp_path / "mine", num_photos=20)
    with rated.table_with_faults.open() as file:
        rows = list(csv.DictReader(file))
    missing = [row for row in rows if not (tmp_path / "mine" / row["photo"]).is_file()]
    assert len(rows) == 24
    assert len(missing) == 2
    assert [row["photo"] for row in rows if row["score"] == "good"] == [rows[0]["photo"]]


def test_photos_that_the_bundled_model_learned_from_are_passed_over(
    data_set, tmp_path, monkeypatch
):
    labels = read_labels(data_set / "labels.csv")
    monkeypatch.setattr(
        "bench.rated_photos.read_card", lambda path: _Card(labels.sha256) if path else None
    )
    rated = copy_rated_photos(data_set, tmp_path / "mine")
    settings = tomllib.loads(find_model("csiqa-vit-tiny-biq2021").with_suffix(".toml").read_text())[
        "split"
    ]
    test = split_as_configured(labels, SplitConfig(**settings)).test
    unseen = {labels.photos[index].score for index in test if labels.photos[index].path.is_file()}
    assert {photo.score for photo in read_labels(rated.table).photos} == unseen
    assert read_card(default_model()).label_sha256 != labels.sha256


class _Card:
    def __init__(self, label_sha256):
        self.label_sha256 = label_sha256
