"""The one question about sidecars."""

import pytest

from app.window.shell.sidecar_question import SidecarQuestion


@pytest.fixture
def question(qtbot):
    question = SidecarQuestion()
    qtbot.addWidget(question)
    question.resize(1000, 80)
    return question


def test_it_is_hidden_until_it_asks(question):
    assert not question.isVisible()
    question.ask()
    assert question.isVisible()


@pytest.mark.parametrize(
    ("button", "style"),
    [("appended_button", "appended"), ("replaced_button", "replaced"), ("no_button", "none")],
)
def test_an_answer_is_told_and_the_question_gone(qtbot, question, button, style):
    question.ask()
    with qtbot.waitSignal(question.answered) as told:
        getattr(question, button).click()
    assert told.args == [style]
    assert not question.isVisible()


def test_it_explains_itself(question):
    question.ask()
    assert not question.explanation.isVisible()
    question.what_button.click()
    assert question.explanation.isVisible()
    question.what_button.click()
    assert not question.explanation.isVisible()


def test_closing_puts_it_off_until_the_window_is_opened_again(qtbot, question):
    question.ask()
    with qtbot.assertNotEmitted(question.answered):
        question.close_button.click()
    question.ask()
    assert not question.isVisible()


def test_it_takes_no_keys_from_the_photos(question):
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QAbstractButton

    buttons = question.findChildren(QAbstractButton)
    assert len(buttons) == 5
    assert not any(button.focusPolicy() & Qt.FocusPolicy.ClickFocus for button in buttons)
