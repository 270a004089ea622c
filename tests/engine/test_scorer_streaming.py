"""Scoring many photos: in bounded memory, one at a time, and with nothing left running."""

import threading
import time
import weakref
from itertools import repeat

import numpy as np
import pytest

import engine.scorer
from engine.photos.resized import ResizedPhoto
from engine.scorer import Scorer


@pytest.fixture
def live_photos(monkeypatch):
    """Photos that exist at the moment, instead of files; the most there ever were is `.most`."""

    class Live:
        num_read = now = most = 0

    live, lock = Live(), threading.Lock()

    def gone():
        with lock:
            live.now -= 1

    def read(path, rule, *, crop_px, **others):
        pixels = np.full((96, 128, 3), 90, np.uint8)
        weakref.finalize(pixels, gone)
        with lock:
            live.num_read += 1
            live.now += 1
            live.most = max(live.most, live.now)
        return ResizedPhoto(pixels_HW3=pixels, width_px=128, height_px=96)

    monkeypatch.setattr(engine.scorer, "read_resized", read)
    monkeypatch.setattr(engine.scorer, "num_usable_cores", lambda: 2)
    return live


def threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_only_a_few_photos_are_read_ahead_of_the_one_who_takes_the_scores(tiny_scorer, live_photos):
    num_ahead = []
    for number, _ in enumerate(tiny_scorer.score_each(["photo.jpg"] * 40), start=1):
        time.sleep(0.002)  # time enough to run too far ahead
        num_ahead.append(live_photos.num_read - number)

    assert max(num_ahead) <= 2 + 2  # two threads, and two photos more
    assert max(num_ahead) > 0
    assert live_photos.most <= 2 + 2 + 1
    assert live_photos.now == 0


def test_photos_without_end_can_be_scored(tiny_scorer, live_photos):
    results = tiny_scorer.score_each(repeat("photo.jpg"))
    assert next(results).score_0_100 == next(results).score_0_100
    results.close()

    assert live_photos.num_read < 10


def test_a_stop_ends_the_threads_and_reads_no_further(tiny_scorer, live_photos):
    results = tiny_scorer.score_each(
        ["photo.jpg"] * 40, should_stop=lambda: live_photos.num_read > 8
    )
    num_results = len(list(results))

    assert 0 < num_results < 15
    assert live_photos.num_read < 15
    assert threads() == []


def test_leaving_early_ends_the_threads(tiny_scorer, live_photos):
    results = tiny_scorer.score_each(["photo.jpg"] * 40)
    next(results)
    results.close()

    assert live_photos.num_read < 10
    assert threads() == []


def test_unreadable_photos_count_as_photos_for_a_stop(tiny_scorer, tmp_path, odd_files):
    bad = odd_files.zero_byte_file(tmp_path)
    asked = []

    def should_stop():
        asked.append(1)
        return len(asked) == 3

    assert len(list(tiny_scorer.score_each([bad] * 9, should_stop=should_stop))) == 3


def test_a_gpus_batch_keeps_unreadable_photos_in_their_places(
    tiny_model, odd_sizes, tmp_path, odd_files, monkeypatch
):
    bad = odd_files.make_unreadable(tmp_path)
    paths = [bad[0], odd_sizes[0], bad[1], bad[2], bad[3], bad[0], odd_sizes[1], odd_sizes[2]]
    alone = [Scorer.open(tiny_model, device="cpu").score([path])[0] for path in paths]
    scorer = Scorer.open(tiny_model, device="cpu")
    monkeypatch.setattr(scorer._views, "photos_at_once", 3)  # as on a GPU

    for together, by_itself in zip(scorer.score(paths), alone, strict=True):
        assert together.path == by_itself.path
        assert together.error == by_itself.error
        assert together.crops == by_itself.crops
        if by_itself.score_0_100 is not None:
            assert together.score_0_100 == pytest.approx(by_itself.score_0_100, abs=0.05)
