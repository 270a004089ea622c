"""What teaches a model is reached by keys and by the menu, and ends with the window."""

import sqlite3
from contextlib import closing

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app import places
from app.window.main import WindowRequest, Workbench
from app.window.shell.rail import Place

LONG_MS = 60_000
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "holiday"
    folder.mkdir()
    for number in range(12):
        Image.new("RGB", (64, 48), (20 * number,) * 3).save(folder / f"{number:02}.png")
    return folder


@pytest.fixture
def bench(qtbot, tiny_model):
    made = Workbench(WindowRequest(model=str(tiny_model), device="cpu"))
    with qtbot.waitActive(made.window, timeout=LONG_MS):
        made.window.show()
    yield made
    made.window.close()
    made.close()
    made.window.deleteLater()


def entries(window):
    (menu,) = [one.menu() for one in window.menuBar().actions() if one.text() == "&Teach"]
    return {one.text().replace("&", ""): one for one in menu.actions() if one.text()}


def test_keys_and_menu_lead_to_sessions_and_to_a_new_training(qtbot, bench):
    window = bench.window
    qtbot.keyClick(window, Qt.Key.Key_R, CTRL)
    assert window.place == Place.TRAIN
    assert window.session.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_N, CTRL)
    assert window.train.new.isVisible()
    entries(window)["Rate photos to teach a model…"].trigger()
    assert window.session.isVisible()
    window.session.start.back_button.click()
    assert window.train.isVisible()


def test_the_menu_rates_while_a_photo_is_asked_about_and_closing_keeps_it(qtbot, bench, photos):
    window, session = bench.window, bench.window.session
    rating = ("1 bad", "5 excellent", "Can't say", "Pause")
    window.rate_photos()
    assert not any(entries(window)[name].isEnabled() for name in rating)
    session.start.set_folder(photos)
    session.start.set_rater("Anna")
    session.start.begin_button.click()
    qtbot.waitUntil(lambda: session.ask.view.has_photo, timeout=LONG_MS)
    first = session.ask.photo
    entries(window)["4 good"].trigger()
    qtbot.waitUntil(lambda: session.ask.view.has_photo, timeout=LONG_MS)
    assert session.ask.photo != first
    entries(window)["Take back the answer before"].trigger()
    assert session.ask.photo == first
    qtbot.waitUntil(lambda: session.ask.view.has_photo, timeout=LONG_MS)
    entries(window)["2 poor"].trigger()
    window.go_to(Place.LIBRARY)
    assert not any(entries(window)[name].isEnabled() for name in rating)
    window.close()
    with closing(sqlite3.connect(places.rating_sessions())) as connection:
        assert connection.execute("SELECT stars FROM answer").fetchall() == [(2,)]
