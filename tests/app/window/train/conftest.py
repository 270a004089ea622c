"""Runs with a scripted trainer, and the page that shows them."""

import sys
from pathlib import Path

import pytest

from app.window.jobs.runner import JobRunner
from app.window.train.result_page import ResultPage
from app.window.train.run_page import RunPage
from app.window.train.training_runs import TrainingRuns
from trainer.config import LabelsConfig, RunConfig

SCRIPT = Path(__file__).with_name("scripted_trainer.py")


@pytest.fixture
def jobs(qtbot):
    runner = JobRunner()
    yield runner
    runner.close()


@pytest.fixture
def config() -> RunConfig:
    return RunConfig(name="scripted", labels=LabelsConfig(source="labels.csv"))


class Watched:
    """A run page with the runs behind it."""

    def __init__(self, qtbot, runs, page) -> None:
        self.qtbot, self.runs, self.page = qtbot, runs, page
        self.folder = None
        runs.started.connect(self._on_started)

    def start(self, config) -> None:
        self.runs.begin(config, outlives_us=False)
        self.wait(lambda: self.folder is not None)

    def wait(self, condition) -> None:
        self.qtbot.waitUntil(condition, timeout=60_000)

    def wait_for_the_end(self):
        self.wait(lambda: self.page.end is not None)
        return self.page.end

    def _on_started(self, folder) -> None:
        self.folder = folder
        self.page.show_run(folder)


@pytest.fixture
def watch(qtbot, jobs, tmp_path):
    """Shows a run of the scripted trainer: watch("crashes")."""
    opened = []

    def begin(name, **options) -> Watched:
        runs = TrainingRuns(
            tmp_path / "runs",
            jobs=jobs,
            command=[sys.executable, str(SCRIPT), name],
            **options,
        )
        page = RunPage(
            runs,
            ResultPage(jobs, lambda result, control: None, lambda result, control: []),
            jobs=jobs,
        )
        qtbot.addWidget(page)
        page.resize(1000, 700)
        page.show()
        opened.append(runs)
        return Watched(qtbot, runs, page)

    yield begin
    for runs in opened:
        for follower in runs.at_work:
            follower.cancel()
        qtbot.waitUntil(lambda runs=runs: runs.at_work == [], timeout=60_000)
        runs.close()
