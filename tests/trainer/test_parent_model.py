"""A run that trains a model of Discern further: settings from its card, weights from its file."""

import json

import numpy as np
import pytest
import torch

from engine.networks.model_file import open_model, save_model
from engine.networks.portable import PortableConfig, PortableNetwork
from engine.networks.whole_frame import WholeFrameConfig, WholeFrameNetwork
from trainer.checked_values import ConfigError
from trainer.config import LabelsConfig, RunConfig
from trainer.errors import TrainingError
from trainer.parent_model import with_parent
from trainer.protocol import Finished
from trainer.run_folder import RunFolder
from trainer.stages import started_network


@pytest.fixture
def parent(tiny_model, tmp_path):
    """A model of whole frames with its card."""
    from dataclasses import replace

    from engine.networks.model_file import read_card
    from engine.photos.resize import ResizeRule

    torch.manual_seed(0)
    config = WholeFrameConfig(backbone="test_efficientnet", long_px=96, short_px=96)
    network = WholeFrameNetwork(config)
    torch.nn.init.normal_(network.head.weight, std=0.05)
    network.start_from_mean(50.0)
    card = replace(
        read_card(tiny_model),
        name="parent",
        network=config,
        normalisation=network.normalisation,
        resize_rule=ResizeRule(long_side_px=96, short_side_px=96),
    )
    path = tmp_path / "parent.safetensors"
    save_model(path, network, card, dtype=torch.float32)
    return path


def run_toml(folder, text):
    path = folder / "run.toml"
    path.write_text(f'name = "further"\npreset = "fine-tune"\n{text}', encoding="utf-8")
    return RunConfig.from_toml(path)


def test_network_photos_and_weights_come_from_the_model(parent, tmp_path):
    text = '[labels]\nsource = "l.csv"\n[network]\nweights = "model:parent.safetensors"\n'
    config = with_parent(run_toml(tmp_path, text), None)
    assert config.network.architecture == "whole_frame"
    assert config.network.backbone == "test_efficientnet"
    assert config.network.options == {"head": "linear"}
    assert (config.photos.long_side_px, config.photos.short_side_px) == (96, 96)
    assert config.network.model_to_start_from == str(parent)
    assert config.student.frozen_norms
    assert not config.student.distillation
    network = started_network(config, "student")
    for name, value in open_model(parent)[0].state_dict().items():
        assert torch.equal(network.state_dict()[name], value)


def test_a_model_is_found_by_its_name(parent, tmp_path):
    config = RunConfig(name="a", labels=LabelsConfig(source="l.csv"))
    assert with_parent(config, None) is config
    text = '[labels]\nsource = "l.csv"\n[network]\nweights = "model:parent"\n'
    named = run_toml(tmp_path, text)
    assert named.network.weights == "model:parent"
    assert with_parent(named, tmp_path).network.model_to_start_from == str(parent)


def test_a_student_that_needs_a_teacher_learns_from_the_model_itself(tmp_path, tiny_model):
    text = (
        '[labels]\nsource = "l.csv"\n[student]\ndistillation = true\n'
        f'[network]\nweights = "model:{tiny_model}"\n'
    )
    config = with_parent(run_toml(tmp_path, text), None)
    assert config.teacher.model == str(tiny_model)
    assert config.network.architecture == "csiqa"
    assert config.photos.crop_px == 160


def test_a_head_on_top_of_another_model_is_refused(tmp_path, tiny_model):
    from engine.measures.label_scale import LabelScale
    from engine.personal.fit_head import fit_head
    from engine.personal.personal_file import PersonalFacts, num_features, save_personal

    features = np.random.default_rng(0).normal(size=(8, num_features(tiny_model) + 1))
    head = fit_head(features.astype(np.float32), np.arange(8.0))
    scale = LabelScale(low=1.0, high=5.0, higher_is_better=True)
    facts = PersonalFacts(name="own", labels=scale, trained_on="a", num_photos=8)
    save_personal(tmp_path / "own.safetensors", head, parent=tiny_model, facts=facts)
    text = '[labels]\nsource = "l.csv"\n[network]\nweights = "model:own"\n'
    with pytest.raises(ConfigError, match="a head on top of another model"):
        with_parent(run_toml(tmp_path, text), tmp_path)


def test_weights_of_another_network_are_refused(tmp_path, parent):
    text = '[labels]\nsource = "l.csv"\n[network]\nweights = "model:parent"\n'
    config = with_parent(run_toml(tmp_path, text), tmp_path)
    torch.manual_seed(0)
    other = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64))
    card = open_model(parent)[1]
    from dataclasses import replace

    card = replace(card, network=other.config, normalisation=other.normalisation)
    save_model(parent, other, card)
    with pytest.raises(TrainingError, match="holds another network"):
        started_network(config, "student")


def test_rescaling_brings_every_score_to_a_line(parent):
    network = open_model(parent)[0]
    views = torch.randint(0, 256, (3, 96, 96, 3), dtype=torch.uint8)
    with torch.inference_mode():
        before = network(network.prepare(views))
    network.rescale(0.5, 20.0)
    with torch.inference_mode():
        after = network(network.prepare(views))
    assert after.tolist() == pytest.approx((0.5 * before + 20).tolist(), abs=1e-3)


def test_a_run_goes_on_from_the_model_to_a_report(parent, small_runs, small_set, tmp_path):
    config = small_runs.config(
        small_set,
        photos={"long_side_px": 96, "short_side_px": 96, "crop_px": 64, "test_crops": 1},
        network={"architecture": "csiqa", "weights": f"model:{parent}"},
        student={
            "epochs": 1,
            "batch_size": 8,
            "contrast": "none",
            "distillation": False,
            "learning_rate": 1e-6,
        },
    )
    folder = RunFolder.create(tmp_path / "run", with_parent(config, None))
    ear = small_runs.run(folder)
    assert ear.messages[-1] == Finished(report=str(folder.report_json), was_stopped=False)
    start = json.loads(folder.start_json.read_text(encoding="utf-8"))
    assert (start["kind"], start["name"]) == ("file", "parent.safetensors")
    network, card = open_model(folder.best_model)
    assert card.start.name == "parent.safetensors"
    # The steps were too small to move the encoder: what differs is the scale of the last layer.
    before = open_model(parent)[0].backbone.state_dict()
    for name, value in network.backbone.state_dict().items():
        if value.is_floating_point():
            assert torch.allclose(value, before[name], atol=5e-3)
