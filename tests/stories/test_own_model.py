"""Somebody gives stars, presses one button, and has the photos sorted by a model of their own."""

import time
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app.window.photo_list.photo_order import SortKey
from app.window.shell.rail import Place

SUBJECTS = ("astronaut", "cat", "coffee", "motorcycle", "rocket")
FAULTS = ("", "-blurred", "-noisy", "-overexposed")
NUM_PIECES = 9  # of a photograph, three by three
NUM_PHOTOS = len(SUBJECTS) * NUM_PIECES


@pytest.fixture(scope="session")
def album(tmp_path_factory, photographs) -> Path:
    """Pieces of the demo's photographs, no two alike, three of four spoilt in some way."""
    folder = tmp_path_factory.mktemp("album") / "album"
    folder.mkdir()
    for row, subject in enumerate(SUBJECTS):
        for number in range(NUM_PIECES):
            fault = FAULTS[(row + number) % len(FAULTS)]
            with Image.open(photographs / f"{subject}{fault}.png") as photo:
                width, height = (side // 3 for side in photo.size)
                left, top = width * (number % 3), height * (number // 3)
                piece = photo.convert("RGB").crop((left, top, left + width, top + height))
            piece.save(folder / f"{subject}{number}{fault}.png")
    return folder


def taste(name: str) -> int:
    """Somebody who can't stand noise, and likes the rest as it is."""
    return 1 if "noisy" in name else 3 if "blurred" in name else 4 if "-" in name else 5


def give_stars(person) -> None:
    for photo in sorted(person.photos(), key=lambda one: one.path):
        person.choose(photo.path.name)
        person.press(Qt.Key(Qt.Key.Key_0.value + taste(photo.path.name)))


def order_of(person) -> list[str]:
    return [photo.path.name for photo in person.photos()]


def test_from_stars_in_a_folder_to_photos_sorted_by_ones_own_model(sit_down, album, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    person = sit_down(album)
    person.wait_until_rated()
    model_before = person.bench.model_id
    person.bench.settings.change(sidecar_style="none")
    person.bench.photos.set_sort(SortKey.SCORE, is_descending=True)
    before = order_of(person)
    give_stars(person)
    began_s, began_cpu_s = time.monotonic(), time.process_time()

    window, new = person.window, person.window.train.new
    window.go_to(Place.TRAIN)
    window.train.list.new_button.click()
    next(iter(new.labels.own_buttons.values())).click()  # the first: stars
    person.wait(new.next_button.isEnabled)
    new.next_button.click()
    person.wait(lambda: new.plan.plan is not None)
    assert f"{NUM_PHOTOS} labels, no GPU: a model of your own" in new.plan.what.text()
    new.plan.make_button.click()

    page = window.own_model
    assert page.making.isVisible()
    person.wait(lambda: page.currentWidget() is page.verdict)
    assert page.made is not None, page.verdict.verdict.text()
    assert page.verdict.table.topLevelItemCount() == 5
    page.verdict.use_button.click()
    person.wait(lambda: person.bench.model_id not in (None, model_before))
    person.wait(lambda: window.place == Place.LIBRARY)
    person.wait(lambda: order_of(person) != before)
    person.wait_until_rated()

    after = order_of(person)
    noisy = [place for place, name in enumerate(after) if "noisy" in name]
    assert sum(noisy) / len(noisy) > NUM_PHOTOS / 2  # what this person can't stand went down
    took_s = time.process_time() - began_cpu_s
    assert took_s < 60, (
        f"{took_s:.0f} s of the processor, {time.monotonic() - began_s:.0f} s in all"
    )
    assert person.bench.model_id.startswith("my-stars")


def test_from_a_rating_session_to_ones_own_model(sit_down, album, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    person = sit_down(album)
    person.wait_until_rated()
    window = person.window
    person.qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    session = window.session
    person.wait(session.isVisible)
    assert session.start.folder == album
    session.start.set_rater("Anna")
    session.start.begin_button.click()
    for _ in range(26):
        person.wait(lambda: session.ask.view.isVisible() and session.ask.view.has_photo)
        key = Qt.Key(Qt.Key.Key_0.value + taste(session.ask.photo.name))
        person.qtbot.keyClick(session.ask.view, key)
    person.wait(lambda: "your own model agrees" in session.ask.learned.text())
    person.qtbot.keyClick(session.ask.view, Qt.Key.Key_Escape)
    person.wait(lambda: "Learned from" in session.outcome.details.text())
    session.outcome.make_button.click()
    page = window.own_model
    person.wait(lambda: page.currentWidget() is page.verdict)
    assert page.made is not None, page.verdict.verdict.text()
    page.verdict.keep_button.click()
    assert session.isVisible()
    assert session.currentWidget() is session.outcome
