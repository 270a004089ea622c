"""The pages of training, walked through as a person does with a small set of their own."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.persons_home import PersonsHome

if TYPE_CHECKING:  # Qt is loaded once the platform is known
    from PySide6.QtWidgets import QComboBox

    from app.window.main import Workbench
    from app.window.train.new_training import NewTraining
    from app.window.train.train_page import TrainPage

Take = Callable[[str], None]
Wait = Callable[[Callable[[], object]], None]


def take_training(bench: "Workbench", home: PersonsHome, *, take: Take, wait: Wait) -> None:
    """Every page, from an empty list of runs to the comparison of two."""
    from app.window.shell.rail import Place

    page = bench.window.train
    bench.window.go_to(Place.TRAIN)
    wait(page.list.empty.isVisible)
    take("train")
    page.show_new()
    new = page.new
    new.labels.source.setText(str(home.rated.table_with_faults))
    wait(lambda: new.labels.review is not None)
    take("train-labels-problems")
    new.labels.source.setText(str(home.rated.table))
    wait(lambda: new.labels.review is not None and not new.labels.problem)
    wait(lambda: new.split.review is not None)
    take("train-labels")
    new.go_to(1)
    wait(lambda: new.plan.plan is not None)
    take("train-plan")
    for number, name in ((2, "split"), (3, "teacher"), (4, "student")):
        new.go_to(number)
        take(f"train-{name}")
    _make_small(new, home)
    new.go_to(5)
    wait(lambda: bool(new.machine.estimate.text()) and not new.machine.problem)
    take("train-machine")
    new.start.run_name.setText("our-taste")
    new.go_to(6)
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
    _train_without_pairs(page, wait)
    page.show_list()
    wait(lambda: [run.standing for run in page.list.runs] == ["finished"] * 2)
    take("train-runs")
    page.show_comparison(page.list.runs)
    wait(lambda: len(page.comparison.curves.curve_names()) == 2)
    take("train-compare")


def _train_without_pairs(page: "TrainPage", wait: Wait) -> None:
    """The student once more, by the same teacher, so that there are two runs to compare."""
    page.show_list()
    wait(lambda: len(page.list.runs) == 1)
    (first,) = page.list.runs
    assert first.config is not None
    teacher = replace(first.config.teacher, model=str(first.folder / "teacher.safetensors"))
    student = replace(first.config.student, contrast="none")
    config = replace(
        first.config, name=f"{first.name}-without-pairs", teacher=teacher, student=student
    )
    page.runs.begin(config, outlives_us=False)
    wait(lambda: page.shown is page.run and page.run.end is None)
    wait(lambda: page.run.end is not None)


def _make_small(new: "NewTraining", home: PersonsHome) -> None:
    """A network and a recipe that learn something in two minutes on two cores."""
    new.teacher.backbone.setEditText("vit_tiny_patch16_224")
    if home.weights is not None:
        _choose(new.teacher.weights, "file")
        new.teacher.weights_file.setText(str(home.weights))
    for recipe, num_epochs in ((new.teacher.recipe, 4), (new.student.recipe, 6)):
        recipe.epochs.setValue(num_epochs)
        recipe.batch_size.setValue(16)
        recipe.learning_rate.setText("1e-4")
        _choose(recipe.schedule, "cosine")
    new.student.recipe.ladder_weight.setValue(0)
    new.student.long_side.setValue(256)
    new.student.short_side.setValue(192)
    new.student.crop.setValue(112)
    new.student.crops_per_photo.setValue(2)
    new.student.validation_crops.setValue(3)
    _choose(new.machine.device, "cpu")


def _choose(box: "QComboBox", value: object) -> None:
    box.setCurrentIndex(box.findData(value))
