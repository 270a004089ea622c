"""The pages of training, walked through as a person does with a small set of their own."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Qt is loaded once the platform is known
    from PySide6.QtWidgets import QComboBox

    from app.window.main import Workbench
    from app.window.train.new_training import NewTraining

Take = Callable[[str], None]
Wait = Callable[[Callable[[], object]], None]

_SCORES = {"": 4.6, "blurred": 2.1, "noisy": 2.8, "overexposed": 1.9, "overcompressed": 1.4}


def take_training(bench: "Workbench", folder: Path, *, take: Take, wait: Wait) -> None:
    """Every page, from an empty list of runs to the comparison of two."""
    from app.window.shell.rail import Place

    page = bench.window.train
    bench.window.go_to(Place.TRAIN)
    wait(page.list.empty.isVisible)
    take("train")
    page.show_new()
    new = page.new
    new.labels.source.setText(str(_write_labels(folder, has_faults=True)))
    wait(lambda: new.labels.review is not None)
    take("train-labels-problems")
    new.labels.source.setText(str(_write_labels(folder, has_faults=False)))
    wait(lambda: new.labels.review is not None and not new.labels.problem)
    wait(lambda: new.split.review is not None)
    take("train-labels")
    for number, name in ((1, "split"), (2, "teacher"), (3, "student")):
        new.go_to(number)
        take(f"train-{name}")
    _make_small(new)
    new.go_to(4)
    wait(lambda: bool(new.machine.estimate.text()) and not new.machine.problem)
    take("train-machine")
    new.start.run_name.setText("holiday")
    new.go_to(5)
    take("train-start")
    new.next_button.click()
    wait(lambda: page.shown is not new)
    wait(lambda: len(page.run.history.epochs_of("student")) > 2 or page.run.end)
    take("train-run")
    wait(lambda: page.run.end is not None)
    wait(lambda: len(page.result.misses.texts()) > 0)
    take("train-result")
    page.run.tabs.setCurrentIndex(1)
    take("train-log")
    page.show_list()
    wait(lambda: page.list.list.topLevelItemCount() == 1)
    take("train-runs")
    page.show_comparison(page.list.runs)
    wait(lambda: len(page.comparison.curves.curve_names()) == 1)
    take("train-compare")


def _write_labels(folder: Path, *, has_faults: bool) -> Path:
    path = folder / ("ratings-with-faults.csv" if has_faults else "ratings.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["photo", "score", "scene"])
        photos = sorted(folder.glob("*.png")) + sorted(folder.glob("*.jpg"))
        for number, photo in enumerate(photos):
            scene, _, damage = photo.stem.partition("-")
            if photo.stem == "copied-in-half" and not has_faults:
                continue
            score = _SCORES.get(damage, 2.5) + 0.07 * (number % 5)
            writer.writerow([photo.name, f"{score:.2f}", scene])
        if has_faults:
            writer.writerows([["coast-12.jpg", 3, "coast"], ["coast-13.jpg", 4, "coast"]])
            writer.writerows([["cat.png", 1.0, "cat"], ["coffee.png", "good", "coffee"]])
    return path


def _make_small(new: "NewTraining") -> None:
    """A network that trains in a minute on any machine, only to have something to look at."""
    new.teacher.backbone.setEditText("test_vit")
    _choose(new.teacher.weights, "none")
    for recipe in (new.teacher.recipe, new.student.recipe):
        recipe.epochs.setValue(6)
        recipe.batch_size.setValue(12)
        recipe.learning_rate.setText("1e-3")
    new.student.long_side.setValue(192)
    new.student.short_side.setValue(144)
    new.student.crop.setValue(64)
    new.student.crops_per_photo.setValue(4)
    _choose(new.machine.device, "cpu")


def _choose(box: "QComboBox", value: object) -> None:
    box.setCurrentIndex(box.findData(value))
