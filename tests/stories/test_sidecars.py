"""Someone gives a first star and is asked whether other programs shall see it."""

import pytest
from PySide6.QtCore import Qt

from app import places
from app.window.settings import SettingsStore
from app.xmp.photo_marks import read_marks


def sidecars(folder):
    return sorted(path.name for path in folder.glob("*.xmp"))


def give_three_stars(person, name):
    person.choose(name)
    person.press(Qt.Key.Key_3)
    person.wait(
        lambda: person.bench.catalog.marks_of([person.photo(name).stamp])[0].marks.stars == 3
    )
    person.wait(lambda: person.bench.actions._desk._errands == {})


@pytest.fixture
def person(sit_down, folder):
    person = sit_down(folder)
    person.wait(lambda: len(person.photos()) == 6)
    return person


def test_the_first_star_asks_and_a_yes_writes_it(person, folder):
    question = person.window.sidecar_question
    assert not question.isVisible()
    give_three_stars(person, "cat.png")
    person.wait(question.isVisible)
    assert sidecars(folder) == []
    assert person.window.focusWidget() is person.library.grid

    question.appended_button.click()
    person.wait(lambda: sidecars(folder) == ["cat.png.xmp"])
    assert not question.isVisible()
    assert read_marks(folder / "cat.png").marks.stars == 3
    give_three_stars(person, "rocket.png")
    assert sidecars(folder) == ["cat.png.xmp", "rocket.png.xmp"]
    assert not question.isVisible()

    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    person.wait(lambda: read_marks(folder / "rocket.png").marks.stars == 0)
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    person.wait(lambda: read_marks(folder / "cat.png").marks.stars == 0)


def test_a_no_is_remembered_and_the_menu_can_change_it(person, folder):
    question = person.window.sidecar_question
    give_three_stars(person, "cat.png")
    person.wait(question.isVisible)
    question.no_button.click()
    give_three_stars(person, "rocket.png")
    assert not question.isVisible()
    assert sidecars(folder) == []
    assert person.bench.settings.current.sidecar_style == "none"

    choices = {
        action.text(): action
        for menu in person.window._menus.edit.children()
        if hasattr(menu, "actions")
        for action in menu.actions()
    }
    assert choices["&Nowhere, only in Discern"].isChecked()
    choices["In IMG_1.xmp, as &Lightroom does"].trigger()
    give_three_stars(person, "coffee.png")
    assert sidecars(folder) == ["coffee.xmp"]  # what was given after a no stays in Discern


def test_a_choice_made_before_there_was_a_question_holds(sit_down, folder):
    places.data().mkdir(parents=True, exist_ok=True)
    store = SettingsStore(places.data() / "settings.ini")
    store.change(sidecar_style="replaced")
    store.flush()
    person = sit_down(folder)
    person.wait(lambda: len(person.photos()) == 6)
    give_three_stars(person, "cat.png")
    assert sidecars(folder) == ["cat.xmp"]
    assert not person.window.sidecar_question.isVisible()
