import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox

from app.window.train.network_options import NetworkOptions
from app.window.train.teacher_step import TeacherStep
from engine.networks.network_entry import NetworkEntry, NetworkOption
from engine.networks.registry import trainable_entries

ENTRY = NetworkEntry(
    name="made_up",
    title="Made up",
    summary="Nothing.",
    input="crops",
    network="nowhere:Network",
    config="nowhere:Config",
    options=(
        NetworkOption(name="depth", default=3, low=1, high=9, help="How many layers."),
        NetworkOption(name="share", default=0.5, low=0, high=1, help="How much."),
        NetworkOption(name="paper_code", default=False, help="As the authors' code has it."),
        NetworkOption(name="pooling", default="mean", choices=("mean", "max"), help="How."),
        NetworkOption(name="note", default="", help="Anything."),
        NetworkOption(name="seed", default=7, help="Any number."),
    ),
)


@pytest.fixture
def options(qtbot):
    made = NetworkOptions(ENTRY)
    qtbot.addWidget(made)
    return made


def field(options, kind, name):
    return next(one for one in options.findChildren(kind) if one.accessibleName() == name)


def test_every_option_is_a_field_at_its_default(options):
    assert options.values() == {}
    assert field(options, QSpinBox, "depth").value() == 3
    assert field(options, QSpinBox, "depth").maximum() == 9
    assert field(options, QSpinBox, "seed").value() == 7
    assert field(options, QDoubleSpinBox, "share").value() == 0.5
    assert field(options, QComboBox, "pooling").currentText() == "mean"
    assert field(options, QCheckBox, "paper_code").toolTip() == "As the authors' code has it."


@pytest.mark.parametrize(
    ("kind", "name", "set_to", "value"),
    [
        (QSpinBox, "depth", lambda one: one.setValue(5), 5),
        (QDoubleSpinBox, "share", lambda one: one.setValue(0.25), 0.25),
        (QCheckBox, "paper_code", lambda one: one.click(), True),
        (QComboBox, "pooling", lambda one: one.setCurrentText("max"), "max"),
        (QLineEdit, "note", lambda one: one.setText(" a "), "a"),
    ],
)
def test_what_is_changed_is_told_and_given(qtbot, options, kind, name, set_to, value):
    with qtbot.waitSignal(options.changed):
        set_to(field(options, kind, name))
    assert options.values() == {name: value}
    assert ENTRY.options[[o.name for o in ENTRY.options].index(name)].problem_of(value) == ""


@pytest.fixture
def step(qtbot, frame_network):
    made = TeacherStep()
    qtbot.addWidget(made)
    made.weights.setCurrentIndex(made.weights.findData("none"))
    made.show()
    return made


def choose(step, name):
    step.architecture.setCurrentIndex(step.architecture.findData(name))


def test_the_wizard_offers_every_network_of_the_registry(step):
    found = [step.architecture.itemData(row) for row in range(step.architecture.count())]
    assert found == [entry.name for entry in trainable_entries()]
    assert found[-1] == "small_frame"
    summary = trainable_entries()[0].summary
    assert step.about.text() == f"{summary} It sees square crops of a photo."
    choose(step, "small_frame")
    assert step.about.text().endswith("It sees the whole photo in one frame.")


def test_a_network_shows_its_own_options_and_no_backbone_it_does_not_take(step):
    assert step.backbone.isVisible()
    assert not step.options["small_frame"].isVisible()
    choose(step, "small_frame")
    assert not step.backbone.isVisible()
    assert step.options["small_frame"].isVisible()
    field(step.options["small_frame"], QSpinBox, "num_features").setValue(5)
    network = step.network_config()
    assert (network.architecture, network.backbone) == ("small_frame", "")
    assert network.options == {"num_features": 5}
    assert step.problem == ""


def test_a_backbone_that_was_typed_stays_when_the_architecture_changes(step):
    step.backbone.setCurrentText("resnet18")
    choose(step, "portable")
    assert step.network_config().backbone == "resnet18"
    assert step.backbone.findText("efficientnet_b0") >= 0
    choose(step, "csiqa")
    assert step.network_config().backbone == "resnet18"
    assert step.backbone.findText("efficientnet_b0") < 0
