import os
import sys
import threading
import time

import pytest

from app.catalog.score_memory import ScoreMemory
from app.rating.rate_photos import rate_photos
from engine.photo_score import PhotoScore


class ScriptedScorer:
    """Scores by file name, notes what it was given, and may do something in between."""

    model_id = "m@1"
    num_crops = 1

    def __init__(self, before_scoring=lambda path: None):
        self.given = []
        self.before_scoring = before_scoring

    def score_each(self, paths, *, should_stop):
        for path in paths:
            self.given.append(path)
            self.before_scoring(path)
            yield PhotoScore(
                path=path,
                score_0_100=float(len(path.name)),
                uncertainty=1.0,
                crop_scores=(1.0,),
                width_px=3,
                height_px=2,
            )


@pytest.fixture
def catalog(tmp_path):
    return tmp_path / "catalog.sqlite3"


@pytest.fixture
def photos(tmp_path, age):
    folder = tmp_path / "photos"
    folder.mkdir()
    paths = [folder / f"{number}.jpg" for number in range(20)]
    for path in paths:
        path.write_bytes(path.name.encode())
    age(folder)
    return paths


def rate(paths, scorer, catalog, should_stop=lambda: False):
    rated = []
    with ScoreMemory(catalog, model_id="m@1", num_crops=1) as memory:
        rate_photos(
            paths,
            scorer=scorer,
            memory=memory,
            on_rated=rated.append,
            should_stop=should_stop,
        )
    return rated


def test_what_is_remembered_is_not_scored_again(photos, catalog):
    first = rate(photos, ScriptedScorer(), catalog)
    scorer = ScriptedScorer()
    second = rate(photos, scorer, catalog)
    assert scorer.given == []
    assert [(photo.path, photo.score_0_100) for photo in first] == [
        (photo.path, photo.score_0_100) for photo in second
    ]
    assert not any(photo.is_remembered for photo in first)
    assert all(photo.is_remembered for photo in second)


def test_copies_among_new_photos_are_recognised(photos, catalog, tmp_path, age):
    rate(photos[:3], ScriptedScorer(), catalog)
    copies = [tmp_path / "photos" / f"copy{number}.jpg" for number in range(3)]
    for copy, photo in zip(copies, photos, strict=False):
        copy.write_bytes(photo.read_bytes())
    age(tmp_path / "photos")
    scorer = ScriptedScorer()
    rated = rate([copies[0], photos[5], *copies[1:], photos[6]], scorer, catalog)
    assert scorer.given == [photos[5], photos[6]]
    assert {photo.path for photo in rated if photo.is_remembered} == set(copies)
    assert len(rated) == 5


def test_a_photo_that_changes_while_it_is_scored_is_not_remembered(photos, catalog):
    def change(path):
        if path == photos[1]:
            path.write_bytes(b"saved again by an editor")

    rate(photos[:3], ScriptedScorer(change), catalog)
    scorer = ScriptedScorer()
    rate(photos[:3], scorer, catalog)
    assert scorer.given == [photos[1]]


def test_a_photo_that_goes_away_while_it_is_scored_is_not_remembered(photos, catalog):
    rate(photos[:1], ScriptedScorer(lambda path: path.unlink()), catalog)
    photos[0].write_bytes(b"0.jpg")
    scorer = ScriptedScorer()
    rate(photos[:1], scorer, catalog)
    assert scorer.given == photos[:1]


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes in the file system")
def test_a_pipe_is_handed_to_the_scorer_without_being_read(photos, catalog, tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    scorer = ScriptedScorer()
    rate([tmp_path / "pipe.jpg"], scorer, catalog)
    assert scorer.given == [tmp_path / "pipe.jpg"]


def test_photos_are_taken_a_few_ahead_and_in_the_thread_of_the_catalog(photos, catalog):
    threads = set()
    rate(photos, ScriptedScorer(lambda path: threads.add(threading.get_ident())), catalog)
    assert threads == {threading.get_ident()}


def test_a_wish_to_stop_ends_it_and_keeps_what_was_rated(photos, catalog):
    scorer = ScriptedScorer()
    rated = rate(photos, scorer, catalog, should_stop=lambda: len(scorer.given) >= 4)
    assert [photo.path for photo in rated] == photos[:4]
    again = ScriptedScorer()
    rate(photos[:5], again, catalog)
    assert again.given == [photos[4]]


def test_a_wish_to_stop_ends_the_looking_up_too(photos, catalog):
    rate(photos, ScriptedScorer(), catalog)
    rated = []
    with ScoreMemory(catalog, model_id="m@1", num_crops=1) as memory:
        rate_photos(
            photos,
            scorer=ScriptedScorer(),
            memory=memory,
            on_rated=rated.append,
            should_stop=lambda: len(rated) == 7,
        )
    assert len(rated) == 7


@pytest.mark.skipif(sys.platform == "win32", reason="sparse files are not made by truncation")
def test_a_huge_file_that_begins_like_no_photo_is_not_read(tmp_path, catalog):
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.truncate(3_900_000_000)
    begun_s = time.process_time()
    (photo,) = rate([path], ScriptedScorer(), catalog)
    assert photo.score_0_100 is not None
    assert time.process_time() - begun_s < 1


@pytest.mark.skipif(sys.platform == "win32", reason="sparse files are not made by truncation")
def test_a_wish_to_stop_ends_the_reading_of_a_huge_file(tmp_path, catalog):
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.write(b"\xff\xd8\xff\xe0")
        file.truncate(3_900_000_000)
    begun_s = time.process_time()
    asked = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    assert rate([path], ScriptedScorer(), catalog, should_stop=should_stop) == []
    assert time.process_time() - begun_s < 3
