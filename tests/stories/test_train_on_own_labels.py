"""Someone with a table of scores trains a model in the window and rates a folder with it."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.window.shell.rail import Place

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def own_labels(tmp_path_factory) -> Path:
    """80 small photographs, from good to spoilt, and a table of scores beside them."""
    spec = importlib.util.spec_from_file_location(
        "small_runs", ROOT / "tests" / "trainer" / "small_runs.py"
    )
    small_runs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(small_runs)
    return small_runs.write_set(tmp_path_factory.mktemp("own labels"))


def choose(box, value) -> None:
    index = box.findData(value)
    assert index >= 0
    box.setCurrentIndex(index)


def fill_in_a_tiny_network(new) -> None:
    """On the pages of teacher and student: a network that trains in seconds."""
    new.teacher.backbone.setEditText("test_vit")
    choose(new.teacher.weights, "none")
    for recipe in (new.teacher.recipe, new.student.recipe):
        recipe.epochs.setValue(2)
        recipe.batch_size.setValue(12)
        recipe.learning_rate.setText("1e-3")
    new.student.long_side.setValue(96)
    new.student.short_side.setValue(80)
    new.student.crop.setValue(64)
    new.student.crops_per_photo.setValue(1)
    new.student.validation_crops.setValue(2)
    new.student.test_crops.setValue(2)


def go_on(person, new) -> None:
    """Press Next once it may be pressed."""
    before = new.number
    person.wait(new.next_button.isEnabled)
    person.qtbot.mouseClick(new.next_button, Qt.MouseButton.LeftButton)
    assert new.number == before + 1


def test_from_a_table_of_scores_to_rating_with_the_own_model(
    sit_down, own_labels, folder, monkeypatch, tmp_path
):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    person = sit_down(folder)
    person.wait_until_rated()
    before = {photo.path: photo.score_0_100 for photo in person.photos()}
    model_before = person.bench.model_id
    window, page = person.window, person.window.train
    window.go_to(Place.TRAIN)
    person.wait(page.list.empty.isVisible)

    page.list.new_button.click()
    new = page.new
    assert not new.next_button.isEnabled()
    new.labels.source.setText(str(own_labels))
    go_on(person, new)
    assert "80 of 80" in new.labels.summary.text()
    person.qtbot.mouseClick(new.plan.choose_button, Qt.MouseButton.LeftButton)
    person.wait(lambda: new.split.review is not None)
    assert [part.num_photos for part in new.split.review.parts] == [50, 10, 20]
    assert "no reference" in new.split.leaks.text()
    go_on(person, new)
    fill_in_a_tiny_network(new)
    go_on(person, new)
    go_on(person, new)
    choose(new.machine.device, "cpu")
    go_on(person, new)
    assert "80 labelled photos" in new.machine.findings.text()
    assert "About" in new.machine.estimate.text()
    new.start.run_name.setText("mine")
    person.qtbot.mouseClick(new.next_button, Qt.MouseButton.LeftButton)

    person.wait(lambda: page.shown is not page.new)
    run = page.run
    person.wait(lambda: run.history.progress is not None)
    person.wait(lambda: run.end is not None)
    assert run.end.kind == "finished", (run.end, run.log.text.toPlainText())
    assert len(run.history.epochs_of("student")) == 2
    assert any("SRCC" in name for name in run.curves.validation.curve_names())

    result = page.result
    person.wait(lambda: result.comparison is not None)
    assert {row.name for row in result.result.rows} == {"student", "teacher"}
    assert result.comparison.num_photos == 20
    assert "On the same 20 test photos" in result.verdict.text()
    person.wait(lambda: "worst misses of" in result.misses_title.text())
    assert len(result.misses.texts()) == 6
    assert len(result.scatter.new.data) == len(result.scatter.in_use.data) == 20
    result.use_button.click()
    person.wait(lambda: person.bench.model_id not in (None, model_before))
    assert person.bench.model_id.startswith("mine")
    person.wait(lambda: "mine" in result.use_note.text())

    report = tmp_path / "report.html"
    result.save_report(report)
    person.wait(report.is_file)
    text = report.read_text(encoding="utf-8")
    assert text.count("<svg") == 3
    assert all(words in text for words in ("bytes per pixel", "50 training", "test_vit", "SRCC"))
    assert not re.search(r'(?:src|href)="(?!#)', text)  # it needs no other file

    window.go_to(Place.LIBRARY)
    person.library.rating_bar.rate_button.click()

    def scores():
        return {photo.path: photo.score_0_100 for photo in person.photos()}

    # The list keeps the scores of the model before until it has looked for those of this one.
    person.wait(lambda: not set(before.items()) <= set(scores().items()))
    person.wait_until_rated()
    assert scores().keys() == before.keys()

    window.go_to(Place.TRAIN)
    page.show_list()
    person.wait(lambda: page.list.list.topLevelItemCount() == 1)
    assert page.list.list.topLevelItem(0).text(1) == "finished"
    assert sys.modules.get("app.window.train.run_page") is not None
