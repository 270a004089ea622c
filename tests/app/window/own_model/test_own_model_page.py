"""While a model of one's own is made, and what can be done with it afterwards."""

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.errors import AppError
from app.own_model.progress import Progress, Stage
from app.window.jobs.runner import JobRunner
from app.window.own_model.own_model_desk import Order, OwnModelDesk
from app.window.own_model.own_model_page import OwnModelPage
from engine.measures.agreement import Figure
from engine.personal.report import Contender, PersonalReport

LONG_MS = 30_000


def report(verdict="better"):
    names = ("personal", "ridge", "model", "model_on_a_line", "mean")
    contenders = tuple(
        Contender(
            name=name,
            srcc=None if name == "mean" else Figure(value=0.8, low=0.7, high=0.9),
            rmse=Figure(value=12.34),
        )
        for name in names
    )
    return PersonalReport(
        num_labels=60,
        num_groups=60,
        num_repeats=4,
        kind="ridge",
        kinds={"ridge": 20},
        contenders=contenders,
        gain=Figure(value=0.1, low=0.05, high=0.15),
        verdict=verdict,
        warnings=("8 of 10 labels are the same, so they tell little apart.",),
    )


class Maker:
    """Makes what a test says, and waits for it where it is told to."""

    def __init__(self) -> None:
        self.made = SimpleNamespace(report=report(), name="mine", left_out={})
        self.error = ""
        self.told = ()
        self.may_end = threading.Event()
        self.may_end.set()
        self.orders = []
        self.discarded = []

    def make(self, labels, *, name, on_progress, should_stop):
        self.orders.append((name, labels))
        for progress in self.told:
            on_progress(progress)
        while not self.may_end.wait(0.01):
            if should_stop():
                return None
        if self.error:
            raise AppError(self.error)
        return self.made

    def discard(self, name):
        self.discarded.append(name)


@pytest.fixture
def maker():
    return Maker()


@pytest.fixture
def page(qtbot, maker):
    jobs = JobRunner()
    page = OwnModelPage(OwnModelDesk(maker, jobs=jobs))
    qtbot.addWidget(page)
    page.resize(820, 520)
    page.show()
    yield page
    maker.may_end.set()
    jobs.close()


def order(page):
    page.make(Order(name="mine", read_labels=lambda: "labels"))


def test_what_was_found_is_shown_with_all_that_it_was_held_against(qtbot, page, maker):
    order(page)
    qtbot.waitUntil(lambda: page.currentWidget() is page.verdict, timeout=LONG_MS)
    assert maker.orders == [("mine", "labels")]
    assert "agrees with you better" in page.verdict.verdict.text()
    assert page.verdict.table.topLevelItemCount() == 5
    first = page.verdict.table.topLevelItem(0)
    assert [first.text(column) for column in (1, 2)] == ["0.80 [0.70, 0.90]", "12.3"]
    assert "8 of 10 labels" in page.verdict.warnings.text()
    assert page.verdict.use_button.hasFocus()
    page.verdict.why_button.click()
    assert "SRCC" in page.verdict.why.text()
    assert page.verdict.why.isVisible()


def test_a_model_is_used_only_when_it_is_asked_for(qtbot, page):
    order(page)
    qtbot.waitUntil(lambda: page.currentWidget() is page.verdict, timeout=LONG_MS)
    with qtbot.waitSignal(page.use_wanted) as wanted:
        page.verdict.use_button.click()
    assert wanted.args == ["mine"]
    assert not page.verdict.use_button.isEnabled()


def test_a_model_that_nobody_wants_leaves_the_library(qtbot, page, maker):
    order(page)
    qtbot.waitUntil(lambda: page.currentWidget() is page.verdict, timeout=LONG_MS)
    with qtbot.waitSignal(page.left):
        page.verdict.keep_button.click()
    qtbot.waitUntil(lambda: maker.discarded == ["mine"], timeout=LONG_MS)


def test_where_the_model_in_use_is_as_good_it_is_kept(qtbot, page, maker):
    maker.made = SimpleNamespace(
        report=report("no_better"), name="", left_out={Path("/a/b.jpg"): "It is empty."}
    )
    order(page)
    qtbot.waitUntil(lambda: page.currentWidget() is page.verdict, timeout=LONG_MS)
    assert not page.verdict.use_button.isVisible()
    assert page.verdict.keep_button.hasFocus()
    assert "no better" in page.verdict.verdict.text()
    assert "1 photo could not be read, such as b.jpg: It is empty." in page.verdict.note.text()
    page.verdict.keep_button.click()
    assert maker.discarded == []


def test_how_far_it_is_is_shown_and_it_can_be_stopped(qtbot, page, maker):
    maker.may_end.clear()
    maker.told = (
        Progress(stage=Stage.READING, share=0.25, num_read=30, num_photos=120, seconds_left=41.0),
    )
    order(page)
    qtbot.waitUntil(lambda: "30 of 120 photos" in page.making.what.text(), timeout=LONG_MS)
    assert page.making.left.text() == "About 41 s left."
    assert page.making.bar.value() == page.making.bar.maximum() // 4
    with qtbot.waitSignal(page.left):
        page.making.stop_button.click()


def test_what_went_wrong_is_told_and_can_be_tried_again(qtbot, page, maker):
    maker.error = "There is 1 label; a model of your own needs at least 5."
    order(page)
    qtbot.waitUntil(lambda: page.currentWidget() is page.verdict, timeout=LONG_MS)
    assert page.verdict.verdict.text() == maker.error
    assert not page.verdict.use_button.isVisible()
    assert not page.verdict.table.isVisible()
    maker.error = ""
    page.verdict.retry_button.click()
    qtbot.waitUntil(lambda: page.verdict.table.isVisible(), timeout=LONG_MS)
    assert len(maker.orders) == 2
