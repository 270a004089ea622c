"""Models come in, go out and are deleted from the page; what lies is refused with a reason."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from app import places
from app.window.jobs.runner import JobRunner
from app.window.models.model_shelf import ModelShelf
from app.window.models.models_page import ModelsPage


class ChosenPath:
    chosen = None

    def new_file(self, parent, title, suggestion, kinds):
        return self.chosen

    def model_file(self, parent, title):
        return self.chosen


@pytest.fixture
def shelf(qtbot):
    page, jobs, chooser = ModelsPage(), JobRunner(), ChosenPath()
    qtbot.addWidget(page)
    shelf = ModelShelf(page, chooser=chooser, jobs=jobs)
    yield shelf, page, chooser
    jobs.close()


def button(page, name):
    return next(one for one in page.findChildren(QPushButton) if one.accessibleName() == name)


def test_a_model_comes_in_goes_out_and_is_deleted(qtbot, shelf, tiny_model, tmp_path):
    shelf, page, chooser = shelf
    chooser.chosen = tiny_model
    page.import_button.click()
    qtbot.waitUntil(lambda: "made-up photos" in page.texts(), timeout=30_000)
    chooser.chosen = tmp_path / "copy.safetensors"
    button(page, "Export… tiny").click()
    qtbot.waitUntil(chooser.chosen.is_file)
    assert chooser.chosen.read_bytes() == tiny_model.read_bytes()

    def agree():
        box = QApplication.activeModalWidget()
        next(one for one in box.buttons() if one.text() == "Remove").click()

    QTimer.singleShot(50, agree)
    button(page, "Remove… tiny").click()
    qtbot.waitUntil(lambda: not (places.models() / "tiny.safetensors").exists())
    qtbot.waitUntil(lambda: "made-up photos" not in page.texts(), timeout=30_000)


def test_a_name_that_another_model_has_gets_a_number(qtbot, shelf, tiny_model, tiny_rivals):
    places.models().mkdir(parents=True)
    (places.models() / "ant.safetensors").write_bytes(tiny_model.read_bytes())
    shelf, page, chooser = shelf
    chooser.chosen = tiny_rivals[0]  # which is called ant
    page.import_button.click()
    taken_in = places.models() / "ant-2.safetensors"
    qtbot.waitUntil(taken_in.is_file, timeout=30_000)
    qtbot.waitUntil(lambda: "ant-2" in page.texts(), timeout=30_000)


def test_the_speed_of_a_model_is_measured_on_request(qtbot, shelf, tiny_model):
    shelf, page, chooser = shelf
    chooser.chosen = tiny_model
    page.import_button.click()
    qtbot.waitUntil(lambda: "made-up photos" in page.texts(), timeout=30_000)
    assert "photos per second" not in page.texts()
    button(page, "Measure speed tiny").click()
    qtbot.waitUntil(lambda: "photos per second with 2 crops each" in page.texts(), timeout=30_000)


def test_what_is_no_model_is_refused_with_the_reason(qtbot, shelf, tiny_model, tmp_path):
    shelf, page, chooser = shelf
    said = []
    shelf.said.connect(said.append)
    pickled, cut = tmp_path / "weights.pth", tmp_path / "cut.safetensors"
    pickled.write_bytes(b"x")
    cut.write_bytes(tiny_model.read_bytes()[:1000])
    for number, (path, reason) in enumerate(
        ((pickled, "can carry code"), (cut, "cut.safetensors"))
    ):
        chooser.chosen = path
        page.import_button.click()
        qtbot.waitUntil(lambda number=number: len(said) == number + 1, timeout=30_000)
        assert reason in said[-1]
    assert not list(places.models().glob("*"))
    chooser.chosen = None
    page.import_button.click()
    page.export_wanted.emit("tiny")
    assert len(said) == 2
