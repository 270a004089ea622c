"""A rating session in the window: keys, undo, pause, people, repeats, and what it taught."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app.rating_session.asking import LOOK_EVERY
from app.window.shell.shortcuts import key_groups

LONG_MS = 60_000
KEYS = [Qt.Key(Qt.Key.Key_0.value + stars) for stars in range(1, 6)]


def brightness(photo) -> int:
    with Image.open(photo) as picture:
        return picture.getpixel((0, 0))[0]


def taste(photo) -> int:
    """Somebody who likes light photos: 1 to 5 stars."""
    return 1 + brightness(photo) // 45


@pytest.fixture
def begin(qtbot, photos):
    """Lets somebody rate the photos: begin(page, "Anna")."""

    def start(page, rater="Anna", folder=photos):
        page.enter(folder)
        page.start.set_rater(rater)
        page.start.begin_button.click()
        qtbot.waitUntil(lambda: page.currentWidget() is page.ask, timeout=LONG_MS)
        qtbot.waitUntil(lambda: page.ask.view.has_photo, timeout=LONG_MS)

    return start


def rate(qtbot, page, stars=None, key=None):
    """Press the key for the photo that is seen; returns the photo."""
    qtbot.waitUntil(lambda: page.ask.view.has_photo, timeout=LONG_MS)
    photo = page.ask.photo
    qtbot.keyClick(page.ask.view, key or KEYS[(stars or taste(photo)) - 1])
    return photo


def test_keys_rate_one_photo_after_the_other(qtbot, desk, begin):
    page = desk.page()
    begin(page)
    first = rate(qtbot, page, 4)
    second = rate(qtbot, page, key=Qt.Key.Key_Space)
    third = rate(qtbot, page, 1)
    assert len({first, second, third, page.ask.photo}) == 4
    given = page.asking.session.of("Anna")
    assert [(one.photo, one.stars) for one in given] == [(first, 4), (second, None), (third, 1)]
    assert "2 ratings, 23 more" in page.ask.counter.text()


def test_a_key_held_down_rates_one_photo(qtbot, desk, begin):
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QKeyEvent

    page = desk.page()
    begin(page)
    none = Qt.KeyboardModifier.NoModifier
    again = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_3, none, "3", True)
    QCoreApplication.sendEvent(page.ask, again)
    assert page.asking.num_ratings == 0


def test_undo_brings_the_photo_back_and_forgets_the_answer(qtbot, desk, begin):
    page = desk.page()
    begin(page)
    assert not page.ask.undo_button.isEnabled()
    first = rate(qtbot, page, 4)
    rate(qtbot, page, 2)
    qtbot.keyClick(page.ask.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(page.ask.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.ask.photo == first
    assert not page.asking.can_undo
    rate(qtbot, page, 5)
    desk.close()
    page = desk.page()
    begin(page)
    assert [one.stars for one in page.asking.session.answers] == [5]


def test_closing_in_the_middle_keeps_every_answer(qtbot, desk, begin, tmp_path):
    page = desk.page()
    begin(page)
    shown = [rate(qtbot, page) for _ in range(7)]
    desk.close()
    with closing(sqlite3.connect(tmp_path / "sessions.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM answer").fetchone() == (7,)
    page = desk.page()
    page.enter(None)
    qtbot.waitUntil(lambda: page.start._rows.count() == 1, timeout=LONG_MS)
    begin(page)
    assert [one.photo for one in page.asking.session.answers] == shown
    assert page.ask.photo not in shown


def test_a_model_is_fitted_after_25_ratings_and_says_how_well_it_does(qtbot, desk, begin, photos):
    page = desk.page()
    begin(page)
    shown = [rate(qtbot, page) for _ in range(LOOK_EVERY)]
    assert len(set(shown)) < LOOK_EVERY  # some came twice
    qtbot.waitUntil(lambda: "your own model agrees" in page.ask.learned.text(), timeout=LONG_MS)
    qtbot.waitUntil(lambda: len(page.asking.left) > 0, timeout=LONG_MS)
    qtbot.keyClick(page.ask.view, Qt.Key.Key_Escape)
    assert page.currentWidget() is page.outcome
    qtbot.waitUntil(lambda: "Learned from" in page.outcome.details.text(), timeout=LONG_MS)
    assert "Your own model agrees with you better" in page.outcome.verdict.text()
    text = page.outcome._people.itemAt(0).widget().text()
    assert text.startswith("Anna, 25 ratings: Of 3 photos that came twice, 3 got the same")
    with qtbot.waitSignal(page.make_wanted) as wanted:
        page.outcome.make_button.click()
    name, read_labels = wanted.args
    assert name == "holiday"
    labels = read_labels()
    assert {one.path: one.score for one in labels.photos} == {
        photo: 25 * (taste(photo) - 1) for photo in set(shown)
    }
    assert (labels.range.low, labels.range.high) == (0, 100)


def test_questions_are_spread_over_what_the_model_sees(qtbot, desk, begin, photos):
    page = desk.page()
    begin(page)
    qtbot.waitUntil(lambda: desk.num_read == 45, timeout=LONG_MS)
    shown = [rate(qtbot, page) for _ in range(10)]
    values = sorted(brightness(photo) for photo in shown)
    assert values[0] < 45
    assert values[-1] > 175
    assert np.std(values) > 45


def test_each_person_is_asked_under_a_name_of_their_own(qtbot, desk, begin):
    page = desk.page()
    begin(page, "Anna")
    for _ in range(3):
        rate(qtbot, page)
    qtbot.keyClick(page.ask.view, Qt.Key.Key_Escape)
    page.outcome.back_button.click()
    qtbot.waitUntil(lambda: page.start._rows.count() == 1, timeout=LONG_MS)
    begin(page, "Ben")
    assert page.asking.num_ratings == 0
    rate(qtbot, page, 1)
    assert page.asking.session.raters == ("Anna", "Ben")
    assert "1 rating, 21 more" in page.ask.counter.text()


def test_a_photo_that_can_t_be_shown_is_left_out_and_named(qtbot, desk, begin, photos):
    said = []
    for path in sorted(photos.glob("*.png"))[3:]:
        path.unlink()
    (photos / "p01.png").write_bytes(b"no photo")
    page = desk.page()
    page.said.connect(said.append)
    begin(page)
    seen = {rate(qtbot, page) for _ in range(2)}
    assert {photo.name for photo in seen} == {"p00.png", "p02.png"}
    qtbot.waitUntil(lambda: page.ask.photo is None, timeout=LONG_MS)
    assert page.asking.num_ratings == 2


def test_few_or_equal_labels_are_told_in_a_sentence_and_kept(qtbot, desk, begin):
    page = desk.page()
    begin(page)
    rate(qtbot, page, 3)
    qtbot.keyClick(page.ask.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "1 label" in page.outcome.verdict.text(), timeout=LONG_MS)
    page.outcome.go_on_button.click()
    for _ in range(7):
        rate(qtbot, page, 3)
    qtbot.keyClick(page.ask.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "alike" in page.outcome.verdict.text(), timeout=LONG_MS)
    assert len(page.asking.session.answers) == 8


def test_rated_photos_that_went_away_are_named(qtbot, desk, begin, photos):
    page = desk.page()
    begin(page)
    shown = [rate(qtbot, page) for _ in range(11)]
    shown[4].unlink()
    qtbot.keyClick(page.ask.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "can't be found" in page.outcome.details.text(), timeout=LONG_MS)
    assert shown[4].name in page.outcome.details.text()
    assert "Their ratings are kept" in page.outcome.details.text()


def test_without_a_model_there_are_still_questions(qtbot, desk, begin):
    from app.errors import AppError

    def read(photos, *, should_stop):
        raise AppError("The model can't be opened.")

    said = []
    page = desk.page(read=read)
    page.said.connect(said.append)
    begin(page)
    for _ in range(12):
        rate(qtbot, page)
    assert said == ["The model can't be opened."]


def test_a_folder_without_photos_is_named(qtbot, desk, tmp_path):
    page = desk.page()
    (tmp_path / "empty").mkdir()
    page.enter(tmp_path / "empty")
    page.start.set_rater("Anna")
    page.start.begin_button.click()
    qtbot.waitUntil(lambda: "There is no photo in" in page.start.said.text(), timeout=LONG_MS)
    assert page.start.begin_button.isEnabled()


def test_nobody_begins_without_a_name_or_a_folder(desk, photos):
    page = desk.page()
    page.start.set_rater("Anna")
    assert not page.start.begin_button.isEnabled()
    page.enter(photos)
    assert page.start.begin_button.isEnabled()
    page.start.set_rater("  ")
    assert not page.start.begin_button.isEnabled()


def test_what_was_said_can_be_saved_as_a_table(qtbot, desk, begin, tmp_path):
    page = desk.page()
    begin(page)
    photo = rate(qtbot, page, 4)
    qtbot.keyClick(page.ask.view, Qt.Key.Key_Escape)
    desk.chooser.chosen = tmp_path / "ratings.csv"
    page.outcome.export_button.click()
    qtbot.waitUntil(lambda: "was written" in page.outcome.note.text(), timeout=LONG_MS)
    header, row = desk.chooser.chosen.read_text(encoding="utf-8").splitlines()
    assert header == "image,rater,stars,given,seconds"
    assert row.startswith(f"{photo},Anna,4,")


def test_a_session_is_deleted_only_after_a_question(qtbot, desk, begin):
    page = desk.page()
    begin(page)
    rate(qtbot, page)
    qtbot.keyClick(page.ask.view, Qt.Key.Key_Escape)
    page.outcome.back_button.click()
    qtbot.waitUntil(lambda: page.start._rows.count() == 1, timeout=LONG_MS)
    from PySide6.QtWidgets import QMessageBox, QPushButton

    row = page.start._rows.itemAt(0).widget()
    remove = next(one for one in row.findChildren(QPushButton) if one.text() == "Delete…")
    remove.click()
    (box,) = page.findChildren(QMessageBox)
    next(one for one in box.buttons() if one.text() == "Delete").click()
    qtbot.waitUntil(lambda: page.start._rows.count() == 0, timeout=LONG_MS)


def test_every_key_stands_on_the_sheet_and_has_a_menu_entry(desk):
    page = desk.page()
    (group,) = [one for one in key_groups() if one.title == "Rate photos"]
    told = {key for one in group.keys for key in one.keys}
    actions = [
        *page.ask.actions_of_stars,
        page.ask.cant_say_action,
        page.ask.undo_action,
        page.ask.pause_action,
    ]
    keys = [action.shortcut().toString() for action in actions]
    assert keys == ["1", "2", "3", "4", "5", "Space", "Ctrl+Z", "Esc"]
    assert {"1", "5", "Space", "Ctrl+Z", "Esc"} <= told
