import logging

import pytest

from app.window.shell.spoken_warnings import SpokenWarnings


@pytest.fixture
def warnings(qapp):
    warnings = SpokenWarnings()
    yield warnings
    warnings.close()


def test_warnings_of_our_own_are_said_those_that_came_early_too(warnings, expected_logs):
    said = []
    warnings.said.connect(said.append)
    logging.getLogger("app.window.settings").warning("The settings %s are damaged.", "a.ini")
    assert said == []
    warnings.catch_up()
    logging.getLogger("engine.photos").warning("The disk is full.")
    assert said == ["The settings a.ini are damaged.", "The disk is full."]


def test_what_is_no_warning_of_ours_is_not_said(warnings, expected_logs):
    said = []
    warnings.said.connect(said.append)
    warnings.catch_up()
    logging.getLogger("some.library").warning("It has something to say.")
    logging.getLogger("app").error("A job failed.")
    logging.getLogger("app").info("A folder was opened.")
    assert said == []


def test_after_closing_nothing_is_said(warnings, expected_logs):
    said = []
    warnings.said.connect(said.append)
    warnings.catch_up()
    warnings.close()
    logging.getLogger("app").warning("Nobody hears this.")
    assert said == []
