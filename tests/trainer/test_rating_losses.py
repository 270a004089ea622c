from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.losses.ratings import rating_emd, rating_nll
from engine.measures.label_scale import LabelScale
from engine.networks.model_file import build_network, open_model
from engine.networks.whole_frame import WholeFrameConfig
from engine.ratings.quantised import NORMAL
from trainer.checked_values import ConfigError
from trainer.config import NetworkConfig, StudentConfig, TeacherConfig
from trainer.errors import TrainingError
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.objectives import Batch, StudentObjective, TeacherObjective
from trainer.preflight import try_networks
from trainer.protocol import Finished, Notice
from trainer.rating_losses import RatingLosses, rating_targets, require_ratings
from trainer.run_check import check_run
from trainer.run_folder import RunFolder
from trainer.stages import network_config

PLAIN = {"quality_token": False, "mask": False, "distillation": False, "contrast": "none"}
ACR = {"architecture": "whole_frame", "backbone": "test_efficientnet", "answer": "acr"}
FRAME = {"long_side_px": 96, "short_side_px": 96, "crop_px": 64, "test_crops": 1}
COUNTS = np.array([[0, 1, 4, 3, 0], [3, 2, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 1, 6]], float)


def labels_of(counts):
    photos = [
        LabelledPhoto(path=Path(f"{i}.png"), score=3.0, counts=c) for i, c in enumerate(counts)
    ]
    scale = LabelScale(low=1.0, high=5.0, higher_is_better=True)
    return LabelSet(
        name="x", photos=tuple(photos), range=scale, source=Path("x.csv"), sha256="", notes=()
    )


@pytest.fixture
def network():
    torch.manual_seed(0)
    config = WholeFrameConfig(
        backbone="test_efficientnet", long_px=64, short_px=64, answer="logit_logistic"
    )
    return build_network(config).eval()


@pytest.fixture
def batch(network):
    views = torch.randint(
        1, 255, (4, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1)
    )
    return Batch(
        views=views,
        prepared=network.prepare(views),
        rated_B=torch.tensor([50.0, 20.0, 60.0, 95.0]),
        photo_B=torch.tensor([3, 1, 2, 0]),
        generator=torch.Generator(),
        seed=(0,),
    )


def with_counts(path, small_set, *, num_without=0):
    """The small set with the ratings of nine people for each photo but the first few."""
    header, *lines = small_set.read_text(encoding="utf-8").splitlines()
    random = np.random.default_rng(0)
    rows = []
    for number, line in enumerate(lines):
        name, mos, *_ = line.split(",")
        pmf = NORMAL.probabilities([[float(mos), 0.6]])[0]
        counts = [""] * 5 if number < num_without else map(str, random.multinomial(9, pmf))
        rows.append(",".join([str(small_set.parent / name), *line.split(",")[1:], *counts]))
    path.write_text("\n".join([f"{header},c1,c2,c3,c4,c5", *rows]), encoding="utf-8")
    return path


def test_targets_are_the_counts_of_five_categories():
    found = rating_targets(labels_of([(0, 1, 2, 1, 0), None, (1, 2, 3)]))
    assert found.tolist() == [[0, 1, 2, 1, 0], [0] * 5, [0] * 5]


@pytest.mark.parametrize("objective", [StudentObjective, TeacherObjective])
def test_both_losses_are_those_of_the_photos_in_the_batch(objective, network, batch):
    if objective is StudentObjective:
        config = StudentConfig(**PLAIN, regression="none", nll_weight=2.0, emd_weight=3.0)
        made = StudentObjective(config, None, counts_NK=COUNTS)
    else:
        config = TeacherConfig(regression="none", nll_weight=2.0, emd_weight=3.0)
        made = TeacherObjective(config, counts_NK=COUNTS)
    loss = made(network, batch)
    pmf = network.rate_features(network.features(batch.prepared))
    counts = torch.tensor(COUNTS[[3, 1, 2, 0]]).float()
    nll, emd = rating_nll(pmf, counts), rating_emd(pmf, counts)
    assert set(loss.parts) == {"nll", "emd"}
    torch.testing.assert_close(loss.parts["nll"], nll)
    torch.testing.assert_close(loss.total, 2 * nll + 3 * emd)


def test_they_stand_beside_the_other_losses(network, batch):
    config = StudentConfig(**PLAIN, nll_weight=10.0)
    loss = StudentObjective(config, None, counts_NK=COUNTS)(network, batch)
    assert set(loss.parts) == {"regression", "nll"}
    torch.testing.assert_close(loss.total, loss.parts["regression"] + 10 * loss.parts["nll"])


def test_the_gradient_reaches_both_numbers_of_the_head(network, batch):
    network.start_from_mean(50.0)
    config = StudentConfig(**PLAIN, regression="none", nll_weight=1.0)
    StudentObjective(config, None, counts_NK=COUNTS)(network, batch).total.backward()
    assert (network.head.bias.grad.abs() > 0).all()


def test_without_weights_nothing_is_added():
    losses = RatingLosses(StudentConfig(**PLAIN), None)
    total, parts = torch.ones(()), {}
    assert losses.add(None, None, None, total, parts) is total
    assert parts == {}


def test_labels_without_counts_can_not_teach_a_distribution(small_runs, small_set):
    config = small_runs.config(
        small_set, network=ACR, photos=FRAME, student={**PLAIN, "nll_weight": 1.0}
    )
    with pytest.raises(TrainingError, match=r"do not say how many people gave 1, 2, 3, 4 and 5"):
        require_ratings(config, labels_of([None, None]))
    assert require_ratings(config, labels_of([None, (0, 0, 1, 0, 0)])).startswith("1 photo ha")
    found = check_run(config)
    assert not found.can_train
    assert any("how many people gave" in finding for finding in found.findings)


@pytest.mark.parametrize(
    ("network", "student", "sentence"),
    [
        ({}, {"nll_weight": 1.0}, r"to be learned \(student\), but the network answers with a sco"),
        ({"answer": "acr"}, {}, "nothing teaches how ratings are spread"),
        (
            {"answer": "acr"},
            {"nll_weight": 1.0, "ridge_penalty": 1.0},
            r"student\.ridge_penalty fits a head of one number",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused(
    small_runs, small_set, network, student, sentence
):
    config = small_runs.config(
        small_set,
        network={**ACR, "answer": "scalar", **network},
        photos=FRAME,
        student={**PLAIN, **student},
    )
    with pytest.raises(TrainingError, match=sentence):
        try_networks(config)


def test_a_weight_is_not_negative():
    with pytest.raises(ConfigError, match=r"nll_weight is -1\.0\."):
        StudentConfig(nll_weight=-1.0)


def test_an_answer_is_one_that_the_network_has():
    with pytest.raises(ConfigError, match=r"answer"):
        NetworkConfig(architecture="csiqa", answer="oracle")


def test_a_teacher_that_learns_no_distribution_answers_with_a_score(small_runs, small_set):
    config = small_runs.config(
        small_set, network=ACR, photos=FRAME, student={**PLAIN, "nll_weight": 1.0}
    )
    assert network_config(config, "student").answer == "acr"
    assert network_config(config, "teacher").answer == "scalar"
    taught = replace(config, teacher=replace(config.teacher, nll_weight=1.0))
    assert network_config(taught, "teacher").answer == "acr"


@pytest.fixture(scope="module")
def trained(small_runs, small_set, tmp_path_factory):
    """The folder of a whole run on counts, and what was heard of it."""
    folder = tmp_path_factory.mktemp("ratings")
    config = small_runs.config(
        with_counts(folder / "labels.csv", small_set, num_without=3),
        network={**ACR, "answer": "latent_normal"},
        photos=FRAME,
        student={
            **PLAIN,
            "epochs": 2,
            "batch_size": 8,
            "regression": "none",
            "nll_weight": 1.0,
            "emd_weight": 1.0,
        },
    )
    run = RunFolder.create(folder / "run", config)
    return run, small_runs.run(run)


def test_a_run_learns_from_counts_and_tells_of_photos_without(trained):
    run, ear = trained
    assert ear.messages[-1] == Finished(report=str(run.report_json), was_stopped=False)
    assert ear.progress("student")[-1].losses.keys() == {"loss", "nll", "emd"}
    said = [notice.what for notice in ear.heard(Notice)]
    assert "3 photos have no counts of ratings, and teach their score alone." in said


def test_its_file_predicts_how_ratings_are_spread(trained):
    run, _ = trained
    network, card = open_model(run.best_model)
    assert card.to_json()["format_version"] == 5
    assert network.answer == "latent_normal"
    views = torch.randint(1, 255, (2, 96, 96, 3), dtype=torch.uint8)
    pmf = network.rate_features(network.features(network.prepare(views)))
    torch.testing.assert_close(pmf.sum(1), torch.ones(2))
