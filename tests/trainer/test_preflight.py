import re

import pytest
import torch
from safetensors.torch import save_file

from engine.errors import EngineError, ModelFileError, WeightsUnavailable
from engine.networks.model_file import build_network, save_model
from engine.networks.starting_point import StartingPoint
from trainer.cards import model_card
from trainer.errors import TrainingError
from trainer.labels.read_config import read_named_labels
from trainer.labels.split import Split
from trainer.preflight import notices_about_teacher, try_networks
from trainer.stages import network_config

OFF = {"mask": False, "distillation": False, "contrast": "none"}


@pytest.fixture
def config(small_runs, small_set):
    def made(**sections):
        return small_runs.config(small_set, **sections)

    return made


@pytest.fixture
def labels(config):
    return read_named_labels(config().labels)


@pytest.fixture
def teacher_file(config, labels, tmp_path):
    """A model file of the teacher of a run with other settings."""

    def saved(**sections):
        made = config(**sections)
        network = build_network(network_config(made, "teacher"))
        split = Split(train=(0, 1), validation=(2, 3), test=(4, 5), how="by hand")
        path = tmp_path / "my-teacher.safetensors"
        save_model(
            path,
            network,
            model_card(network, "teacher", made, labels, split, start=StartingPoint(kind="random")),
        )
        return str(path)

    return saved


def test_a_run_that_can_work_has_nothing_to_tell(config):
    assert try_networks(config()) == []


def test_a_network_that_timm_does_not_have_is_told(config):
    with pytest.raises(WeightsUnavailable, match="has no network called vit_tyni"):
        try_networks(config(network={"backbone": "vit_tyni_patch16_224"}))


def test_a_network_that_is_no_plain_transformer_is_told_the_other_architecture(config):
    with pytest.raises(WeightsUnavailable, match='architecture = "portable"'):
        try_networks(config(network={"backbone": "test_resnet"}))


def test_missing_weights_are_told(config, tmp_path):
    path = tmp_path / "weights.safetensors"
    with pytest.raises(WeightsUnavailable, match=f"no starting weights at {re.escape(str(path))}"):
        try_networks(config(network={"weights": str(path)}))


def test_weights_of_another_network_are_told(config, tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file({"some.weight": torch.ones(3, 3)}, path)
    with pytest.raises(WeightsUnavailable, match="does not hold weights of timm's test_vit"):
        try_networks(config(network={"weights": str(path)}))


def test_a_contrast_of_tokens_that_the_network_lacks_is_told(config):
    with pytest.raises(EngineError, match="has no CLS token to compare"):
        try_networks(
            config(
                network={"architecture": "portable", "backbone": "test_resnet"},
                student={"embedding": "cls"},
            )
        )


def test_a_given_teacher_is_tried(config, teacher_file):
    assert try_networks(config(teacher={"model": teacher_file()})) == []


def test_a_teacher_that_is_not_there_is_told(config, tmp_path):
    with pytest.raises(ModelFileError, match="There is no model file at"):
        try_networks(config(teacher={"model": str(tmp_path / "nowhere.safetensors")}))


def test_a_teacher_of_other_crops_is_told_both_sizes(config, teacher_file):
    other = teacher_file(photos={"crop_px": 48})
    with pytest.raises(TrainingError, match="crops of 48 pixels, but this run takes crops of 64"):
        try_networks(config(teacher={"model": other}))


def test_a_teacher_may_be_another_network_altogether(config, teacher_file):
    other = teacher_file(network={"architecture": "portable", "backbone": "test_resnet"})
    assert try_networks(config(teacher={"model": other})) == []


def test_a_student_that_needs_no_teacher_does_not_open_one(config, labels, tmp_path):
    made = config(student=OFF, teacher={"model": str(tmp_path / "nowhere.safetensors")})
    assert try_networks(made) == []
    (notice,) = notices_about_teacher(made, labels)
    assert notice.what == "teacher.model is not used."


def test_a_layer_decay_that_changes_nothing_is_told(config):
    (notice,) = try_networks(
        config(
            network={"architecture": "portable", "backbone": "densenet121"},
            student={"layer_decay": 0.8},
        )
    )
    assert notice.what == "layer_decay changes nothing for densenet121."
    assert try_networks(config(student={"layer_decay": 0.8})) == []


def test_all_that_is_asked_of_blocks_without_numbers_is_told(config):
    asked = {"frozen_blocks": 1, "frozen_norms": True, "start_decay": 0.1, "interpolation": True}
    notices = try_networks(
        config(
            network={"architecture": "portable", "backbone": "densenet121"},
            student={**asked, "epochs": 2, "probe_epochs": 1},
        )
    )
    assert [notice.what.split()[0] for notice in notices] == sorted([*asked, "probe_epochs"])


def test_whole_photos_larger_than_their_frame_are_refused(config):
    network = {"architecture": "whole_frame", "backbone": "test_efficientnet"}
    photos = {"long_side_px": 96, "short_side_px": 96}
    student = {"mask": False, "quality_token": False}
    made = config(
        network=network,
        photos=photos,
        student=student,
        variety={"smallest_share": 0.5, "harmless": 0.5},
    )
    assert try_networks(made) == []
    with pytest.raises(TrainingError, match=r"Set variety.largest_share = 1"):
        try_networks(
            config(network=network, photos=photos, student=student, variety={"largest_share": 1.5})
        )


def test_more_frozen_blocks_than_there_are_is_refused(config):
    assert try_networks(config(student={"frozen_blocks": 6})) == []
    with pytest.raises(TrainingError, match=r"student.frozen_blocks is 7, but the network has 6"):
        try_networks(config(student={"frozen_blocks": 7}))


def test_a_teacher_that_knows_these_labels_is_told(config, labels, teacher_file):
    made = config(teacher={"model": teacher_file()})
    (notice,) = notices_about_teacher(made, labels)
    assert "was trained on these same labels" in notice.what
    assert notices_about_teacher(config(), labels) == []
