import shutil

import numpy as np
import pytest

from app.catalog.feature_memory import FeatureMemory
from app.personal.photo_features import features_of, num_known
from engine.photo_features import PhotoFeatures


class FakeScorer:
    """Gives the number of a photo's bytes as its only feature, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def features_each(self, pictures, *, should_stop=lambda: False):
        for path in pictures:
            self.asked.append(path.name)
            if not path.exists():
                yield PhotoFeatures(path=path, error="There is no such file.")
            else:
                values = np.array([path.stat().st_size, 50.0], np.float32)
                yield PhotoFeatures(path=path, values_F=values)
            if should_stop():
                return


@pytest.fixture
def memory(tmp_path):
    with FeatureMemory(tmp_path / "catalog.sqlite3", model_id="m@1", num_crops=2) as memory:
        yield memory


def settled(folder):
    """Photos that were not written a moment ago."""
    import os

    paths = sorted(folder.rglob("*.jpg"))
    for path in paths:
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return paths


def test_photos_are_read_once(photo_folder, memory):
    paths = settled(photo_folder)
    scorer = FakeScorer()
    first, _ = features_of(paths, scorer=scorer, memory=memory)
    memory.flush()
    assert num_known(paths, memory) == len(paths)
    second, _ = features_of(paths, scorer=scorer, memory=memory)
    assert scorer.asked == [path.name for path in paths]
    assert {path: values.tolist() for path, values in second.items()} == {
        path: values.tolist() for path, values in first.items()
    }


def test_another_model_or_number_of_crops_knows_nothing(photo_folder, memory, tmp_path):
    paths = settled(photo_folder)
    features_of(paths, scorer=FakeScorer(), memory=memory)
    memory.flush()
    for other in ({"model_id": "m@2", "num_crops": 2}, {"model_id": "m@1", "num_crops": 3}):
        with FeatureMemory(tmp_path / "catalog.sqlite3", **other) as strange:
            assert num_known(paths, strange) == 0


def test_a_moved_photo_is_known_by_its_content(photo_folder, memory):
    paths = settled(photo_folder)
    features_of(paths, scorer=FakeScorer(), memory=memory)
    memory.flush()
    moved = photo_folder / "moved.jpg"
    shutil.move(paths[0], moved)
    scorer = FakeScorer()
    found, _ = features_of([moved], scorer=scorer, memory=memory)
    assert scorer.asked == []
    assert found[moved][1] == 50


def test_a_photo_that_cannot_be_read_says_why(photo_folder, memory):
    missing = photo_folder / "missing.jpg"
    done = []
    found, problems = features_of(
        [*settled(photo_folder), missing], scorer=FakeScorer(), memory=memory, on_read=done.append
    )
    assert missing not in found
    assert problems == {missing: "There is no such file."}
    assert done[-1] == 7


def test_a_stop_leaves_what_was_read_remembered(photo_folder, memory):
    paths = settled(photo_folder)
    scorer = FakeScorer()
    features_of(paths, scorer=scorer, memory=memory, should_stop=lambda: len(scorer.asked) >= 2)
    memory.flush()
    assert 0 < num_known(paths, memory) < len(paths)


def test_numbers_that_nobody_wrote_are_read_anew(photo_folder, memory):
    import sqlite3

    paths = settled(photo_folder)
    features_of(paths, scorer=FakeScorer(), memory=memory)
    memory.flush()
    with sqlite3.connect(memory._path) as connection:
        connection.execute("UPDATE feature SET numbers = ?", (b"abc",))
    assert num_known(paths, memory) == 0
    with sqlite3.connect(memory._path) as connection:
        nan = np.array([np.nan, 1.0], "<f4").tobytes()
        connection.execute("UPDATE feature SET numbers = ?", (nan,))
    assert num_known(paths, memory) == 0
