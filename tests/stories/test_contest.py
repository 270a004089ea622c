"""Someone lets three models fight over a folder, stops half way, comes back, and hands it on."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.cli.main import main
from app.contest.contest_file import list_contests
from app.window.shell.rail import Place
from engine.contest.verdicts import Choice

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "biq2021"
NUM_PHOTOS = 200


@pytest.fixture(scope="session")
def labelled_photos(tmp_path_factory):
    """Two hundred real photographs, and what people think of each from 0 to 1."""
    if not (SHARED / "labels.csv").is_file():
        pytest.skip("The BIQ2021 photographs are not at hand.")
    with (SHARED / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    folder = tmp_path_factory.mktemp("real")
    opinions = {}
    for row in rows[:: len(rows) // NUM_PHOTOS][:NUM_PHOTOS]:
        source = SHARED / row["image"]
        shutil.copy(source, folder / source.name)
        opinions[folder / source.name] = float(row["score"])
    assert len(opinions) == NUM_PHOTOS
    return folder, opinions


@pytest.fixture(scope="session")
def demo_opinions(photographs):
    """The demo's photographs; what was spoilt looks worse."""
    paths = [path for path in photographs.iterdir() if path.suffix in (".png", ".jpg")]
    return photographs, {path: 0.3 if "-" in path.stem else 0.8 for path in paths}


def set_up(person, folder, models, num_levels):
    """From the rail to the first pair."""
    page = person.window.compare
    person.press(Qt.Key.Key_C)
    assert person.window.place == Place.COMPARE
    page.start.new_button.click()
    person.wait(lambda: page.setup.models.count() > 0)
    for row in range(page.setup.models.count()):
        page.setup.models.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not page.setup.start_button.isEnabled()
    for model in models:
        person.chooser.chosen = model
        page.setup.file_button.click()
    person.chooser.chosen = folder
    page.setup.folder_button.click()
    page.setup.levels.setValue(num_levels)
    page.setup.rater.setText("Ada")
    page.setup.start_button.click()
    person.wait(lambda: page.currentWidget() is page.duel)


def answer(person, opinions):
    """Look at the pair and press the key for the photo that looks better."""
    page = person.window.compare
    person.wait(lambda: page.duel.has_both_photos)
    shown = page.duel.pair
    left, right = shown.pair.high, shown.pair.low
    if not shown.is_high_left:
        left, right = right, left
    difference = opinions[left] - opinions[right]
    if abs(difference) < 0.02:
        person.press(Qt.Key.Key_Down)
    else:
        if abs(difference) > 0.4:
            person.press(Qt.Key.Key_5)
        person.press(Qt.Key.Key_Left if difference > 0 else Qt.Key.Key_Right)
    return shown


def play(sit_down, folder, opinions, models, tmp_path, capfdbinary, num_levels=6):
    person = sit_down()
    set_up(person, folder, models, num_levels)
    page = person.window.compare
    total = len(page.contest.shown)
    assert total >= 10
    texts = "".join(button.text() for button in page.duel.findChildren(type(page.duel.left_button)))
    assert not any(one.label in texts for one in page.contest.contenders)

    # A first answer is taken back, and one pair is beyond judging.
    first = answer(person, opinions)
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.duel.pair == first
    assert page.contest.num_answered("Ada") == 0
    person.press(Qt.Key.Key_Space)
    while page.contest.num_answered("Ada") < total // 2:
        answer(person, opinions)
    person.close()
    person.bench.close()

    # The next day: everything is still there.
    again = sit_down()
    page = again.window.compare
    again.window.go_to(Place.COMPARE)
    again.wait(lambda: any(b.text() == "Continue" for b in buttons(page.start)))
    next(b for b in buttons(page.start) if b.text() == "Continue").click()
    assert page.contest.num_answered("Ada") == total // 2
    while page.currentWidget() is page.duel:
        answer(again, opinions)
    again.wait(lambda: page.result.outcome is not None)
    outcome = page.result.outcome
    assert outcome.contest.is_finished("Ada")
    assert len(outcome.ranking.standings) == len(models)
    assert page.result.headline.text()

    # The pairs that decided, with the overlay of a model.
    deciding = page.result.deciding
    page.result.tabs.setCurrentIndex(1)
    again.wait(lambda: deciding.high.has_photo and deciding.low.has_photo)
    deciding.choice.setCurrentIndex(1)
    again.wait(lambda: not deciding.note.text().startswith("Looking"))

    # What goes out: pairs, answers, all of it, and the report.
    files = {}
    for kind in ("pairs", "verdicts", "labels", "json", "report"):
        files[kind] = tmp_path / kind
        again.chooser.chosen = files[kind]
        page.result.exports[kind].trigger()
        again.wait(files[kind].is_file)
    again.wait(lambda: "report" in page.result.note.text())
    assert files["report"].read_text(encoding="utf-8").count("<figure>") > 0
    values = json.loads(files["json"].read_text())
    assert len(values["verdicts"]) == total
    with files["verdicts"].open(encoding="utf-8", newline="") as file:
        answers = list(csv.DictReader(file))
    assert sum(row["choice"] == Choice.CANT_SAY.value for row in answers) == 1
    again.close()
    again.bench.close()

    # The command chooses the very same pairs.
    command = ["gmad", folder, "--models", *models, "--levels", num_levels]
    assert main([*map(str, command), "-o", str(tmp_path / "cli.csv")]) == 0
    assert (tmp_path / "cli.csv").read_bytes() == files["pairs"].read_bytes()
    capfdbinary.readouterr()


def buttons(view):
    return [one for one in view.findChildren(type(view.new_button)) if one.isVisible()]


def test_a_contest_on_the_sample_photographs(
    sit_down, demo_opinions, tiny_rivals, tmp_path, capfdbinary, discern_home
):
    folder, opinions = demo_opinions
    play(sit_down, folder, opinions, tiny_rivals, tmp_path, capfdbinary, num_levels=2)
    (listed,) = list_contests(discern_home / "data" / "contests")
    assert listed.contest.is_finished("Ada")


def test_a_contest_on_two_hundred_real_photographs(
    sit_down, labelled_photos, tiny_rivals, tmp_path, capfdbinary
):
    folder, opinions = labelled_photos
    play(sit_down, folder, opinions, tiny_rivals, tmp_path, capfdbinary)
