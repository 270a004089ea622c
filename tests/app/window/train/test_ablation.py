"""An ablation from the wizard's last page to its table, through the real window."""

import re
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from app.runs.run_end import EndKind
from app.runs.run_summary import Standing, list_runs
from app.window.main import WindowRequest, Workbench
from app.window.shell.rail import Place
from app.window.train.ablation_box import AblationBox
from trainer.ablation import ROWS, Ablation
from trainer.config import LabelsConfig, RunConfig
from trainer.run_folder import RunFolder

SCRIPT = Path(__file__).parents[3] / "trainer" / "scripted_ablation.py"
LONG_MS = 60_000
DASH = "\N{EN DASH}"


@pytest.fixture
def config() -> RunConfig:
    return RunConfig(name="parts", labels=LabelsConfig(source="labels.csv"))


@pytest.fixture
def open_window(qtbot, tiny_model, discern_home):
    benches = []

    def open_(name="halts_in_the_third") -> Workbench:
        bench = Workbench(
            WindowRequest(model=str(tiny_model), device="cpu"),
            trainer=[sys.executable, str(SCRIPT), name],
        )
        benches.append(bench)
        bench.window.resize(1280, 800)
        bench.window.show()
        bench.begin()
        bench.window.go_to(Place.TRAIN)
        return bench

    yield open_
    for bench in benches:
        close(bench)
        bench.window.deleteLater()


def close(bench) -> None:
    for follower in bench.training.at_work:
        follower.outlives_us = False
    bench.close()
    bench.window.close()


def row_texts(page, name) -> list[str]:
    number = [row.name for row in ROWS].index(name)
    item = page.ablation.table.topLevelItem(number)
    return [item.text(column) for column in range(1, 6)]


def test_an_ablation_is_stopped_and_goes_on_in_the_next_window(
    open_window, qtbot, config, tmp_path
):
    bench = open_window()
    page = bench.window.train
    page.new.start_wanted.emit(config, False, 2)
    qtbot.waitUntil(lambda: page.shown is page.ablation, timeout=LONG_MS)
    view = page.ablation
    qtbot.waitUntil(lambda: "Run 3 of 20: mask, seed 0" in view.said.text(), timeout=LONG_MS)
    qtbot.waitUntil(lambda: "epoch 2 of 9" in view.said.text(), timeout=LONG_MS)
    assert row_texts(page, "all") == ["1 of 2", "0.9000", DASH, "0.8000", DASH]
    assert row_texts(page, "mask")[:2] == ["0 of 2", DASH]
    assert "2 of 20" in view.hint.text()
    page.show_list()
    qtbot.waitUntil(lambda: page.list.list.topLevelItemCount() == 1, timeout=LONG_MS)
    qtbot.waitUntil(
        lambda: page.list.list.topLevelItem(0).text(1) == "at work, 2 of 20 runs done",
        timeout=LONG_MS,
    )
    page.list.open_button.click()
    assert page.shown is view
    view.stop_button.click()
    qtbot.waitUntil(lambda: view.end is not None, timeout=LONG_MS)
    assert view.end.kind is EndKind.STOPPED
    assert view.resume_button.isVisible()
    close(bench)

    bench = open_window()
    page = bench.window.train
    qtbot.waitUntil(lambda: page.list.list.topLevelItemCount() == 1, timeout=LONG_MS)
    assert page.list.list.topLevelItem(0).text(1) == "stopped, can go on, 2 of 20 runs done"
    assert not page.list.compare_button.isEnabled()
    page.list.open_button.click()
    view = page.ablation
    assert "stopped" in view.said.text()
    view.resume_button.click()
    # The mask with the second seed halts as well.
    halted = view.folder / "mask-seed1" / "last.pt"
    qtbot.waitUntil(halted.exists, timeout=LONG_MS)
    qtbot.waitUntil(lambda: "Run 13 of 20: mask, seed 1" in view.said.text(), timeout=LONG_MS)
    view.stop_button.click()
    qtbot.waitUntil(lambda: view.end is not None, timeout=LONG_MS)
    view.resume_button.click()
    qtbot.waitUntil(
        lambda: view.end is not None and view.end.kind is EndKind.FINISHED, timeout=LONG_MS
    )
    qtbot.waitUntil(lambda: view.bar.value() == view.bar.maximum() == 20, timeout=LONG_MS)
    # 0.90 and 0.89: the mean is 0.895, the standard deviation 0.01 / sqrt(2).
    assert row_texts(page, "all") == ["2 of 2", "0.8950", "0.0071", "0.7950", "0.0071"]
    assert not view.resume_button.isVisible()

    view.copy_button.click()
    assert re.search(r"^all +2 +0\.8950 0\.0071", QGuiApplication.clipboard().text(), re.MULTILINE)
    view.save_table(tmp_path / "table.csv")
    qtbot.waitUntil((tmp_path / "table.csv").is_file, timeout=LONG_MS)
    lines = (tmp_path / "table.csv").read_text().splitlines()
    assert lines[0] == "parts,seeds_done,srcc_mean,srcc_std,plcc_mean,plcc_std"
    assert lines[-1] == "all,2,0.895000,0.007071,0.795000,0.007071"

    # The run behind a row can be looked at.
    item = view.table.topLevelItem(len(ROWS) - 1)
    item.setExpanded(True)
    assert not view.open_button.isEnabled()
    view.table.setCurrentItem(item.child(1))
    assert item.child(1).text(1) == "done"
    view.open_button.click()
    assert page.shown is page.run
    assert page.run.title.text() == "parts (all, seed 1)"


def test_an_ablation_that_outlives_the_window_is_found_again(open_window, qtbot, config):
    bench = open_window()
    page = bench.window.train
    page.runs.begin(config, outlives_us=True, num_seeds=1)
    qtbot.waitUntil(lambda: "Run 3 of 10" in page.ablation.said.text(), timeout=LONG_MS)
    folder = RunFolder.open(page.ablation.folder)
    bench.window.close()
    bench.close()
    assert folder.is_alive()

    bench = open_window()
    page = bench.window.train
    qtbot.waitUntil(bench.window.notice.isVisible, timeout=LONG_MS)
    assert "Still training in the background: parts" in bench.window.notice.sentence
    page.list.open_button.click()
    view = page.ablation
    qtbot.waitUntil(lambda: "Run 3 of 10" in view.said.text(), timeout=LONG_MS)
    view.stop_button.click()
    qtbot.waitUntil(lambda: view.end is not None, timeout=LONG_MS)
    assert view.end.kind is EndKind.STOPPED
    assert not folder.is_alive()


def test_a_run_that_fails_is_told_in_words(open_window, qtbot, config):
    bench = open_window("fails")
    page = bench.window.train
    page.runs.begin(config, outlives_us=False, num_seeds=1)
    view = page.ablation
    qtbot.waitUntil(lambda: view.end is not None, timeout=LONG_MS)
    assert "“all, seed 0” failed: The scores are all the same." in view.said.text()
    assert "Give others." in view.hint.text()
    assert view.resume_button.isVisible()


def test_a_damaged_ablation_is_listed_as_one_that_can_not_be_read(tmp_path, config):
    path = Ablation.create(tmp_path / "one", config, num_seeds=1).folder.path
    (path / "ablation.json").write_text("nonsense")
    (summary,) = list_runs(tmp_path)
    assert summary.standing is Standing.DAMAGED
    assert "ablation.json" in summary.what


def test_the_page_says_how_many_runs_and_how_long(qtbot):
    box = AblationBox()
    qtbot.addWidget(box)
    assert box.num_seeds == 0
    assert box.note.isHidden()
    with qtbot.waitSignal(box.changed):
        box.kind.setCurrentIndex(1)
    box.seeds.setValue(10)
    box.show_seconds(120.0)
    assert box.num_seeds == 10
    assert "100 runs" in box.note.text()
    assert "about 2 min for one they take up to 3 h 20 min" in box.note.text()
