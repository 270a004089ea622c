import threading

import pytest
from PySide6.QtCore import qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from app.version import version
from app.window.shell.about_dialog import AboutDialog
from app.window.shell.cheat_sheet import CheatSheet
from app.window.shell.error_reporter import ErrorReporter
from app.window.shell.notice_bar import NoticeBar


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def reporter(qtbot, tmp_path, window):
    reporter = ErrorReporter(tmp_path / "discern.log")
    reporter.speak_for(window, lambda: "tiny@0123")
    yield reporter
    if reporter.dialog is not None:
        reporter.dialog.reject()


def failed() -> Exception:
    try:
        raise ZeroDivisionError("what nobody thought of")
    except ZeroDivisionError as error:
        return error


def test_an_error_is_logged_shown_and_can_be_copied(reporter, expected_logs):
    reporter.report(failed())
    assert "what nobody thought of" in expected_logs[0].getMessage()
    reporter.dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    for part in ("Traceback", "ZeroDivisionError", "tiny@0123", "Qt:", version()):
        assert part in copied
    assert reporter.dialog.copy_button.text() == "Copied"


def test_errors_are_shown_one_at_a_time(reporter, expected_logs):
    reporter.report(failed())
    first = reporter.dialog
    reporter.report(failed())
    assert reporter.dialog is first
    first.reject()
    assert reporter.dialog is None
    assert len(expected_logs) == 2


def test_an_error_in_a_thread_reaches_the_person(qtbot, reporter, monkeypatch, expected_logs):
    monkeypatch.setattr(threading, "excepthook", reporter._on_thread_exception)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert "division by zero" in reporter.dialog.details_box.toPlainText()


def test_qt_s_own_messages_go_to_the_log(qtbot, reporter, expected_logs, monkeypatch):
    with qtbot.capture_exceptions():
        reporter.install()
        try:
            qWarning("something odd")
        finally:
            reporter.uninstall()
    assert expected_logs[-1].getMessage() == "Qt: something odd"


def test_ctrl_c_closes_the_window(reporter, window):
    reporter._on_exception(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not window.isVisible()


def test_the_about_box_names_version_and_model(qtbot):
    box = AboutDialog(model_lines=["Model: tiny"], model_id="tiny@0123")
    qtbot.addWidget(box)
    texts = [label.text() for label in box.findChildren(QLabel)]
    assert any(version() in text for text in texts)
    assert "Model: tiny" in texts
    box.copy_button.click()
    assert "tiny@0123" in QGuiApplication.clipboard().text()


def test_the_about_box_says_when_there_is_no_model(qtbot):
    box = AboutDialog(model_lines=[], model_id=None)
    qtbot.addWidget(box)
    assert "No model is loaded." in [label.text() for label in box.findChildren(QLabel)]


def test_the_cheat_sheet_shows_every_key(qtbot):
    sheet = CheatSheet()
    qtbot.addWidget(sheet)
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    for text in ("Ctrl+O", "?", "F5", "1 \N{EN DASH} 5", "Flip the map on or off"):
        assert text in texts


def test_a_notice_is_said_copied_and_closed(qtbot):
    bar = NoticeBar()
    qtbot.addWidget(bar)
    assert not bar.isVisible()
    bar.say("The model can't be read.", details="It ends early.")
    assert bar.isVisible()
    bar.copy_button.click()
    assert "It ends early." in QGuiApplication.clipboard().text()
    bar.close_button.click()
    assert not bar.isVisible()
