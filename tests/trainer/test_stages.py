from pathlib import Path

import pytest

from engine.networks.csiqa import CsiqaConfig
from engine.networks.portable import PortableConfig
from trainer.stages import network_config, stage_config, stages_to_train, starting_weights

OFF = {"quality_token": False, "mask": False, "distillation": False, "contrast": "none"}


@pytest.fixture
def config(small_runs):
    def made(**sections):
        return small_runs.config("labels.csv", **sections)

    return made


def test_a_teacher_is_trained_only_if_the_student_needs_one_and_none_is_given(config):
    assert stages_to_train(config()) == ("teacher", "student")
    assert stages_to_train(config(teacher={"model": "teacher.safetensors"})) == ("student",)
    assert stages_to_train(config(student=OFF)) == ("student",)


def test_the_switches_of_the_student_make_its_network(config):
    student = network_config(config(student={"mask_cls": True}), "student")
    assert student == CsiqaConfig(
        backbone="test_vit",
        crop_px=64,
        has_quality_token=True,
        mask_probability=0.3,
        is_cls_masked=True,
    )
    assert network_config(config(student={"mask": False}), "student").mask_probability == 0.0
    assert not network_config(config(student=OFF), "student").has_quality_token


def test_the_teacher_has_neither_token_nor_mask(config):
    assert network_config(config(student={"mask_cls": True}), "teacher") == CsiqaConfig(
        backbone="test_vit",
        crop_px=64,
        has_quality_token=False,
        mask_probability=0.0,
        is_cls_masked=False,
    )


def test_a_portable_network_is_the_same_for_both(config):
    portable = config(network={"architecture": "portable", "backbone": "resnet18"})
    expected = PortableConfig(backbone="resnet18", crop_px=64)
    assert network_config(portable, "teacher") == network_config(portable, "student") == expected


def test_each_stage_has_its_own_recipe(config):
    made = config(teacher={"epochs": 3}, student={"epochs": 5})
    assert [stage_config(made, stage).epochs for stage in ("teacher", "student")] == [3, 5]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("hub", "hub"), ("none", "none"), ("my/weights.pth", Path("my/weights.pth"))],
)
def test_weights_come_from_the_hub_from_a_file_or_from_chance(config, setting, expected):
    assert starting_weights(config(network={"weights": setting})) == expected
