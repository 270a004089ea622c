"""The page after the labels: words for someone who never trained anything, and one button."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from app.errors import AppError
from app.window.train.plan_step import PlanStep
from engine.measures.label_scale import LabelScale
from engine.personal.plan import plan_of
from trainer.labels.label_set import LabelledPhoto, LabelSet


def review(number):
    """As much of a review as the page looks at."""
    usable = LabelSet(
        name="stars.csv",
        photos=tuple(
            LabelledPhoto(path=Path(f"/{place}.jpg"), score=1 + place % 5)
            for place in range(number)
        ),
        range=LabelScale(low=1, high=5, higher_is_better=True),
        source=Path("/stars.csv"),
        sha256="ab" * 32,
        notes=(),
    )
    return SimpleNamespace(usable=usable)


@pytest.fixture
def make_step(qtbot, jobs):
    def make(make_plan=None):
        def plan(labels):
            return plan_of(len(labels.photos), has_gpu=False, seconds_per_photo=0.05)

        step = PlanStep(jobs, make_plan or plan)
        qtbot.addWidget(step)
        step.show()
        return step

    return make


def test_it_says_what_it_will_do_by_the_labels_and_the_machine(qtbot, make_step):
    asked = []

    def make_plan(labels):
        asked.append(len(labels.photos))
        return plan_of(len(labels.photos), has_gpu=False, seconds_per_photo=0.05)

    step = make_step(make_plan)
    step.show_labels(review(120))
    assert "120 labels: a model of your own" in step.what.text()
    step.look()
    assert step.bar.isVisible()
    assert "Trying it on a few photos" in step.looking.text()
    qtbot.waitUntil(lambda: step.plan is not None, timeout=30_000)
    assert step.what.text() == step.plan.words()
    assert "120 labels, no GPU" in step.what.text()
    assert not step.bar.isVisible()
    step.show_labels(review(120))
    step.look()  # what was looked at once is known
    assert asked == [120]
    step.show_labels(review(121))
    step.look()
    qtbot.waitUntil(lambda: asked == [120, 121], timeout=30_000)


def test_too_few_labels_are_told_and_can_t_be_tried(qtbot, make_step):
    step = make_step()
    step.show_labels(review(3))
    step.look()
    qtbot.waitUntil(lambda: step.plan is not None, timeout=30_000)
    assert "too few" in step.what.text()
    assert not step.make_button.isEnabled()
    assert step.choose_button.isEnabled()


def test_a_machine_that_can_t_be_tried_is_told_and_the_button_stays(qtbot, make_step):
    def make_plan(labels):
        raise AppError("The model in use can't be opened.")

    step = make_step(make_plan)
    step.show_labels(review(50))
    step.look()
    qtbot.waitUntil(lambda: not step.bar.isVisible(), timeout=30_000)
    assert step.looking.text() == "The model in use can't be opened."
    assert step.make_button.isEnabled()


def test_without_labels_there_is_nothing_to_make(make_step):
    step = make_step()
    step.show_labels(review(0))
    step.look()
    assert not step.make_button.isEnabled()


def test_words_that_not_everybody_knows_are_explained(make_step):
    step = make_step()
    assert not step.why.isVisible()
    step.why_button.click()
    assert step.why.isVisible()
    assert all(word in step.why.text() for word in ("Label:", "Model:", "GPU:"))
