import json
from dataclasses import replace

import pytest

from engine.networks.model_file import build_network
from engine.networks.starting_point import StartingPoint
from trainer.cards import model_card, protocol_text
from trainer.labels.read_config import read_named_labels
from trainer.labels.split import Split
from trainer.stages import network_config

START = StartingPoint(kind="file", name="vit.safetensors", sha256="ab" * 32)
SPLIT = Split(train=(0, 1, 2), validation=(3, 4), test=(5,), how="by hand")


@pytest.fixture
def config(small_runs, small_set):
    return small_runs.config(
        small_set,
        network={"weights": "/home/anna/weights/vit.safetensors"},
        machine={"photo_cache": "/home/anna/cache"},
    )


@pytest.fixture
def labels(config):
    return read_named_labels(config.labels)


@pytest.fixture
def card(config, labels):
    def made(stage, settings=config):
        network = build_network(network_config(settings, stage))
        return model_card(network, stage, settings, labels, SPLIT, start=START)

    return made


def test_a_card_names_the_model_after_the_run(card):
    assert (card("student").name, card("student").role) == ("small", "student")
    assert (card("teacher").name, card("teacher").role) == ("small-teacher", "teacher")


def test_the_student_names_its_teacher(card, config):
    assert card("student").parent == "small-teacher"
    assert card("teacher").parent == ""
    given = replace(config, teacher=replace(config.teacher, model="/models/best.safetensors"))
    assert card("student", given).parent == "best.safetensors"
    alone = replace(config.student, distillation=False, contrast="none")
    assert card("student", replace(config, student=alone)).parent == ""


def test_the_choices_travel_with_the_model_but_no_paths_of_a_machine(card):
    settings = card("student").settings
    assert settings["student"]["mask_cls"] is False
    assert settings["student"]["temperature"] == 0.3
    assert settings["network"]["weights"] == "vit.safetensors"
    assert settings["labels"]["source"] == "labels.csv"
    assert "anna" not in json.dumps(settings)


def test_the_labels_and_the_crops_are_those_of_the_run(card, labels, config):
    made = card("student")
    assert (made.labels.low, made.labels.high, made.labels.higher_is_better) == (1.0, 5.0, True)
    assert made.label_sha256 == labels.sha256
    assert made.num_photos == 3
    assert made.num_crops == config.photos.test_crops
    assert made.resize_rule.long_side_px == 96


def test_the_weights_that_training_began_with_are_on_the_card(card):
    assert card("student").start == card("teacher").start == START


def test_the_protocol_says_how_the_figures_came_about(config, labels):
    text = protocol_text(config, labels, SPLIT)
    assert "3 photos for training, 2 for validation, 1 for test, parted by hand" in text
    assert "the test part was read once" in text
    assert "after every epoch" not in text


def test_the_protocol_owns_up_to_fixed_epochs(config, labels):
    text = protocol_text(config, labels, replace(SPLIT, validation=()))
    assert "3 photos for training, none for validation, 1 for test, parted by hand" in text
    assert "Fixed epochs: nothing chose one; 2 for the teacher and 2 for the student" in text
    assert "Mapped PLCC and RMSE are left out" in text
    assert "on validation" not in text


def test_the_protocol_owns_up_to_label_noise(config, labels):
    assert "noise" not in protocol_text(config, labels, SPLIT)
    noisy = replace(config, labels=replace(config.labels, noise_points=7.5))
    text = protocol_text(noisy, labels, SPLIT)
    assert "Gaussian noise of standard deviation 7.5 points of 100" in text


def test_the_protocol_owns_up_to_looking_at_the_test_part(config, labels):
    optimistic = replace(config, split=replace(config.split, paper_protocol=True))
    assert "the test part was scored after every epoch" in protocol_text(optimistic, labels, SPLIT)
