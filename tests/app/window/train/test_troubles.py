"""A trainer that misbehaves in every way: the right words each time, and a window that answers."""

import gc
import sys
import time

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from app.runs.run_end import EndKind
from app.runs.run_summary import summarise_run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the signals are those of POSIX")


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("is_cut_off_in_mid_line", EndKind.DIED, "ended without a word (exit status 0)"),
        ("prints_garbage", EndKind.STOPPED, "everything is saved"),
        ("crashes", EndKind.DIED, "ended from outside (SIGSEGV)"),
        ("runs_out_of_memory", EndKind.FAILED, "graphics card ran out of memory"),
        ("is_killed", EndKind.DIED, "ended from outside (SIGKILL)"),
    ],
)
def test_each_end_has_its_words_and_a_way_on(watch, config, name, kind, words):
    watched = watch(name)
    watched.start(config)

    end = watched.wait_for_the_end()
    assert end.kind is kind
    assert words in watched.page.state.text()
    assert watched.page.hint.text() == end.hint != ""
    assert watched.page.resume_button.isVisible()
    assert not watched.page.stop_button.isVisible()


def test_a_crash_can_be_reported_with_what_was_said_last(watch, config):
    watched = watch("crashes")
    watched.start(config)
    watched.wait_for_the_end()

    watched.page.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert "the very bottom of it" in text
    assert str(watched.folder) in text


def test_memory_that_the_system_took_is_named_when_a_run_is_killed(watch, config):
    watched = watch("is_killed")
    watched.start(config)

    assert "run out of memory" in watched.wait_for_the_end().hint


def test_a_run_that_hangs_is_noticed_and_can_be_cancelled(watch, config):
    watched = watch("hangs", silence_s=0.3)
    watched.start(config)
    watched.wait(lambda: "has said nothing" in watched.page.state.text())
    assert "may be busy" in watched.page.hint.text()

    watched.page.cancel_button.click()
    assert watched.wait_for_the_end().kind is EndKind.CANCELLED
    assert "cancelled" in watched.page.state.text()


def test_a_loss_that_is_no_number_is_said(watch, config):
    watched = watch("loses_its_numbers")
    watched.start(config)
    watched.wait(lambda: "NaN" in watched.page.hint.text())

    watched.page.stop_button.click()
    assert watched.wait_for_the_end().kind is EndKind.STOPPED


def test_a_late_stop_is_waited_for(watch, config):
    watched = watch("stops_late")
    watched.start(config)
    watched.wait(lambda: "epoch 1 of 9" in watched.page.state.text())
    assert "3.0 GiB" in watched.page.rates.text()
    assert "10 min left" in watched.page.state.text()

    watched.page.stop_button.click()
    assert "Finishing this step" in watched.page.state.text()
    assert not watched.page.stop_button.isEnabled()
    watched.wait(lambda: watched.page.history.progress.step == 6)
    assert watched.wait_for_the_end().kind is EndKind.STOPPED


@pytest.fixture
def frozen_garbage():
    """What was loaded so far is no garbage, as the window says too once its model is loaded."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.alone
def test_the_window_answers_while_a_run_talks_as_fast_as_it_can(watch, config, frozen_garbage):
    watched = watch("talks_a_lot")
    watched.page.show_run(watched.runs.parent_folder / "none")
    watched.page.grab()  # the first painting of the plots is no part of it
    longest_s, last_s = 0.0, time.thread_time()

    def look() -> None:
        nonlocal longest_s, last_s
        now_s = time.thread_time()  # of this thread alone, whatever else the machine does
        longest_s, last_s = max(longest_s, now_s - last_s), now_s

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(0)
    watched.start(config)
    watched.wait_for_the_end()
    timer.stop()

    assert len(watched.page.history.epochs_of("student")) == 99
    assert longest_s < 0.1  # what a person notices; .02 to .06 on two shared cores


def test_a_stopped_run_with_a_best_epoch_can_be_finished(watch, config):
    watched = watch("waits_unless_finishing")
    watched.start(config)
    watched.wait(watched.page.stop_button.isVisible)
    watched.page.stop_button.click()
    watched.wait_for_the_end()
    assert not watched.page.finish_button.isVisible()

    (watched.folder / "best.safetensors").touch()
    watched.page.show_run(watched.folder, summarise_run(watched.folder))
    assert watched.page.finish_button.isVisible()
    watched.page.finish_button.click()
    assert watched.wait_for_the_end().kind is EndKind.FINISHED
