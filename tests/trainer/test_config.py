import dataclasses
import json
import math
from pathlib import Path

import pytest

from engine.networks.registry import network_entry, registered
from trainer.checked_values import ConfigError
from trainer.config import (
    LabelsConfig,
    MachineConfig,
    NetworkConfig,
    PhotosConfig,
    RunConfig,
    SplitConfig,
    StageConfig,
    StudentConfig,
    TeacherConfig,
    VarietyConfig,
)

GOLDEN = Path(__file__).parent.parent / "golden" / "config_v1.json"
# Every setting differs from its default, so that a forgotten one shows.
EVERY_SETTING = RunConfig(
    name="eigene Fotos",
    labels=LabelsConfig(
        source="/data/labels.csv",
        kind="csv",
        name="my set",
        score_low=1.0,
        score_high=5.0,
        higher_is_better=False,
    ),
    seed=3,
    split=SplitConfig(
        seed=4, test_fraction=0.25, validation_fraction=0.125, num_repeats=10, paper_protocol=True
    ),
    photos=PhotosConfig(
        long_side_px=None,
        short_side_px=500,
        crop_px=192,
        crops_per_photo=2,
        validation_crops=3,
        test_crops=20,
    ),
    network=NetworkConfig(
        architecture="portable", backbone="resnet18", weights="/weights/resnet18.safetensors"
    ),
    teacher=TeacherConfig(
        epochs=2,
        batch_size=32,
        learning_rate=1e-4,
        schedule="cosine",
        step_epochs=2,
        warmup_steps=100,
        weight_decay=0.1,
        clip_norm=1.0,
        regression="l1",
        weight_averaging=0.999,
        layer_decay=0.75,
        model="/models/teacher.safetensors",
    ),
    student=StudentConfig(
        epochs=3,
        batch_size=16,
        learning_rate=3e-4,
        schedule="cosine",
        step_epochs=4,
        warmup_steps=200,
        weight_decay=0.01,
        clip_norm=2.0,
        regression="norm_in_norm",
        weight_averaging=0.99,
        layer_decay=0.5,
        quality_token=False,
        mask=False,
        mask_probability=0.5,
        mask_cls=True,
        distillation=False,
        distillation_weight=0.5,
        contrast="adaptive_sampling",
        contrast_weight=0.2,
        temperature=0.1,
        embedding="mean_patch",
        centred=True,
        easy_positive=0.15,
        easy_negative=0.3,
        rough_positive=0.25,
        rough_negative=0.5,
        hard_positive=0.05,
        hard_negative=0.35,
        rank_weight=0.5,
        rank_margin=0.25,
    ),
    machine=MachineConfig(
        device="cuda",
        precision="bf16",
        num_threads=2,
        photo_cache="/fast/photos",
        save_every_s=30.0,
    ),
)


def toml_file(tmp_path, text):
    path = tmp_path / "run.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_config_of_the_first_version_is_still_understood():
    assert RunConfig.from_json(GOLDEN.read_text(encoding="utf-8")) == EVERY_SETTING


def test_a_config_is_read_as_it_was_written():
    assert RunConfig.from_json(EVERY_SETTING.to_json()) == EVERY_SETTING


def test_a_toml_needs_no_more_than_a_name_and_labels(tmp_path):
    path = toml_file(tmp_path, 'name = "mine"\n[labels]\nsource = "/data/labels.csv"\n')

    assert RunConfig.from_toml(path) == RunConfig(
        name="mine", labels=LabelsConfig(source="/data/labels.csv")
    )


def test_the_defaults_are_the_papers():
    config = RunConfig(name="a", labels=LabelsConfig(source="b"))

    assert (config.photos.crop_px, config.photos.crops_per_photo) == (224, 10)
    for stage in (config.teacher, config.student):
        assert (stage.epochs, stage.learning_rate, stage.schedule) == (9, 2e-4, "step")
        assert (stage.step_epochs, stage.weight_decay, stage.clip_norm) == (3, 0.05, 5.0)
    student = config.student
    assert (student.mask_probability, student.distillation_weight) == (0.3, 0.9)
    assert (student.contrast, student.contrast_weight) == ("easy_hard", 0.1)
    ratios = [getattr(student, f"{kind}_positive") for kind in ("easy", "rough", "hard")]
    assert ratios == [0.1, 0.2, 0.1]
    ratios = [getattr(student, f"{kind}_negative") for kind in ("easy", "rough", "hard")]
    assert ratios == [0.4, 0.6, 0.4]


def test_paths_in_a_toml_are_relative_to_its_folder(tmp_path):
    path = toml_file(
        tmp_path,
        """
        name = "mine"
        [labels]
        source = "labels.csv"
        [network]
        weights = "start.safetensors"
        [teacher]
        model = "models/teacher.safetensors"
        [machine]
        photo_cache = "cache"
        """,
    )
    config = RunConfig.from_toml(path)

    assert config.labels.source == str(tmp_path / "labels.csv")
    assert config.network.weights == str(tmp_path / "start.safetensors")
    assert config.teacher.model == str(tmp_path / "models" / "teacher.safetensors")
    assert config.machine.photo_cache == str(tmp_path / "cache")


@pytest.mark.parametrize("weights", ["hub", "none"])
def test_words_for_weights_are_no_paths(tmp_path, weights):
    path = toml_file(
        tmp_path, f'name = "a"\n[labels]\nsource = "b"\n[network]\nweights = "{weights}"\n'
    )

    assert RunConfig.from_toml(path).network.weights == weights


def test_a_toml_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"run\.toml could not be read: No such file"):
        RunConfig.from_toml(tmp_path / "run.toml")


def test_a_toml_with_a_mistake_is_told_with_its_line(tmp_path):
    with pytest.raises(ConfigError, match=r"is not valid TOML: .*line 2"):
        RunConfig.from_toml(toml_file(tmp_path, 'name = "a"\nlabels = = 3\n'))


def test_a_toml_that_is_not_utf8_is_told(tmp_path):
    path = tmp_path / "run.toml"
    path.write_bytes(b'name = "caf\xe9"\n')

    with pytest.raises(ConfigError, match=r"is not valid TOML: .*utf-8"):
        RunConfig.from_toml(path)


def test_a_damaged_config_json_is_told():
    with pytest.raises(ConfigError, match=r"config\.json is not readable: .*Start a new run"):
        RunConfig.from_json("{")


def test_a_config_of_a_newer_program_is_told():
    values = {**json.loads(EVERY_SETTING.to_json()), "version": 2}

    with pytest.raises(ConfigError, match=r"newer program \(config version 2\)\. Update"):
        RunConfig.from_json(json.dumps(values))


@pytest.mark.parametrize(
    ("cls", "settings", "text"),
    [
        (SplitConfig, {"test_fraction": 0.0}, r"split\.test_fraction is 0\.0"),
        (SplitConfig, {"test_fraction": math.nan}, r"split\.test_fraction is nan"),
        (SplitConfig, {"validation_fraction": 1.0}, r"split\.validation_fraction is 1\.0"),
        (SplitConfig, {"test_fraction": 0.6, "validation_fraction": 0.35}, "together take 95%"),
        (SplitConfig, {"num_repeats": 0}, r"num_repeats is 0\. Give a number from 1 to 100"),
        (SplitConfig, {"num_repeats": 101}, "num_repeats is 101"),
        (PhotosConfig, {"crop_px": 31}, "crop_px is 31"),
        (PhotosConfig, {"crop_px": 1025}, "crop_px is 1025"),
        (PhotosConfig, {"crops_per_photo": 0}, r"photos\.crops_per_photo is 0"),
        (PhotosConfig, {"validation_crops": 101}, r"photos\.validation_crops is 101"),
        (PhotosConfig, {"test_crops": 0}, r"photos\.test_crops is 0"),
        (PhotosConfig, {"long_side_px": 223}, "long_side_px is 223, less than the crop of 224"),
        (PhotosConfig, {"short_side_px": 100}, "short_side_px is 100, less than the crop"),
        (VarietyConfig, {"smallest_share": 0.05}, r"goes from 0\.05 to 1\.0 of a photo's size"),
        (VarietyConfig, {"largest_share": 2.5}, r"from 1\.0 to 2\.5"),
        (VarietyConfig, {"smallest_share": 0.9, "largest_share": 0.8}, "the smallest first"),
        (VarietyConfig, {"harmless": 1.5}, r"variety\.harmless is 1\.5"),
        (StageConfig, {"epochs": 0}, r"epochs is 0\. Give 1 to 1000"),
        (TeacherConfig, {"epochs": 1001}, "epochs is 1001"),
        (StudentConfig, {"batch_size": 3}, r"batch_size is 3; pairs need at least 4"),
        (StageConfig, {"learning_rate": 0.0}, r"learning_rate is 0\.0"),
        (StageConfig, {"learning_rate": 1.0}, r"learning_rate is 1\.0"),
        (StageConfig, {"weight_averaging": 1.0}, r"weight_averaging is 1\.0"),
        (StageConfig, {"layer_decay": 0.0}, r"layer_decay is 0\.0"),
        (StageConfig, {"head_rate": 1.5}, r"head_rate is 1\.5"),
        (StageConfig, {"ridge_penalty": -1.0}, r"ridge_penalty is -1\.0"),
        (StageConfig, {"epochs": 0, "ridge_penalty": 9.0, "probe_epochs": 1}, "probe_epochs is 1"),
        (LabelsConfig, {"source": "x", "occasion_share": 1.5}, r"occasion_share is 1\.5"),
        (StageConfig, {"epochs": 3, "probe_epochs": 3}, "probe_epochs is 3, of 3 epochs"),
        (StageConfig, {"probe_learning_rate": 0.0}, r"probe_learning_rate is 0\.0"),
        (StageConfig, {"frozen_blocks": -1}, r"frozen_blocks is -1\. Give 0 or more"),
        (StageConfig, {"averaged_share": 1.1}, r"averaged_share is 1\.1"),
        (
            StageConfig,
            {"averaged_share": 0.5, "weight_averaging": 0.9},
            "averaged in two ways",
        ),
        (StageConfig, {"start_decay": -0.1}, r"start_decay is -0\.1"),
        (StageConfig, {"start_decay": 1e4}, r"start_decay is 10000\.0"),
        (StageConfig, {"interpolation_cost": 1.0}, r"interpolation_cost is 1\.0"),
        (StageConfig, {"ladder_weight": -1.0}, r"ladder_weight is -1\.0\. Give a number from 0"),
        (StageConfig, {"ladder_margin": 101.0}, r"ladder_margin is 101\.0"),
        (StageConfig, {"clip_norm": 0.0}, r"clip_norm is 0\.0"),
        (StageConfig, {"step_epochs": 0}, "step_epochs is 0"),
        (StudentConfig, {"mask_probability": 1.5}, r"mask_probability is 1\.5"),
        (StudentConfig, {"temperature": 0.0}, r"temperature is 0\.0"),
        (LabelsConfig, {"source": "x", "noise_points": -1.0}, r"labels\.noise_points is -1\.0"),
        (SplitConfig, {"validation_fraction": -0.1}, r"split\.validation_fraction is -0\.1"),
        (StudentConfig, {"sampling_delta": 1.0}, r"sampling_delta is 1\.0"),
        (
            StudentConfig,
            {"regression": "none", "distillation": False},
            "neither distillation nor ranks teach",
        ),
        (TeacherConfig, {"regression": "none"}, "The teacher has regression switched off"),
        (StudentConfig, {"quality_token": False}, "mask is on but the quality-aware token is off"),
        (
            StudentConfig,
            {"quality_token": False, "mask": False, "embedding": "qua"},
            "compares quality-aware tokens, but that token is off",
        ),
        (StudentConfig, {"easy_positive": 0.0}, r"easy_positive is 0\.0\. Give a share"),
        (StudentConfig, {"hard_negative": 1.1}, r"hard_negative is 1\.1"),
    ],
)
def test_a_setting_out_of_its_range_is_told(cls, settings, text):
    with pytest.raises(ConfigError, match=text):
        cls(**settings)


def test_a_run_without_name_is_told():
    with pytest.raises(ConfigError, match=r"The run has no name\. Write name ="):
        RunConfig(name=" ", labels=LabelsConfig(source="b"))


def test_a_config_can_not_be_changed_behind_ones_back():
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'seed'"):
        EVERY_SETTING.seed = 5


def test_a_network_that_is_not_registered_is_named_with_those_that_are():
    with pytest.raises(
        ConfigError, match=r"network\.architecture is 'csiqua'\. Did you mean csiqa"
    ):
        NetworkConfig(architecture="csiqua")
    with pytest.raises(ConfigError, match=r"is 7\. It may be: csiqa, portable"):
        NetworkConfig(architecture=7)


def test_options_of_a_network_are_plain_values(tmp_path):
    path = tmp_path / "run.toml"
    for text, says in (
        ("options = 3", r"network.options is 3. Write it as \[network.options\]"),
        ("options.a = [1]", r"network.options.a is \[1\]. It must be a number, a text"),
        ("options.a = 1", "csiqa has no option a. It has none"),
    ):
        path.write_text(f'name = "a"\nlabels.source = "l.csv"\n[network]\n{text}\n')
        with pytest.raises(ConfigError, match=says):
            RunConfig.from_toml(path)


def test_contrast_wants_a_network_that_has_something_to_compare(run_config):
    entry = dataclasses.replace(network_entry("portable"), name="mute", embeddings=())
    with registered(entry):
        network = NetworkConfig(architecture="mute", backbone="resnet18")
        with pytest.raises(ConfigError, match="mute has nothing that contrast could compare"):
            dataclasses.replace(run_config, network=network)
        silent = dataclasses.replace(run_config.student, contrast="none")
        assert (
            dataclasses.replace(run_config, network=network, student=silent).network.entry is entry
        )
