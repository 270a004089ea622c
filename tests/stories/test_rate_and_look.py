"""Someone opens a folder, has it rated, sorts, marks, looks closer, exports, comes back."""

import csv

import pytest
from PySide6.QtCore import Qt

from app.catalog.photo_entry import Flag
from app.window.photo_list.photo_order import SortKey
from app.window.shell.rail import Place


def test_from_a_folder_to_a_table_and_back_again(sit_down, folder, tmp_path):
    person = sit_down(folder)
    person.wait_until_rated()
    assert len(person.photos()) == 6
    assert len(person.newly_rated) == 6

    sort = person.library.header.sort
    sort.setCurrentIndex(sort.findData(SortKey.SCORE))
    scores = [photo.score_0_100 for photo in person.photos()]
    assert scores == sorted(scores, reverse=True)

    middle = round(sum(scores) / len(scores))
    person.library.filter_bar.lowest.setValue(middle)
    person.wait(lambda: len(person.photos()) < 6)
    assert all(photo.score_0_100 >= middle for photo in person.photos())
    person.library.filter_bar.clear()
    person.wait(lambda: len(person.photos()) == 6)

    person.choose("cat.png")
    person.press(Qt.Key.Key_4)
    assert person.photo("cat.png").stars == 4
    person.wait(person.library.menu.undo.isEnabled)
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    person.wait(lambda: person.photo("cat.png").stars == 0)
    person.choose("cat.png")
    person.press(Qt.Key.Key_5)
    person.choose("rocket.png")
    person.press(Qt.Key.Key_X)
    assert person.photo("rocket.png").flag is Flag.REJECTED

    person.choose("coffee.png")
    person.press(Qt.Key.Key_Return)
    assert person.window.place == Place.INSPECT
    assert person.inspect.entry.path.name == "coffee.png"
    person.wait(lambda: person.inspect.pair.overlay_caption.startswith(("Visible", "What")))
    assert person.inspect.pair.overlay_view.isVisible()
    person.press(Qt.Key.Key_H)
    assert not person.inspect.pair.overlay_view.isVisible()
    person.press(Qt.Key.Key_P)
    assert person.photo("coffee.png").flag is Flag.PICKED
    person.press(Qt.Key.Key_Escape)
    assert person.window.place == Place.LIBRARY

    table = tmp_path / "scores.csv"
    person.chooser.chosen = table
    person.library.grid.selectAll()
    person.library.menu.export.trigger()
    assert "6 photos" in person.accept_preview()
    person.wait(table.is_file)
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert all(float(row["score"]) > 0 for row in rows)

    person.close()
    again = sit_down(folder)
    again.wait_until_rated()
    assert again.newly_rated == []
    assert again.photo("cat.png").stars == 5
    assert again.photo("rocket.png").flag is Flag.REJECTED
    assert again.photo("coffee.png").flag is Flag.PICKED
    assert [photo.score_0_100 for photo in again.photos()] == [
        person.photo(photo.path.name).score_0_100 for photo in again.photos()
    ]
    assert again.bench.settings.current.recent_folders == (str(folder),)
    assert not again.inspect.bar.switch.isChecked()


def test_a_newcomer_starts_with_the_samples(sit_down, qtbot):
    person = sit_down()
    assert person.window.first_run.isVisible()
    person.window.first_run.demo_button.click()
    person.wait(lambda: len(person.photos()) == 37)
    assert person.library.isVisible()
    assert person.folder.name == "demo"


def test_every_place_can_be_reached_by_key(sit_down):
    person = sit_down()
    keys = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)
    for key, place in zip(keys, Place, strict=True):
        person.press(key, Qt.KeyboardModifier.ControlModifier)
        assert person.window.place == place
    for key, place in ((Qt.Key.Key_G, Place.LIBRARY), (Qt.Key.Key_C, Place.COMPARE)):
        person.press(key)
        assert person.window.place == place
    person.wait(lambda: "models" in person.window.models.hint.text())


def test_the_sheet_of_keys_and_the_about_box_open_and_close(sit_down, qtbot):
    person = sit_down()
    qtbot.keyClick(person.window, Qt.Key.Key_Question)
    assert len(person._dialogs()) == 1
    person._dialogs()[0].reject()
    person.wait(lambda: person.bench.model_id is not None)
    person.window.show_about()
    (box,) = person._dialogs()
    assert "About" in box.windowTitle()
    box.reject()
    assert person._dialogs() == []


def test_marks_in_the_inspector_go_on_to_the_next_photo_if_wished(sit_down, folder):
    person = sit_down(folder)
    person.wait(lambda: len(person.photos()) == 6)
    person.bench.settings.change(advances_after_marking=True)
    person.choose("cat.png")
    person.press(Qt.Key.Key_E)
    first = person.inspect.row
    person.press(Qt.Key.Key_3)
    assert person.photo("cat.png").stars == 3
    assert person.inspect.row == first + 1


def test_a_model_that_cannot_be_opened_is_said_with_details(
    sit_down, folder, monkeypatch, tmp_path
):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"not a model at all")
    person = sit_down(folder)
    person.bench.scoring.load(str(broken))
    person.wait(lambda: person.window.notice.isVisible())
    assert "broken.safetensors" in person.window.notice.sentence
    assert person.window.notice.copy_button.isVisible()


@pytest.mark.parametrize("name", ["gone", "a-file.jpg"])
def test_a_folder_that_cannot_be_opened_is_said_in_words(sit_down, tmp_path, name):
    (tmp_path / "a-file.jpg").write_bytes(b"")
    person = sit_down(tmp_path / name)
    person.wait(lambda: person.library.empty.isVisible())
    person.wait(lambda: "can't be shown" in person.library.empty.title.text())


def test_the_map_of_a_folder_leads_to_a_photo(sit_down, folder):
    person = sit_down(folder)
    person.wait_until_rated()
    dialog = person.bench.show_map()
    person.wait(lambda: "rated photos" in dialog.words.text())
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return):
        person.qtbot.keyClick(dialog.view, key)
    assert person.window.place == Place.INSPECT
    worst = min(person.photos(), key=lambda photo: photo.score_0_100)
    assert person.inspect.entry.path == worst.path
    dialog.close()
