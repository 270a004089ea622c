"""Several runs in one list, and in one plot."""

import json
from dataclasses import replace

import pytest

from app.runs.run_summary import Standing, list_runs
from app.window.train.compare_runs import CompareRuns
from app.window.train.runs_page import RunsPage
from app.window.train.training_runs import TrainingRuns
from trainer.protocol import Epoch, encode
from trainer.run_folder import RunFolder


@pytest.fixture
def parent(tmp_path, config):
    """Two runs of three epochs, one of them finished, and a folder that is damaged."""
    folder = tmp_path / "runs"
    for number, name in enumerate(("first", "second")):
        run = RunFolder.create(folder / name, replace(config, name=name))
        epochs = [
            Epoch(
                stage="student",
                repeat=0,
                epoch=epoch,
                losses={"loss": 3.0 - epoch},
                validation_srcc=0.5 + 0.1 * epoch + 0.01 * number,
                validation_plcc=None,
                is_best=True,
                seconds=1.0,
            )
            for epoch in range(3)
        ]
        run.events_jsonl.write_bytes(b"".join(map(encode, epochs)) + b'{"cut in mid-')
    run.write_status("finished")
    summary = {"student": {"srcc": {"mean": 0.72}, "plcc": {"mean": 0.75}}}
    report = {"repeats": [{"preferred": "student"}], "summary": summary}
    run.report_json.write_text(json.dumps(report))
    (folder / "broken").mkdir()
    (folder / "broken" / "config.json").write_text("{")
    return folder


def test_runs_are_listed_with_where_they_stand(qtbot, parent):
    runs = {run.name: run for run in list_runs(parent)}
    assert runs["first"].standing is Standing.NEW
    assert runs["second"].standing is Standing.FINISHED
    assert (runs["second"].srcc, runs["second"].plcc) == (0.72, 0.75)
    assert runs["broken"].standing is Standing.DAMAGED
    assert "config.json is not readable" in runs["broken"].what

    page = RunsPage()
    qtbot.addWidget(page)
    page.show_runs(list(runs.values()))
    states = {page.list.topLevelItem(row).text(1) for row in range(3)}
    assert states == {"not begun", "finished", "can't be read"}
    page.list.selectAll()
    assert page.compare_button.isEnabled()
    assert not page.open_button.isEnabled()
    with qtbot.waitSignal(page.compare_wanted) as wanted:
        page.compare_button.click()
    assert len(wanted.args[0]) == 3


def test_their_curves_share_a_plot(qtbot, jobs, parent):
    training = TrainingRuns(parent, jobs=jobs)
    page = CompareRuns(training)
    qtbot.addWidget(page)
    page.show_runs([run for run in list_runs(parent) if run.config is not None])
    qtbot.waitUntil(lambda: len(page.curves.curve_names()) == 2, timeout=10_000)
    told = page.curves.accessibleDescription()
    assert "first 0.7" in told
    assert "second 0.71" in told

    page.what.setCurrentIndex(page.what.findData("loss"))
    assert "first 1" in page.curves.accessibleDescription()
    training.close()
