"""The log is shown, followed, and searched."""

import pytest

from app.window.train.log_view import LogView


@pytest.fixture
def log(qtbot, jobs, tmp_path):
    view = LogView(jobs)
    qtbot.addWidget(view)
    view.show()
    path = tmp_path / "train.log"
    path.write_text("\n".join(f"line {number}: epoch" for number in range(40)) + "\nthe end\n")
    view.show_file(path)
    qtbot.waitUntil(lambda: "the end" in view.text.toPlainText(), timeout=10_000)
    return view


def test_the_end_of_the_log_is_read_again_when_asked(log, qtbot, tmp_path):
    with (tmp_path / "train.log").open("a") as file:
        file.write("and more\n")
    log.refresh_button.click()
    qtbot.waitUntil(lambda: log.text.toPlainText().endswith("and more"), timeout=10_000)


def test_the_search_goes_on_back_and_round(log):
    log.search.setText("line 3")
    assert log.find_next()
    first = log.text.textCursor().blockNumber()
    assert first == 3
    log.next_button.click()
    assert log.text.textCursor().blockNumber() == 30
    log.back_button.click()
    assert log.text.textCursor().blockNumber() == 3
    log.search.setText("nowhere")
    assert not log.find_next()


def test_a_log_that_is_not_there_is_said(log, qtbot, tmp_path):
    log.show_file(tmp_path / "none.log")
    qtbot.waitUntil(lambda: "No such file" in log.text.toPlainText(), timeout=10_000)
