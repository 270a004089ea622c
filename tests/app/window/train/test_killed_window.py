"""The window is killed with -9 during a run: no orphan, and the next start finds the run."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.runs.run_end import EndKind
from app.runs.run_summary import Standing
from app.window.main import WindowRequest, Workbench
from app.window.shell.rail import Place
from trainer.config import LabelsConfig, RunConfig
from trainer.run_folder import RunFolder

ROOT = Path(__file__).parents[4]
SCRIPT = Path(__file__).with_name("window_to_kill.py")
RUNS = ROOT / "tests" / "trainer" / "scripted_runs.py"
LONG_MS = 60_000


@pytest.fixture
def kill_window(discern_home):
    """Opens the window with a run at work and kills it; the run's folder and process."""
    folders = []

    def kill(*, outlives: bool) -> tuple[RunFolder, psutil.Process]:
        window = subprocess.Popen(
            [sys.executable, str(SCRIPT), "until_stopped", "yes" if outlives else "no"],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), "DISCERN_HOME": str(discern_home)},
        )
        try:
            folder = RunFolder.open(Path(window.stdout.readline().decode().strip()))
            folders.append(folder)
            deadline_s = time.monotonic() + 60
            while not folder.last_pt.exists():  # the run tells of itself before it saves
                assert time.monotonic() < deadline_s
            return folder, psutil.Process(folder.read_status().process.pid)
        finally:
            window.kill()
            window.wait()
            window.stdout.close()

    yield kill
    for folder in folders:
        status = folder.read_status()
        if status is not None and status.is_alive():
            psutil.Process(status.process.pid).kill()


@pytest.fixture
def open_window(qtbot, tiny_model):
    benches = []

    def open_() -> Workbench:
        bench = Workbench(
            WindowRequest(model=str(tiny_model), device="cpu"),
            trainer=[sys.executable, str(RUNS), "until_stopped"],
        )
        benches.append(bench)
        bench.window.show()
        bench.begin()
        bench.window.go_to(Place.TRAIN)
        return bench

    yield open_
    for bench in benches:
        bench.window.train.runs.let_all_go_on()
        bench.window.close()
        bench.close()
        bench.window.deleteLater()


def test_a_run_that_was_to_end_with_the_window_saves_and_ends(kill_window, open_window, qtbot):
    folder, process = kill_window(outlives=False)
    gone, _ = psutil.wait_procs([process], timeout=60)
    assert gone
    assert folder.read_status().state == "stopped"
    steps = int(folder.last_pt.read_bytes())

    bench = open_window()
    page = bench.window.train
    qtbot.waitUntil(lambda: page.list.list.topLevelItemCount() == 1, timeout=LONG_MS)
    assert page.list.list.topLevelItem(0).text(1) == "stopped, can go on"

    page.list.resume_button.click()
    qtbot.waitUntil(lambda: int(folder.last_pt.read_bytes()) > steps, timeout=LONG_MS)
    page.run.stop_button.click()
    qtbot.waitUntil(lambda: page.run.end is not None, timeout=LONG_MS)
    assert page.run.end.kind is EndKind.STOPPED


def test_a_run_that_was_to_outlive_the_window_is_found_again(kill_window, open_window, qtbot):
    folder, process = kill_window(outlives=True)
    steps = int(folder.last_pt.read_bytes())
    deadline_s = time.monotonic() + 60
    while int(folder.last_pt.read_bytes()) <= steps + 3:
        assert time.monotonic() < deadline_s
        assert process.is_running()

    bench = open_window()
    page = bench.window.train
    qtbot.waitUntil(bench.window.notice.isVisible, timeout=LONG_MS)
    assert "Still training in the background: watched" in bench.window.notice.sentence
    assert page.list.selected()[0].standing is Standing.RUNNING
    page.list.open_button.click()
    qtbot.waitUntil(lambda: page.run.history.started is not None, timeout=LONG_MS)

    page.run.stop_button.click()
    qtbot.waitUntil(lambda: page.run.end is not None, timeout=LONG_MS)
    assert page.run.end.kind is EndKind.STOPPED
    assert psutil.wait_procs([process], timeout=60)[0]


def test_a_run_whose_process_is_gone_is_offered_for_resuming(kill_window, open_window, qtbot):
    folder, process = kill_window(outlives=True)
    process.kill()
    psutil.wait_procs([process], timeout=60)

    bench = open_window()
    qtbot.waitUntil(bench.window.notice.isVisible, timeout=LONG_MS)
    assert "cut off and can be resumed: watched" in bench.window.notice.sentence
    page = bench.window.train
    assert page.list.list.topLevelItem(0).text(1) == "cut off, can go on"
    assert page.list.resume_button.isEnabled()
    assert folder.last_pt.exists()


def test_closing_the_window_asks_what_becomes_of_the_run(open_window, qtbot):
    bench = open_window()
    window, page = bench.window, bench.window.train
    config = RunConfig(name="watched", labels=LabelsConfig(source="labels.csv"))
    page.runs.begin(config, outlives_us=False)
    qtbot.waitUntil(lambda: page.shown is not page.list, timeout=LONG_MS)
    qtbot.waitUntil(lambda: page.run.history.started is not None, timeout=LONG_MS)
    folder = RunFolder.open(page.run.folder)
    process = psutil.Process(folder.read_status().process.pid)

    window.close()
    (dialog,) = [child for child in page.children() if hasattr(child, "go_on_chosen")]
    dialog.stay_button.click()
    assert window.isVisible()

    window.close()
    *_, dialog = [child for child in page.children() if hasattr(child, "go_on_chosen")]
    dialog.go_on_button.click()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG_MS)
    steps = int(folder.last_pt.read_bytes())
    deadline_s = time.monotonic() + 60
    while int(folder.last_pt.read_bytes()) <= steps + 3:
        assert time.monotonic() < deadline_s
    process.terminate()
    assert psutil.wait_procs([process], timeout=60)[0]
    assert folder.read_status().state == "stopped"
