"""The page of contests: what goes wrong, who judges, more pairs, and what is on the disk."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QInputDialog, QMessageBox

from app import places
from app.contest.contest_file import list_contests, read_contest
from engine.contest.verdicts import Choice

LONG_MS = 60_000


def wait(qtbot, condition):
    qtbot.waitUntil(condition, timeout=LONG_MS)


def judge_all(page, qtbot, key=Qt.Key.Key_Left):
    while page.currentWidget() is page.duel:
        wait(qtbot, lambda: page.duel.has_both_photos)
        qtbot.keyClick(page.duel, key)
    wait(qtbot, lambda: page.result.outcome is not None)


def saved(page):
    page.desk_of_test.close()
    (listed,) = list_contests(places.contests())
    return listed.contest


def test_a_form_that_makes_no_sense_cannot_be_sent(page, tiny_rivals, tmp_path):
    page.start.new_button.click()
    setup = page.setup
    for act in (
        lambda: setup.set_folder(tmp_path),
        lambda: setup.add_model(str(tiny_rivals[0])),
        lambda: setup.add_model(str(tiny_rivals[1])),
    ):
        assert not setup.start_button.isEnabled()
        act()
    setup.rater.setText("  ")
    assert not setup.start_button.isEnabled()
    setup.rater.setText(" Ada ")
    assert setup.start_button.isEnabled()
    assert setup.request().rater == "Ada"
    assert "18 pairs" in setup.summary.text()
    setup.add_model(str(tiny_rivals[1]))
    assert setup.sources() == tuple(map(str, tiny_rivals[:2]))


def test_a_model_that_is_none_is_said_and_the_form_is_back(page, qtbot, begin, tmp_path):
    said = []
    page.said.connect(said.append)
    begin(models=("no-such-model", "nor-this"))
    wait(qtbot, lambda: len(said) == 1)
    assert "There is no model no-such-model" in said[0]
    assert page.currentWidget() is page.setup


def test_an_empty_folder_is_said(page, qtbot, begin, tmp_path):
    said = []
    page.said.connect(said.append)
    begin(folder=tmp_path)
    wait(qtbot, lambda: len(said) == 1)
    assert "Only 0 of 0 photos" in said[0]


def test_preparing_can_be_stopped(page, qtbot, begin):
    begin()
    assert page.currentWidget() is page.preparing
    page.preparing.stop_button.click()
    wait(qtbot, lambda: page.currentWidget() is page.setup)
    assert list_contests(places.contests()) == []


def test_every_key_of_the_duel(page, qtbot, begin):
    begin()
    wait(qtbot, lambda: page.currentWidget() is page.duel)
    duel = page.duel
    wait(qtbot, lambda: duel.has_both_photos)
    assert duel.left.hasFocus()
    qtbot.keyClick(duel.left, Qt.Key.Key_Z)
    assert duel.left.percent() == 100
    assert duel.right.state == duel.left.state
    qtbot.keyClick(duel.left, Qt.Key.Key_Plus)
    assert duel.left.percent() > 100
    qtbot.keyClick(duel.left, Qt.Key.Key_Minus)
    qtbot.keyClick(duel.left, Qt.Key.Key_2)
    assert duel.slider.value() == 40
    for key, choice, confidence in (
        (Qt.Key.Key_Right, Choice.RIGHT, 40),
        (Qt.Key.Key_Left, Choice.LEFT, 50),
        (Qt.Key.Key_Down, Choice.EQUAL, 0),
        (Qt.Key.Key_Space, Choice.CANT_SAY, 0),
    ):
        wait(qtbot, lambda: duel.has_both_photos)
        qtbot.keyClick(duel.left, key)
        verdict = page.contest.verdicts[-1]
        assert (verdict.choice, verdict.confidence) == (choice, confidence)
    assert duel.left.state.scale is None  # the next pair is seen whole
    qtbot.keyClick(duel.left, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(page.contest.verdicts) == 3
    qtbot.mouseClick(duel.undo_button, Qt.MouseButton.LeftButton)
    assert len(page.contest.verdicts) == 2
    qtbot.keyClick(duel.left, Qt.Key.Key_Escape)
    wait(qtbot, lambda: page.result.outcome is not None)
    assert page.result.go_on_button.text() == "Continue"
    assert saved(page).verdicts == page.contest.verdicts


def test_a_photo_that_has_gone_can_only_be_passed_over(page, qtbot, begin, pool_folder, tmp_path):
    folder = tmp_path / "moving"
    folder.mkdir()
    for path in pool_folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    begin(folder=folder)
    wait(qtbot, lambda: page.currentWidget() is page.duel)
    for path in folder.iterdir():
        path.unlink()
    third = page.contest.shown[2]
    while page.duel.pair != third:
        qtbot.keyClick(page.duel, Qt.Key.Key_Space)
    qtbot.wait(50)
    assert not page.duel.has_both_photos
    assert not page.duel.left_button.isEnabled()
    qtbot.keyClick(page.duel, Qt.Key.Key_Left)
    assert page.duel.pair == third
    qtbot.keyClick(page.duel, Qt.Key.Key_Space)
    assert page.duel.pair != third


def test_more_pairs_and_another_person(page, qtbot, begin, monkeypatch):
    begin()
    wait(qtbot, lambda: page.currentWidget() is page.duel)
    judge_all(page, qtbot)
    before = page.contest
    page.result.more_pairs_wanted.emit()
    wait(qtbot, lambda: page.currentWidget() is page.duel)
    assert page.contest.shown[: len(before.shown)] == before.shown
    assert page.contest.next_pairs("Ada") == [page.contest.shown[len(before.shown)]]
    judge_all(page, qtbot)

    monkeypatch.setattr(QInputDialog, "getText", lambda *args, **options: ("Bob", True))
    page.result.go_on_button.click()
    assert page.currentWidget() is page.duel
    assert page.rater == "Bob"
    judge_all(page, qtbot, Qt.Key.Key_Down)
    assert page.result.outcome.contest.raters == ("Ada", "Bob")
    assert "2 people" in page.result.answers.text()

    monkeypatch.setattr(QInputDialog, "getText", lambda *args, **options: ("", False))
    page.result.go_on_button.click()
    assert page.currentWidget() is page.result


def test_a_contest_can_be_deleted_after_a_question(page, qtbot, begin):
    begin()
    wait(qtbot, lambda: page.currentWidget() is page.duel)
    qtbot.keyClick(page.duel, Qt.Key.Key_Escape)  # nothing was answered: back to the list
    assert page.currentWidget() is page.start
    (path,) = places.contests().glob("*.json")

    def agree():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        box.buttons()[0 if "Delete" in box.buttons()[0].text() else 1].click()

    QTimer.singleShot(50, agree)
    page.start.removal_wanted.emit(path)
    wait(qtbot, lambda: not path.exists())


def test_a_damaged_contest_is_listed_with_the_reason(page, qtbot):
    places.contests().mkdir(parents=True)
    (places.contests() / "broken.json").write_text("{}")
    page.enter(None)
    wait(qtbot, lambda: "is no contest" in "".join(label.text() for label in _labels(page.start)))


def _labels(view):
    from PySide6.QtWidgets import QLabel

    return view.findChildren(QLabel)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_what_was_answered_survives_a_kill(page, qtbot, begin, tmp_path):
    begin()
    wait(qtbot, lambda: page.currentWidget() is page.duel)
    page.desk_of_test.close()
    (path,) = places.contests().glob("*.json")
    program = """
import sys
from pathlib import Path
from app.contest.contest_file import read_contest, save_contest
from engine.contest.verdicts import Choice, Verdict
path = Path(sys.argv[1])
contest = read_contest(path)
for number in range(10**6):
    one = contest.shown[number % len(contest.shown)]
    verdict = Verdict(pair_id=one.pair.pair_id, rater=f"r{number}", choice=Choice.EQUAL)
    contest = contest.with_verdict(verdict)
    save_contest(path, contest)
    print(number, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[4],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])},
    )
    told = [int(process.stdout.readline()) for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert len(read_contest(path).verdicts) > told[-1]
