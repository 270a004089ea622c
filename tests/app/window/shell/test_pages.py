from pathlib import Path

from PySide6.QtCore import Qt

from app import places
from app.window.models.models_page import ModelsPage, read_model_cards
from app.window.shell.first_run_page import FirstRunPage
from app.window.shell.rail import Place, Rail


def test_a_newcomer_can_open_a_folder_or_the_samples(qtbot):
    page = FirstRunPage()
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.folder_wanted):
        page.open_button.click()
    with qtbot.waitSignal(page.demo_wanted):
        page.demo_button.click()
    page.say_busy("Making the samples…")
    assert not page.demo_button.isEnabled()
    page.say_busy("")
    assert page.demo_button.isEnabled()


def test_folders_opened_lately_are_one_click_away(qtbot):
    page = FirstRunPage()
    qtbot.addWidget(page)
    page.show_recent([Path("/photos/Björk & co"), Path("/photos/b")])
    with qtbot.waitSignal(page.folder_chosen) as chosen:
        page._links[0].click()
    assert chosen.args == [Path("/photos/Björk & co")]
    page.show_recent([])
    assert page._links == []


def test_the_rail_leads_to_every_place(qtbot):
    rail = Rail()
    qtbot.addWidget(rail)
    for place in Place:
        with qtbot.waitSignal(rail.place_chosen) as chosen:
            qtbot.mouseClick(rail._places[place], Qt.MouseButton.LeftButton)
        assert chosen.args == [place]
        assert rail._places[place].accessibleName()
    with qtbot.waitSignals([rail.keys_asked_for, rail.about_asked_for]):
        rail._keys.click()
        rail._about.click()


def test_the_cards_of_the_models_are_shown(qtbot, tiny_model):
    folder = places.models()
    folder.mkdir(parents=True)
    (folder / "tiny.safetensors").write_bytes(tiny_model.read_bytes())
    (folder / "broken.safetensors").write_bytes(b"not a model")
    page = ModelsPage()
    qtbot.addWidget(page)
    page.show_cards(read_model_cards(folder))
    page.show_in_use("tiny")
    texts = page.texts()
    for part in (
        "made-up photos",
        "0.871 [0.850, 0.890]",
        "in use now",
        "It can't be used",
        "Began with",
        "not recorded",
    ):
        assert part in texts
    assert "yours" in texts
