import logging
import threading

import pytest

from app.errors import FORESEEN, AppError
from app.window.jobs.runner import Job, JobRunner


@pytest.fixture
def runner(qapp):
    runner = JobRunner(num_threads=1)
    yield runner
    runner.close()


class Heard:
    """Every signal of a job, in order."""

    def __init__(self, job):
        self.signals = []
        for name in ("reported", "finished", "failed", "cancelled"):
            getattr(job, name).connect(
                lambda *values, name=name: self.signals.append((name, *values))
            )


def run(qtbot, runner, job):
    heard = Heard(job)
    with qtbot.waitSignal(job._ended):
        runner.start(job)
    qtbot.waitUntil(lambda: not runner._jobs)
    return heard.signals


def test_a_job_reports_and_then_finishes_with_its_result(qtbot, runner):
    def work(control):
        control.report("half")
        return "whole"

    assert run(qtbot, runner, Job(work, generation=7)) == [
        ("reported", 7, "half"),
        ("finished", 7, "whole"),
    ]


@pytest.mark.parametrize("kind", FORESEEN)
def test_a_known_error_is_told_in_its_own_words(qtbot, runner, kind):
    def work(control):
        raise kind("The cable was pulled. Put it back.")

    assert run(qtbot, runner, Job(work)) == [("failed", 0, "The cable was pulled. Put it back.")]


def test_an_error_nobody_foresaw_is_logged_and_told(qtbot, runner, expected_logs):
    def work(control):
        raise ZeroDivisionError("by zero")

    ((name, _, sentence),) = run(qtbot, runner, Job(work))

    assert name == "failed"
    assert "ZeroDivisionError: by zero" in sentence
    assert [record.levelno for record in expected_logs] == [logging.ERROR]


def test_a_cancelled_job_reports_nothing_more_and_ends_once(qtbot, runner):
    began, goes_on = threading.Event(), threading.Event()

    def work(control):
        began.set()
        goes_on.wait(10)
        control.report("late")
        return "late"

    job = Job(work)
    heard = Heard(job)
    runner.start(job)
    began.wait(10)
    job.cancel()
    with qtbot.waitSignal(job.cancelled):
        goes_on.set()

    assert heard.signals == [("cancelled", 0)]


def test_a_job_cancelled_before_its_turn_never_begins(qtbot, runner):
    gate = threading.Event()
    runner.start(Job(lambda _: gate.wait(10)))
    begun = []
    waiting = Job(lambda _: begun.append(1))
    runner.start(waiting)
    waiting.cancel()
    with qtbot.waitSignal(waiting.cancelled):
        gate.set()

    assert begun == []


def test_closing_waits_for_the_jobs_at_work(qapp):
    runner = JobRunner()
    seen = []
    began = threading.Event()

    def work(control):
        began.set()
        while not control.is_cancelled:
            pass
        seen.append("ended")

    runner.start(Job(work))
    began.wait(10)
    runner.close()

    assert seen == ["ended"]


def test_a_job_asked_for_after_closing_is_cancelled(qtbot):
    runner = JobRunner()
    runner.close()
    begun = []
    job = Job(lambda _: begun.append(1))
    with qtbot.waitSignal(job.cancelled):
        runner.start(job)

    assert begun == []


def test_a_failure_that_nobody_listens_to_is_said_by_the_runner(qtbot, runner):
    def work(control):
        raise AppError("The cable was pulled.")

    said = []
    runner.failed_unheard.connect(said.append)
    with qtbot.waitSignal(runner.failed_unheard):
        runner.start(Job(work))
    assert said == ["The cable was pulled."]
    assert run(qtbot, runner, Job(work)) == [("failed", 0, "The cable was pulled.")]
    assert said == ["The cable was pulled."]
