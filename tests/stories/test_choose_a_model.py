"""Someone looks at the models, rates with another one, and takes it away again."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from app import places
from app.window.shell.rail import Place


def button(page, name):
    return next(one for one in page.findChildren(QPushButton) if one.accessibleName() == name)


def test_a_model_is_taken_into_use_on_its_card_and_the_default_comes_back(
    sit_down, folder, tiny_model
):
    places.models().mkdir(parents=True)
    (places.models() / "tiny.safetensors").write_bytes(tiny_model.read_bytes())
    person = sit_down(folder)
    person.wait_until_rated()
    bundled_id, before = person.bench.model_id, person.photo("cat.png").score_0_100
    page = person.window.models
    person.window.go_to(Place.MODELS)
    person.wait(lambda: "made-up photos" in page.texts())

    button(page, "Use this model tiny").click()
    person.wait(lambda: (person.bench.model_id or "").startswith("tiny@"))
    person.wait(lambda: "in use now" in page.texts())
    assert person.bench.settings.current.model == "tiny"
    person.wait(lambda: len(set(person.newly_rated)) == 6 and len(person.newly_rated) == 12)

    def agree():
        box = QApplication.activeModalWidget()
        next(one for one in box.buttons() if one.text() == "Remove").click()

    QTimer.singleShot(50, agree)
    button(page, "Remove… tiny").click()
    person.wait(lambda: person.bench.model_id == bundled_id)
    assert person.bench.settings.current.model == ""
    person.wait(lambda: person.photo("cat.png").score_0_100 == before)
    person.wait_until_rated()
