"""The map of a folder: dots in the right places, chosen by mouse and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.window.jobs.runner import JobRunner
from app.window.map.folder_map import FolderMap, RatedPath, make_map
from app.window.map.map_dialog import MapDialog
from app.window.map.map_view import MapView
from engine.errors import UndefinedMeasure
from engine.scorer import Scorer


@pytest.fixture
def rated(photo_folder):
    paths = sorted(photo_folder.rglob("*.jpg"))
    return [RatedPath(path=path, score=15.0 * number) for number, path in enumerate(paths)]


def make(rated, model, *, should_stop=lambda: False):
    done = []
    made = make_map(
        rated,
        Scorer.open(model, device="cpu"),
        on_progress=lambda *steps: done.append(steps),
        should_stop=should_stop,
    )
    return made, done


def test_a_folder_is_laid_out(rated, tiny_model, tmp_path):
    gone = RatedPath(path=tmp_path / "gone.jpg", score=50.0)
    made, done = make([*rated, gone], tiny_model)
    assert made.photos == tuple(rated)
    assert made.places_N2.shape == (6, 2)
    assert made.num_rated == 7
    assert made.similarity_L.size > 0
    assert np.abs(made.similarity_L).max() <= 1
    assert done[-1] == (6, 7)


def test_a_map_can_be_stopped_and_needs_photos(rated, tiny_model):
    assert make(rated, tiny_model, should_stop=lambda: True)[0] is None
    with pytest.raises(UndefinedMeasure, match="at least 5 photos"):
        make(rated[:3], tiny_model)


@pytest.fixture
def view(qtbot, rated):
    places = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5], [0.25, 0.75]])
    view = MapView()
    qtbot.addWidget(view)
    view.resize(436, 336)
    view.show_map(
        FolderMap(photos=tuple(rated), places_N2=places, similarity_L=np.array([]), num_rated=6)
    )
    with qtbot.waitExposed(view):
        view.show()
    return view


def test_a_click_on_a_dot_chooses_its_photo(qtbot, view, rated):
    with qtbot.waitSignal(view.chosen) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(218, 168))
    assert chosen.args == [rated[4].path]
    with qtbot.assertNotEmitted(view.chosen):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(218, 60))
    colours = view.grab().toImage()
    assert colours.pixelColor(218, 168) != colours.pixelColor(218, 60)


def test_keys_walk_along_the_scores(qtbot, view, rated):
    walked = []
    view.current_changed.connect(walked.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert walked == [rated[0].path, rated[1].path, rated[0].path]
    with qtbot.waitSignal(view.chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == [rated[0].path]


def test_the_dialog_makes_the_map_in_the_background(qtbot, rated, tiny_model):
    jobs = JobRunner()
    dialog = MapDialog(rated, lambda: Scorer.open(tiny_model, device="cpu"), jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "QUA and CLS" in dialog.words.text(), timeout=60_000)
    assert "6 of 6 rated photos" in dialog.words.text()
    assert not dialog.bar.isVisible()
    jobs.close()


def test_the_dialog_says_why_there_is_no_map(qtbot, tiny_model):
    jobs = JobRunner()
    dialog = MapDialog([], lambda: Scorer.open(tiny_model, device="cpu"), jobs)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "at least 5 photos" in dialog.words.text(), timeout=60_000)
    jobs.close()
