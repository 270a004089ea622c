"""A network that is registered and nowhere named goes the whole way of any other."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from app.models.text import card_facts
from engine.errors import ModelFileError
from engine.networks.model_card import ModelCard
from engine.networks.model_file import open_model, read_card
from engine.networks.registry import entry_of_config
from engine.photos.resized import read_resized
from engine.scorer import Scorer
from trainer.checked_values import ConfigError
from trainer.config import NetworkConfig, RunConfig
from trainer.errors import TrainingError
from trainer.estimate import estimate_run
from trainer.labels.read_config import read_named_labels
from trainer.machine import choose_machine
from trainer.preflight import try_networks
from trainer.protocol import Finished, Progress
from trainer.run_folder import RunFolder
from trainer.stages import network_config

FRAME = {"long_side_px": 96, "short_side_px": 64, "crop_px": 64, "crops_per_photo": 3}
NETWORK = {"architecture": "small_frame", "backbone": "", "options": {"num_features": 4}}


@pytest.fixture(scope="module")
def config(frame_network, small_runs, small_set):
    """A run of the network, with every part of the student that it can have."""

    def made(**sections):
        settings = {
            "photos": FRAME,
            "network": NETWORK,
            "teacher": {"epochs": 1, "batch_size": 8, "ladder_weight": 1.0},
            "student": {"epochs": 2, "batch_size": 8, "learning_rate": 0.01},
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


@pytest.fixture
def photos(tmp_path):
    """A landscape, a portrait, a panorama and a line, none in the shape of the frame."""
    rng = np.random.default_rng(0)
    paths = []
    for number, (width, height) in enumerate([(300, 150), (120, 240), (800, 40), (2000, 20)]):
        paths.append(tmp_path / f"photo{number}.png")
        Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8)).save(paths[-1])
    return paths


def test_its_settings_come_from_toml_and_back_from_json(frame_network, tmp_path):
    path = tmp_path / "run.toml"
    path.write_text(
        'name = "a"\nlabels.source = "l.csv"\n[network]\narchitecture = "small_frame"\n'
        'weights = "none"\noptions.num_features = 3\n[student]\nembedding = "mean_patch"\n'
    )
    config = RunConfig.from_toml(path)
    assert config.network.options == {"num_features": 3}
    assert RunConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"num_feature": 3}, "small_frame has no option num_feature"),
        ({"num_features": 0}, "options.num_features is 0. It must be 1 to 64"),
        ({"num_features": "3"}, "It must be a whole number"),
        ({"num_features": True}, "It must be a whole number"),
    ],
)
def test_options_that_it_does_not_have_are_refused(frame_network, options, says):
    with pytest.raises(ConfigError, match=says):
        NetworkConfig(architecture="small_frame", options=options)


def test_its_stages_train_it_and_take_one_view_of_a_photo_in_an_epoch(trained):
    folder, ear = trained
    num_train = len(json.loads(folder.repeat_folder(0).split_json.read_text())["train"])
    last = ear.progress("student")[-1]
    assert last.num_steps == num_train // 8  # all views are of one shape: photos are landscapes
    assert last.losses.keys() == {"loss", "regression", "distillation", "contrast"}
    assert "ladder" in ear.progress("teacher")[-1].losses
    for path in (folder.teacher_model, folder.best_model):
        assert read_card(path).network.num_features == 4


def test_it_learns(trained):
    folder, ear = trained
    assert ear.epochs[-1].losses["regression"] < ear.epochs[0].losses["regression"]
    changed = open_model(folder.best_model)[0].state_dict()
    assert all(torch.isfinite(value).all() for value in changed.values())


def test_its_card_says_what_it_sees(trained):
    folder, _ = trained
    card = read_card(folder.best_model)
    assert (card.architecture, card.num_crops) == ("small_frame", 2)
    network = card_facts(card, path=folder.best_model)["network"]
    assert network == (
        "small_frame student, the whole photo in a frame of 96 x 64 pixels, and mirrored"
    )
    assert "after that, with the whole photo in a frame of 96 x 64 pixels" in card.protocol


def test_a_scorer_shows_it_whole_photos_of_any_shape(trained, photos):
    folder, _ = trained
    network, card = open_model(folder.best_model)
    scorer = Scorer.open(folder.best_model, device="cpu")
    assert scorer.num_crops == 2
    for path, result in zip(photos, scorer.score(photos), strict=True):
        photo_HW3 = read_resized(path, card.resize_rule, crop_px=1).pixels_HW3
        mirrored_HW3 = np.ascontiguousarray(photo_HW3[:, ::-1])
        views = [network.sight.look(shown) for shown in (photo_HW3, mirrored_HW3)]
        with torch.no_grad():
            expected = network(network.prepare(torch.stack(views))).numpy()
        assert result.crop_scores == pytest.approx(expected, abs=1e-3)
        assert result.score_0_100 == pytest.approx(np.clip(expected.mean(), 0, 100), abs=1e-3)
        assert result.uncertainty == pytest.approx(expected.std(), abs=1e-3)
        assert result.crops == ()


def test_photos_of_several_shapes_share_no_batch(trained, photos, monkeypatch):
    scorer = Scorer.open(trained[0].best_model, device="cpu")
    alone = [result.score_0_100 for result in scorer.score(photos)]
    monkeypatch.setattr(scorer._views, "photos_at_once", 4)  # as on a GPU
    assert [r.score_0_100 for r in scorer.score(photos)] == pytest.approx(alone, abs=1e-3)


def test_its_map_lies_on_the_whole_photo_and_adds_up_to_the_score(trained, photos):
    # The head is linear on the mean: the gradient is the same everywhere, the map in closed form.
    folder, _ = trained
    network, card = open_model(folder.best_model)
    scorer = Scorer.open(folder.best_model, device="cpu")
    for path in photos:
        found = scorer.explain(path)
        photo_HW3 = read_resized(path, card.resize_rule, crop_px=1).pixels_HW3
        assert found.lowers_HW.shape == found.raises_HW.shape == photo_HW3.shape[:2]
        assert np.array_equal(found.photo_HW3, photo_HW3)
        height, width = photo_HW3.shape[:2]
        view = network.prepare(network.sight.look(photo_HW3)[None])
        with torch.no_grad():
            tokens_PD = network.features(view).tokens_BTD[0]
            map_P = tokens_PD @ (network.head.weight[0] * 100 / len(tokens_PD))
        rows, columns = (view.shape[2] // 8, view.shape[3] // 8)
        signed_HW = network.sight.unfold(
            map_P.reshape(rows, columns).numpy(), width_px=width, height_px=height
        )
        top = card.map_scale.top
        np.testing.assert_allclose(
            found.raises_HW - found.lowers_HW, np.clip(signed_HW / top, -1, 1), atol=1e-3
        )


def test_validation_and_rating_give_a_photo_the_same_scores(trained, config):
    folder, _ = trained
    lines = folder.repeat_folder(0).predictions_csv.read_text().splitlines()[1:]
    paths = [line.split(",")[0] for line in lines]
    stored = [float(line.split(",")[-1]) for line in lines]
    rated = Scorer.open(folder.best_model, device="cpu").score([Path(path) for path in paths])
    means = [np.mean(result.crop_scores) for result in rated]
    assert means == pytest.approx(stored, abs=1e-3)


def test_a_program_that_does_not_know_it_says_so(frame_network, config, tmp_path):
    network = network_config(config(), "student")
    stored = {"format_version": 1, "architecture": "nothing", "network": {"a": 1}}
    with pytest.raises(
        ModelFileError, match=r"known are csiqa, portable, whole_frame, .* and small_frame"
    ):
        ModelCard.from_json(stored)
    assert entry_of_config(network).name == "small_frame"


def test_a_frame_that_is_none_is_a_sentence(config):
    with pytest.raises(TrainingError, match=r"small_frame can't be built: Set photos\.long"):
        try_networks(config(photos={**FRAME, "long_side_px": None}))


def test_a_teacher_that_sees_photos_otherwise_is_refused(config, trained, tmp_path):
    other = config(
        photos={**FRAME, "long_side_px": 128}, teacher={"model": str(trained[0].best_model)}
    )
    with pytest.raises(TrainingError, match=r"in a frame of 96 x 64 .* student the whole photo"):
        try_networks(other)


def test_a_run_of_it_can_be_tried_and_estimated(config):
    settings = config()
    assert try_networks(settings) == []
    machine = choose_machine(settings.machine)
    estimate = estimate_run(settings, read_named_labels(settings.labels), machine)
    assert estimate.seconds > 0


def test_a_run_of_it_that_was_stopped_ends_as_one_left_alone(config, trained, small_runs, tmp_path):
    folder = RunFolder.create(tmp_path / "run", config())
    small_runs.run(folder, stop_when=lambda m: isinstance(m, Progress) and m.stage == "student")
    assert not folder.report_json.exists()
    small_runs.run(folder)
    alone, resumed = (open_model(one.best_model)[0].state_dict() for one in (trained[0], folder))
    assert all(torch.equal(alone[name], resumed[name]) for name in alone)
