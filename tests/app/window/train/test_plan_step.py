"""The page after the labels: words for someone who never trained anything, and one button."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from app.errors import AppError
from app.own_model.pace import MachinePace
from app.window.train.plan_step import PlanStep
from engine.measures.label_scale import LabelScale

STARS = LabelScale(low=1, high=5, higher_is_better=True)


def review(number, scale=STARS):
    """As much of a review as the page looks at."""
    photos = [
        SimpleNamespace(path=Path(f"/{place}.jpg"), score=1 + place % 5) for place in range(number)
    ]
    usable = SimpleNamespace(photos=photos, range=scale)
    return SimpleNamespace(usable=usable, read=SimpleNamespace(name="stars.csv"))


@pytest.fixture
def make_step(qtbot, jobs):
    def make(measure):
        step = PlanStep(jobs, measure)
        qtbot.addWidget(step)
        step.show()
        return step

    return make


def test_it_says_what_it_will_do_by_the_labels_and_the_machine(qtbot, make_step):
    asked = []

    def measure(photos, *, num_tried, should_stop):
        asked.append((len(photos), num_tried))
        return MachinePace(seconds_per_photo=0.05, has_gpu=False)

    step = make_step(measure)
    step.show_labels(review(120))
    assert "120 labels: a model of your own" in step.what.text()
    step.look()
    assert step.bar.isVisible()
    assert "Trying it on 3 photos" in step.looking.text()
    qtbot.waitUntil(lambda: step.plan is not None, timeout=30_000)
    assert step.what.text() == step.plan.words()
    assert "120 labels, no GPU" in step.what.text()
    assert not step.bar.isVisible()
    assert asked == [(120, 3)]
    step.look()  # what was looked at once is known
    assert asked == [(120, 3)]


def test_features_that_are_remembered_make_it_shorter(qtbot, make_step):
    known = {"num_known": 0}

    def measure(photos, **_):
        return MachinePace(seconds_per_photo=1.0, has_gpu=False, **known)

    step = make_step(measure)
    step.show_labels(review(120))
    step.look()
    qtbot.waitUntil(lambda: step.plan is not None, timeout=30_000)
    slow = step.plan.seconds
    known["num_known"] = 120
    step.show_labels(review(121))
    step.look()
    qtbot.waitUntil(lambda: step.plan is not None, timeout=30_000)
    assert slow - step.plan.seconds == pytest.approx(119, abs=1)


def test_too_few_labels_are_told_and_can_t_be_tried(qtbot, make_step):
    step = make_step(lambda photos, **_: MachinePace(seconds_per_photo=1.0, has_gpu=False))
    step.show_labels(review(3))
    step.look()
    qtbot.waitUntil(lambda: step.plan is not None, timeout=30_000)
    assert "too few" in step.what.text()
    assert not step.make_button.isEnabled()
    assert step.choose_button.isEnabled()


def test_a_machine_that_can_t_be_tried_is_told_and_the_button_stays(qtbot, make_step):
    def measure(photos, **_):
        raise AppError("The model in use can't be opened.")

    step = make_step(measure)
    step.show_labels(review(50))
    step.look()
    qtbot.waitUntil(lambda: not step.bar.isVisible(), timeout=30_000)
    assert step.looking.text() == "The model in use can't be opened."
    assert step.make_button.isEnabled()


def test_labels_become_points_whatever_their_scale_and_direction(make_step):
    step = make_step(lambda photos, **_: None)
    step.show_labels(review(5))
    assert list(step.points.values()) == [0, 25, 50, 75, 100]
    step.show_labels(review(5, LabelScale(low=1, high=5, higher_is_better=False)))
    assert list(step.points.values()) == [100, 75, 50, 25, 0]
    step.show_labels(review(0))
    assert step.points == {}


def test_words_that_not_everybody_knows_are_explained(make_step):
    step = make_step(lambda photos, **_: None)
    assert not step.why.isVisible()
    step.why_button.click()
    assert step.why.isVisible()
    assert all(word in step.why.text() for word in ("Label:", "Model:", "GPU:"))
