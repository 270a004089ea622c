"""The pages of a new training: what is typed stays, and nothing fatal waits at the end."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit

from app.runs.preset import preset_config
from app.window.train.new_training import NewTraining
from engine.personal.plan import plan_of
from trainer.presets import PRESETS

RUNS = Path(__file__).parents[3] / "trainer" / "scripted_runs.py"


@pytest.fixture
def new(qtbot, jobs, tmp_path):
    page = NewTraining(
        jobs,
        [],
        make_plan=lambda labels: plan_of(len(labels.photos), has_gpu=False, seconds_per_photo=0.1),
        runs_folder=tmp_path / "runs",
        command=[sys.executable, str(RUNS), "finishes"],
    )
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    return page


def give_labels(qtbot, new, small_set) -> None:
    new.labels.source.setText(str(small_set))
    qtbot.waitUntil(lambda: new.split.problem == "", timeout=30_000)


@pytest.fixture
def small_set(tmp_path) -> Path:
    rows = ["image,score"]
    for number in range(30):
        Image.new("RGB", (48, 40), (8 * number, 0, 0)).save(tmp_path / f"p{number}.png")
        rows.append(f"p{number}.png,{number}")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    return tmp_path / "labels.csv"


@pytest.fixture
def twins(tmp_path) -> Path:
    """Thirty photos of noise, each again with half the light."""
    rows = ["image,score"]
    for number in range(30):
        blocks = np.random.default_rng(number).integers(0, 255, (8, 8, 3), dtype=np.uint8)
        photo = Image.fromarray(blocks).resize((64, 64), Image.Resampling.BICUBIC)
        photo.save(tmp_path / f"p{number}.png")
        photo.point([level // 2 for level in range(256)] * 3).save(tmp_path / f"q{number}.png")
        rows += [f"p{number}.png,{number}", f"q{number}.png,{number / 2}"]
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    return tmp_path / "labels.csv"


def test_photos_that_look_alike_are_named_and_kept_together_unless_told_otherwise(
    qtbot, new, twins
):
    give_labels(qtbot, new, twins)
    assert [problem.count for problem in new.labels.review.problems] == [30]
    assert "60 photos look alike, in 30 groups" in new.labels.review.problems[0].what
    assert "Look alike and are kept together: 60 photos." in new.split.leaks.text()
    assert new.split.config().group_near_duplicates
    new.split.keep_alike.click()
    qtbot.waitUntil(lambda: new.split.problem == "", timeout=30_000)
    assert "Look like a photo in another part" in new.split.leaks.text()
    assert not new.split.config().group_near_duplicates


def test_without_a_validation_part_the_epochs_are_fixed(qtbot, new, small_set):
    give_labels(qtbot, new, small_set)
    new.split.validation_percent.setValue(0.0)
    qtbot.waitUntil(lambda: new.split.problem == "", timeout=30_000)
    assert new.split.config().validation_fraction == 0.0
    assert [part.num_photos for part in new.split.review.parts] == [24, 0, 6]
    titles = [title.text() for title in new.split._titles]
    assert titles[1] == "Validation: none, fixed epochs"
    assert [not one.isHidden() for one in new.split.histograms] == [True, False, True]
    new.machine.set_problem("")  # as if the trainer had looked at the run
    new.go_to(6)
    assert "no validation and fixed epochs" in new.start.summary.text()


def test_regression_can_be_off_where_the_teacher_teaches(new):
    regression = new.student.recipe.regression
    regression.setCurrentIndex(regression.findData("none"))
    assert new.student.student_config().regression == "none"
    new.student.distillation.setChecked(False)
    assert "Regression is off" in new.student.problem
    assert new.teacher.recipe.regression.findData("none") == -1


def test_no_page_is_reached_before_the_ones_before_it_are_in_order(new):
    new.go_to(6)
    assert new.number == 0
    assert not new.next_button.isEnabled()
    assert not new.back_button.isEnabled()
    assert new.said.text() == "Choose the labels."


def test_back_loses_nothing(qtbot, new, small_set):
    give_labels(qtbot, new, small_set)
    new.go_to(4)
    assert new.number == 4
    new.student.recipe.epochs.setValue(77)
    new.go_to(3)
    new.teacher.backbone.setEditText("vit_small_patch16_224")
    for _ in range(3):
        new.back_button.click()
    assert new.number == 0
    new.go_to(4)
    config = new.config()
    assert config.student.epochs == 77
    assert config.network.backbone == "vit_small_patch16_224"


def test_each_preset_is_the_papers(new):
    assert new.student.preset.count() == 1 + len(PRESETS)
    new.student.preset.setCurrentIndex(new.student.preset.findData("kadid10k"))
    new.student.preset.activated.emit(new.student.preset.currentIndex())
    assert new.student.student_config().batch_size == 128
    assert new.teacher.teacher_config().batch_size == 128


@pytest.mark.parametrize(
    ("easy", "hard", "contrast"),
    [
        (True, True, "easy_hard"),
        (True, False, "easy"),
        (False, True, "hard"),
        (False, False, "none"),
    ],
)
def test_the_switches_are_those_of_the_paper(new, easy, hard, contrast):
    new.student.easy.setChecked(easy)
    new.student.hard.setChecked(hard)
    new.student.masks.setChecked(easy)
    config = new.student.student_config()
    assert (config.contrast, config.mask, config.quality_token) == (contrast, easy, easy)


def test_a_new_training_starts_from_our_own_losses(new):
    student, own = new.student.student_config(), preset_config("").student
    assert student == own
    assert own.ladder_weight > 0
    assert new.teacher.teacher_config().ladder_weight == 0
    assert new.teacher.recipe.ladder_weight.text() == "Off (the paper)"


def test_the_losses_of_the_paper_come_with_its_presets(new):
    new.student.preset.setCurrentIndex(new.student.preset.findData("livec"))
    new.student.preset.activated.emit(new.student.preset.currentIndex())
    assert new.student.compared.currentData() == "paper"
    assert new.student.student_config() == preset_config("livec").student

    new.student.preset.setCurrentIndex(0)
    new.student.preset.activated.emit(0)
    assert new.student.student_config() == preset_config("").student


def test_what_is_compared_is_something_that_the_network_has(new):
    new.student.masks.setChecked(False)
    assert new.student.student_config().embedding == "cls"
    new.student.masks.setChecked(True)
    new.teacher.architecture.setCurrentIndex(new.teacher.architecture.findData("portable"))
    assert new._student_config().embedding == "mean_patch"


def test_what_can_not_be_meant_is_said_as_it_is_typed(qtbot, new, small_set):
    give_labels(qtbot, new, small_set)
    new.split.test_percent.setValue(80)
    new.split.validation_percent.setValue(15)
    assert "Leave more than a tenth" in new.split.problem
    new.split.test_percent.setValue(20)
    qtbot.waitUntil(lambda: new.split.problem == "", timeout=10_000)

    new.student.recipe.learning_rate.setText("fast")
    assert "learning_rate" in new.student.problem
    new.student.recipe.learning_rate.setText("2e-4")
    new.student.crop.setValue(1000)
    assert "less than the crop" in new.student.problem
    new.student.crop.setValue(224)
    assert new.student.problem == ""

    new.teacher.uses.setChecked(True)
    assert "Choose the file of the teacher" in new.teacher.problem
    new.teacher.model_file.setText("/nowhere.safetensors")
    assert "There is no file" in new.teacher.problem


def test_the_network_can_be_tried_on_its_own_page(qtbot, new, small_set):
    give_labels(qtbot, new, small_set)
    new.go_to(3)
    new.teacher.check_button.click()
    assert not new.teacher.check_button.isEnabled()
    qtbot.waitUntil(lambda: "at hand" in new.teacher.checked.text(), timeout=30_000)
    new.start.run_name.setText("beyond help")
    new.teacher.check_button.click()
    qtbot.waitUntil(lambda: "can't be trained" in new.teacher.problem, timeout=30_000)
    new.teacher.backbone.setEditText("vit_tiny_patch16_224")
    assert new.teacher.problem == ""


def test_every_control_has_a_name_and_can_be_reached_by_key(new):
    for step in new.steps:
        for kind in (QLineEdit, QComboBox, QAbstractSpinBox):
            for widget in step.findChildren(kind):
                if isinstance(widget.parent(), QAbstractSpinBox | QComboBox):
                    continue
                assert widget.accessibleName(), (step.name, widget)
                assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_whole_can_be_walked_through_by_key(qtbot, new, small_set):
    give_labels(qtbot, new, small_set)
    for number in range(1, 6):
        button = new.plan.choose_button if number == 2 else new.next_button
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Space)
        assert new.number == number


def test_everything_technical_waits_until_somebody_chooses_themselves(qtbot, new, small_set):
    def shown_pages():
        items = [new.list.item(row) for row in range(new.list.count())]
        return [item.text() for item in items if not item.isHidden()]

    give_labels(qtbot, new, small_set)
    assert shown_pages() == ["1  Labels", "2  Your model"]
    new.next_button.click()
    assert new.stack.currentWidget() is new.plan
    assert not new.next_button.isVisible()
    new.plan.choose_button.click()
    assert new.stack.currentWidget() is new.split
    assert len(shown_pages()) == 7
    new.back_button.click()
    assert new.next_button.isVisible()


def test_one_press_asks_for_a_model_of_the_labels(qtbot, new, small_set):
    give_labels(qtbot, new, small_set)
    new.next_button.click()
    qtbot.waitUntil(lambda: new.plan.plan is not None, timeout=30_000)
    with qtbot.waitSignal(new.own_model_wanted) as wanted:
        new.plan.make_button.click()
    name, read_labels = wanted.args
    assert name == "labels"
    assert read_labels() == new.labels.review.usable


def test_an_ablation_is_chosen_on_the_last_page(qtbot, new, small_set):
    give_labels(qtbot, new, small_set)
    new.split.seed.setValue(4)
    qtbot.waitUntil(lambda: new.split.problem == "", timeout=30_000)
    new.machine.set_problem("")  # as if the trainer had looked at the run
    new.machine.seconds = 300.0
    new.go_to(6)
    assert "seed 4, repeats: 1" in new.start.summary.text()
    new.start.ablation.kind.setCurrentIndex(1)
    assert "seeds 4 to 6" in new.start.summary.text()
    assert "30 runs" in new.start.ablation.note.text()
    assert "up to 2 h 30 min" in new.start.ablation.note.text()
    with qtbot.waitSignal(new.start_wanted) as started:
        new.next_button.click()
    config, outlives_us, num_seeds = started.args
    assert (config.seed, outlives_us, num_seeds) == (4, False, 3)
    new.start.ablation.kind.setCurrentIndex(0)
    with qtbot.waitSignal(new.start_wanted) as started:
        new.next_button.click()
    assert started.args[2] == 0
