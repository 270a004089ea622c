"""The window opens where it can be seen."""

import json
import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QByteArray, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from app.window.shell.window_place import fitted, put_in_place

LEFT, RIGHT = QRect(0, 0, 1920, 1040), QRect(1920, 0, 1280, 1000)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (QRect(100, 100, 1280, 800), QRect(100, 100, 1280, 800)),
        (QRect(2000, 50, 1000, 700), QRect(2000, 50, 1000, 700)),
        (QRect(-300, 900, 1000, 700), QRect(0, 340, 1000, 700)),
        (QRect(1700, 100, 1400, 800), QRect(1920, 100, 1280, 800)),  # mostly on the right one
        (QRect(9000, 9000, 800, 600), QRect(1120, 440, 800, 600)),  # a screen that is gone
        (QRect(100, 100, 5000, 3000), QRect(0, 0, 1920, 1040)),
    ],
)
def test_a_place_is_moved_into_the_screen_that_holds_most_of_it(wanted, expected):
    assert fitted(wanted, [LEFT, RIGHT]) == expected


def available():
    return QGuiApplication.primaryScreen().availableGeometry()


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setMinimumSize(300, 200)
    window.resize(3000, 2000)
    return window


def test_a_first_window_is_no_larger_than_the_screen(window):
    put_in_place(window, QByteArray())
    assert window.width() == available().width()
    assert window.height() < available().height()  # the title needs room


def test_a_least_size_gives_way_to_a_small_screen(window):
    window.setMinimumSize(2000, 1500)
    put_in_place(window, QByteArray())
    assert window.width() == available().width()


def test_a_place_that_fits_is_the_same_again(qtbot, window):
    window.setGeometry(120, 130, 400, 300)
    saved = window.saveGeometry()
    again = QMainWindow()
    qtbot.addWidget(again)
    put_in_place(again, saved)
    assert again.geometry() == QRect(120, 130, 400, 300)


REOPENED = """
import json, sys
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication, QMainWindow
from app.window.shell.window_place import put_in_place
application = QApplication([])
window = QMainWindow()
window.setMinimumSize(700, 300)
window.resize(780, 700)
put_in_place(window, QByteArray.fromBase64(sys.argv[1].encode()))
screen, place = application.primaryScreen().availableGeometry(), window.geometry()
print(json.dumps([screen.getRect(), place.getRect(), screen.contains(place)]))
"""


@pytest.mark.parametrize("scale", ["1", "1.25", "2"])
def test_a_place_saved_at_100_per_cent_is_seen_at_other_scalings(qtbot, window, scale):
    window.setMinimumSize(0, 0)
    window.setGeometry(90, 80, 700, 600)
    saved = bytes(window.saveGeometry().toBase64().data()).decode()
    done = subprocess.run(
        [sys.executable, "-c", REOPENED, saved],
        env={**os.environ, "QT_SCALE_FACTOR": scale},
        capture_output=True,
        text=True,
        check=True,
    )
    screen, place, is_inside = json.loads(done.stdout)
    assert screen[2] == round(available().width() / float(scale))
    assert is_inside, place
