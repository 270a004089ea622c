"""A head that starts as a regression, on the bundled network of whole frames and in whole runs."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from engine.networks.model_file import build_network, open_model
from engine.networks.standardised import Standardised
from engine.networks.whole_frame import WholeFrameConfig
from engine.photos.resize import ResizeRule
from trainer.errors import TrainingError
from trainer.head_start import last_layer, start_head
from trainer.machine import choose_machine
from trainer.photo_cache import cache_photos
from trainer.photo_features import photo_features
from trainer.protocol import Epoch, Notice, Progress
from trainer.run_folder import RunFolder
from trainer.scoring import score_photos
from trainer.view_source import open_source

FRAME = {"long_side_px": 96, "short_side_px": 96, "crop_px": 64, "validation_crops": 1}
STUDENT = {
    "epochs": 1,
    "batch_size": 8,
    "learning_rate": 1e-9,  # so that what it starts with is what is kept
    "quality_token": False,
    "mask": False,
    "distillation": False,
    "contrast": "none",
    "ridge_penalty": 20.0,
}


@pytest.fixture(scope="module")
def settings(small_runs, small_set):
    def made(**sections):
        given = {
            "photos": FRAME,
            "network": {"architecture": "whole_frame", "backbone": "test_efficientnet"},
            "student": STUDENT,
        }
        return small_runs.config(small_set, **{**given, **sections})

    return made


@pytest.fixture
def looking(settings, small_set, tmp_path):
    """A fresh network, a source of its views, and a machine."""
    config = settings()
    torch.manual_seed(0)
    network = build_network(WholeFrameConfig(backbone="test_efficientnet", long_px=96, short_px=96))
    paths = sorted(path for path in small_set.parent.iterdir() if path.suffix in {".png", ".jpg"})
    photos = cache_photos(
        paths,
        ResizeRule(long_side_px=96, short_side_px=96),
        crop_px=64,
        folder=tmp_path / "cache",
    )
    machine = choose_machine(config.machine)
    return network, open_source(photos, network.sight, device=machine.device), machine


def test_the_first_scores_are_those_of_scikit_learns_ridge(looking):
    network, source, machine = looking
    chosen = list(range(60))
    target = np.random.default_rng(0).uniform(20.0, 80.0, len(chosen))
    seen = photo_features(
        network, source, chosen, num_crops=1, machine=machine, last_layer=network.head
    )
    pooled = seen.head_NF
    start_head(network, pooled, target, penalty=20.0)
    found = score_photos(network, source, chosen, num_crops=1, machine=machine).mean(1)
    features = (pooled - pooled.mean(0)) / np.maximum(pooled.std(0), 1e-3)
    oracle = Ridge(alpha=20.0).fit(features, target)
    assert found == pytest.approx(oracle.predict(features), abs=0.05)
    assert np.corrcoef(found, target)[0, 1] > 0.5
    assert seen.patches_NF.shape == (60, 2 * 64)


def test_statistics_that_are_counted_already_stay(looking):
    network = looking[0]
    layer = network.standardised
    layer.num_batches.fill_(7.0)
    before = layer.mean_S.clone()
    num_features = network.head.in_features
    start_head(
        network,
        np.random.default_rng(0).normal(size=(4, num_features)),
        np.arange(4.0),
        penalty=1.0,
    )
    assert torch.equal(layer.mean_S, before)


def test_a_head_without_a_linear_layer_is_a_sentence(looking):
    network = looking[0]
    network.head_bias = lambda: torch.nn.Parameter(torch.zeros(1))
    with pytest.raises(TrainingError, match="does not end in a linear layer"):
        last_layer(network)


@pytest.fixture(scope="module")
def evened_run(settings, small_runs, tmp_path_factory):
    """A whole run on labels evened by half, and what was heard of it."""
    config = settings()
    labels = replace(config.labels, occasions="name", occasion_share=0.5)
    folder = RunFolder.create(
        tmp_path_factory.mktemp("evened") / "run", replace(config, labels=labels)
    )
    return folder, small_runs.run(folder)


def test_a_run_tells_its_occasions_and_keeps_them(evened_run):
    folder, ear = evened_run
    stored = json.loads(folder.occasions_json.read_text())
    assert set(stored["offsets"]) >= {"scene00", "scene01"}
    (notice,) = [one for one in ear.heard(Notice) if "occasions" in one.what]
    assert "scene00" in notice.what
    assert notice.hint.startswith("50%")


def test_the_card_says_that_labels_were_evened(evened_run):
    card = open_model(evened_run[0].best_model)[1]
    assert "offsets between the occasions of rating" in card.protocol


def test_a_head_that_was_fitted_keeps_its_statistics_through_the_run(evened_run):
    network = open_model(evened_run[0].best_model)[0]
    (layer,) = [one for one in network.modules() if isinstance(one, Standardised)]
    assert layer.num_batches.item() == len(
        json.loads(evened_run[0].split_json.read_text())["train"]
    )


def test_a_run_that_was_stopped_ends_as_one_left_alone(settings, evened_run, small_runs, tmp_path):
    folder = RunFolder.create(tmp_path / "run", evened_run[0].config)
    small_runs.run(
        folder, stop_when=lambda one: isinstance(one, Progress) and one.stage == "student"
    )
    assert not folder.report_json.exists()
    small_runs.run(folder)
    alone, resumed = (open_model(one.best_model)[0].state_dict() for one in (evened_run[0], folder))
    assert all(torch.equal(alone[name], resumed[name]) for name in alone)


def test_without_any_epoch_the_fitted_head_is_the_model(settings, small_runs, tmp_path):
    folder = RunFolder.create(tmp_path / "run", settings(student={**STUDENT, "epochs": 0}))
    heard = small_runs.run(folder)
    assert [one.epoch for one in heard.heard(Epoch)] == [0]
    assert json.loads(folder.report_json.read_text())["repeats"][0]["student"]["epochs"][0]
    network = open_model(folder.best_model)[0]
    assert network.head.weight.abs().max() > 0.005  # chance has a deviation of 0.001


def test_interpolation_without_a_validation_part_is_a_sentence(settings, small_runs, tmp_path):
    config = settings(
        split={"validation_fraction": 0.0}, student={**STUDENT, "interpolation": True}
    )
    labels = tmp_path / "labels.csv"
    text = Path(config.labels.source).read_text().replace(",val", ",train")
    source = Path(config.labels.source).parent
    rows = [text.splitlines()[0], *(f"{source}/{row}" for row in text.splitlines()[1:])]
    labels.write_text("\n".join(rows))
    config = replace(config, labels=replace(config.labels, source=str(labels)))
    folder = RunFolder.create(tmp_path / "run", config)
    with pytest.raises(TrainingError, match="no validation part to choose by"):
        small_runs.run(folder)
