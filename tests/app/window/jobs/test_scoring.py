import threading
from pathlib import Path

import pytest

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_files import stamp_of
from app.window.jobs.scoring import ScoringService
from engine.errors import ModelFileError
from engine.scorer import Scorer


@pytest.fixture
def catalog_path(tmp_path):
    return tmp_path / "catalog.sqlite3"


@pytest.fixture
def begin_service(qapp, catalog_path):
    services = []

    def begin(open_scorer):
        services.append(ScoringService(open_scorer, catalog_path=catalog_path))
        return services[-1]

    yield begin
    for service in services:
        service.close()


@pytest.fixture
def service(qtbot, begin_service, tiny_model):
    service = begin_service(lambda _: Scorer.open(tiny_model, device="cpu"))
    with qtbot.waitSignal(service.model_loaded, timeout=30_000):
        service.load()
    return service


class Heard:
    """What a service says of ratings, in order."""

    def __init__(self, service):
        self.scored, self.ended = [], []
        service.scored.connect(self._on_scored)
        service.finished.connect(lambda generation: self.ended.append(("finished", generation)))
        service.stopped.connect(lambda generation: self.ended.append(("stopped", generation)))
        service.failed.connect(
            lambda generation, sentence: self.ended.append(("failed", generation, sentence))
        )

    def _on_scored(self, generation, photos):
        self.scored.extend((generation, photo) for photo in photos)

    def names(self):
        return [photo.path.name for _, photo in self.scored]


def photos_in(folder: Path):
    return sorted(folder.rglob("*.jpg"))


class GatedScorer:
    """A real scorer that waits before each photo until the test lets it go on."""

    def __init__(self, path):
        self._scorer = Scorer.open(path, device="cpu")
        self.gate = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)

    def __getattr__(self, name):
        return getattr(self._scorer, name)

    def score_each(self, paths, *, should_stop):
        for path in paths:
            self.begun.release()
            self.gate.acquire(timeout=20)
            yield from self._scorer.score([path])
            if should_stop():
                return


@pytest.fixture
def gated(qtbot, begin_service, tiny_model):
    scorer = GatedScorer(tiny_model)
    service = begin_service(lambda _: scorer)
    with qtbot.waitSignal(service.model_loaded, timeout=30_000):
        service.load()
    yield service, scorer
    for _ in range(50):
        scorer.gate.release()


def test_the_model_introduces_itself(qtbot, begin_service, tiny_model):
    service = begin_service(lambda _: Scorer.open(tiny_model, device="cpu"))
    with qtbot.waitSignal(service.model_loaded, timeout=30_000) as heard:
        service.load()

    (info,) = heard.args
    assert info.name == "tiny"
    assert info.model_id.startswith("tiny@")
    assert info.num_crops == 2


def test_a_model_that_can_not_be_opened_is_told_in_its_own_words(qtbot, begin_service):
    def open_scorer(model):
        raise ModelFileError(f"There is no model {model}.")

    service = begin_service(open_scorer)
    with qtbot.waitSignal(service.model_failed) as heard:
        service.load("mine")

    assert heard.args == ["There is no model mine."]


def test_rating_without_a_model_fails_with_words(qtbot, begin_service, photo_folder):
    service = begin_service(lambda _: None)
    with qtbot.waitSignal(service.failed) as heard:
        service.rate(photos_in(photo_folder), 1)

    assert heard.args == [1, "There is no model to rate with."]


def test_photos_get_the_scores_that_the_scorer_gives(qtbot, service, photo_folder, tiny_model):
    paths = photos_in(photo_folder)
    heard = Heard(service)
    with qtbot.waitSignal(service.finished, timeout=30_000):
        service.rate(paths, 3)

    expected = Scorer.open(tiny_model, device="cpu").score(paths)
    assert [(generation, photo.score_0_100) for generation, photo in heard.scored] == [
        (3, score.score_0_100) for score in expected
    ]
    assert heard.ended == [("finished", 3)]


def test_an_unreadable_photo_costs_one_row(qtbot, service, photo_folder):
    (photo_folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    paths = [*photos_in(photo_folder), photo_folder / "vanished.jpg"]
    heard = Heard(service)
    with qtbot.waitSignal(service.finished, timeout=30_000):
        service.rate(paths, 1)

    errors = {photo.path.name: photo.error for _, photo in heard.scored if photo.error}
    assert set(errors) == {"broken.jpg", "vanished.jpg"}


def test_scores_are_remembered_as_the_command_line_remembers_them(
    qtbot, service, photo_folder, catalog_path, age
):
    age(photo_folder)
    paths = photos_in(photo_folder)
    with qtbot.waitSignal(service.finished, timeout=30_000):
        service.rate(paths, 1)
    heard = Heard(service)
    with qtbot.waitSignal(service.finished, timeout=30_000):
        service.rate(paths, 2)

    assert all(photo.is_remembered for _, photo in heard.scored)
    catalog = LibraryCatalog(catalog_path)
    model_id = service._thread._scorer.model_id
    entries = catalog.entries([stamp_of(path) for path in paths], model_id=model_id, num_crops=2)
    catalog.close()
    assert [entry.score_0_100 for entry in entries] == [
        photo.score_0_100 for _, photo in heard.scored
    ]


def test_stopping_keeps_what_was_rated(qtbot, gated, photo_folder):
    service, scorer = gated
    heard = Heard(service)
    service.rate(photos_in(photo_folder), 1)
    scorer.begun.acquire(timeout=20)
    with qtbot.waitSignal(service.stopped, timeout=30_000):
        service.stop()
        scorer.gate.release()

    assert len(heard.scored) == 1
    assert heard.ended == [("stopped", 1)]


def test_a_rating_that_is_stopped_before_its_turn_rates_nothing(qtbot, gated, photo_folder):
    service, scorer = gated
    paths = photos_in(photo_folder)
    heard = Heard(service)
    service.rate(paths, 1)
    scorer.begun.acquire(timeout=20)
    service.rate(paths, 2)
    service.stop()
    with qtbot.waitSignal(
        service.stopped, timeout=30_000, check_params_cb=lambda generation: generation == 2
    ):
        scorer.gate.release()

    assert heard.ended == [("stopped", 1), ("stopped", 2)]
    assert {generation for generation, _ in heard.scored} == {1}


def test_a_pause_waits_after_the_photo_in_hand(qtbot, gated, photo_folder):
    service, scorer = gated
    heard = Heard(service)
    service.rate(photos_in(photo_folder), 1)
    scorer.begun.acquire(timeout=20)
    service.pause()
    with qtbot.waitSignal(service.scored, timeout=30_000):
        for _ in range(20):
            scorer.gate.release()
    assert service.is_paused
    assert heard.names() == ["photo4.jpg"]

    with qtbot.waitSignal(service.finished, timeout=30_000):
        service.resume()
    assert len(heard.scored) == 6


def test_a_photo_is_explained_in_the_middle_of_rating(qtbot, gated, photo_folder):
    service, scorer = gated
    paths = photos_in(photo_folder)
    service.rate(paths, 1)
    scorer.begun.acquire(timeout=20)
    service.explain(paths[3], 9)
    heard = Heard(service)
    with qtbot.waitSignal(service.explained, timeout=30_000) as explained:
        scorer.gate.release()

    assert explained.args[:2] == [9, paths[3]]
    assert explained.args[2].lowers_HW.shape == explained.args[2].photo_HW3.shape[:2]
    assert heard.ended == []


def test_a_paused_rating_still_explains(qtbot, gated, photo_folder):
    service, scorer = gated
    paths = photos_in(photo_folder)
    service.rate(paths, 1)
    scorer.begun.acquire(timeout=20)
    service.pause()
    with qtbot.waitSignal(service.scored, timeout=30_000):
        scorer.gate.release()
    with qtbot.waitSignal(service.explained, timeout=30_000):
        service.explain(paths[0], 1)

    assert service.is_paused


def test_of_explanations_that_wait_only_the_newest_is_made(qtbot, gated, photo_folder):
    service, scorer = gated
    paths = photos_in(photo_folder)
    made = []
    service.explained.connect(lambda generation, path, _: made.append(path))
    service.rate(paths, 1)
    scorer.begun.acquire(timeout=20)
    for generation, path in enumerate(paths[:3]):
        service.explain(path, generation)
    with qtbot.waitSignal(service.explained, timeout=30_000):
        scorer.gate.release()

    assert made == [paths[2]]


def test_a_photo_that_can_not_be_explained_is_told_with_its_reason(qtbot, service, tmp_path):
    with qtbot.waitSignal(service.explain_failed, timeout=30_000) as heard:
        service.explain(tmp_path / "gone.jpg", 4)

    assert heard.args[:2] == [4, tmp_path / "gone.jpg"]
    assert "gone.jpg" in heard.args[2]


def test_a_new_rating_ends_the_one_at_work(qtbot, gated, photo_folder):
    service, scorer = gated
    paths = photos_in(photo_folder)
    heard = Heard(service)
    service.rate(paths, 1)
    scorer.begun.acquire(timeout=20)
    service.rate(paths[:2], 2)
    with qtbot.waitSignal(
        service.finished, timeout=30_000, check_params_cb=lambda generation: generation == 2
    ):
        for _ in range(20):
            scorer.gate.release()

    assert heard.ended == [("stopped", 1), ("finished", 2)]


def test_closing_in_the_middle_ends_after_the_photo_in_hand_and_keeps_it(
    qtbot, gated, photo_folder, catalog_path, age
):
    age(photo_folder)
    service, scorer = gated
    paths = photos_in(photo_folder)
    service.rate(paths, 1)
    scorer.begun.acquire(timeout=20)
    threading.Timer(0.05, scorer.gate.release).start()
    service.close()

    catalog = LibraryCatalog(catalog_path)
    entries = catalog.entries(
        [stamp_of(path) for path in paths], model_id=scorer.model_id, num_crops=scorer.num_crops
    )
    catalog.close()
    assert [entry.score_0_100 is not None for entry in entries] == [True] + [False] * 5


def test_a_scorer_that_breaks_is_told_and_logged(
    qtbot, begin_service, photo_folder, tiny_model, expected_logs
):
    class Broken(GatedScorer):
        def score_each(self, paths, *, should_stop):
            raise RuntimeError("CUDA error: device lost")
            yield

    service = begin_service(lambda _: Broken(tiny_model))
    service.load()
    with qtbot.waitSignal(service.failed, timeout=30_000) as heard:
        service.rate(photos_in(photo_folder), 1)

    assert heard.args[0] == 1
    assert "device lost" in heard.args[1]
    assert len(expected_logs) == 1
