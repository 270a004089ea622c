import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.network_entry import ANSWERS
from engine.networks.portable import PortableConfig, PortableNetwork
from engine.networks.rating_head import (
    NUM_OUTPUTS,
    create_head,
    expected_score,
    rating_probabilities,
    starting_bias,
)
from engine.networks.score_head import ratings_of_head, scores_0_100
from engine.networks.whole_frame import WholeFrameConfig, WholeFrameNetwork
from engine.ratings.quantised import LOGIT_LOGISTIC, NORMAL

DISTRIBUTIONS = [answer for answer in ANSWERS if answer != "scalar"]
NETWORKS = {
    "csiqa": (CSIQA, CsiqaConfig(backbone="test_vit", crop_px=64)),
    "portable": (PortableNetwork, PortableConfig(backbone="test_resnet", crop_px=64)),
    "whole_frame": (
        WholeFrameNetwork,
        WholeFrameConfig(backbone="test_efficientnet", long_px=96, short_px=64),
    ),
    "koncept": (
        WholeFrameNetwork,
        WholeFrameConfig(backbone="test_efficientnet", long_px=96, short_px=64, head="koncept"),
    ),
}


def build(name, answer):
    kind, config = NETWORKS[name]
    return kind(replace(config, answer=answer)).eval()


def views(network, seed=0):
    height, width = network.sight.view_shape(96, 64)[:2]
    generator = torch.Generator().manual_seed(seed)
    shape = (3, height, width, 3)
    return network.prepare(torch.randint(1, 255, shape, dtype=torch.uint8, generator=generator))


def test_the_latent_answers_are_the_models_that_are_fitted():
    place, spread = [0.1, 0.675, 0.9], [0.3, 0.8, 2.0]
    outputs = torch.tensor([[p, math.log(s)] for p, s in zip(place, spread, strict=True)])
    normal = NORMAL.probabilities([[1 + 4 * p, s] for p, s in zip(place, spread, strict=True)])
    torch.testing.assert_close(
        rating_probabilities(outputs, "latent_normal"),
        torch.tensor(normal).float(),
        atol=1e-6,
        rtol=1e-4,
    )
    medians = torch.tensor(place).sigmoid()
    logistic = LOGIT_LOGISTIC.probabilities(
        [[float(m), s] for m, s in zip(medians, spread, strict=True)]
    )
    torch.testing.assert_close(
        rating_probabilities(outputs, "logit_logistic"),
        torch.tensor(logistic).float(),
        atol=1e-6,
        rtol=1e-4,
    )


@pytest.mark.parametrize("answer", DISTRIBUTIONS)
def test_the_slope_of_the_probabilities_is_right(answer):
    outputs = torch.randn(4, NUM_OUTPUTS[answer], generator=torch.Generator().manual_seed(1))

    def logs(values):
        return rating_probabilities(values, answer).clamp_min(1e-6).log().sum()

    outputs.requires_grad_()
    logs(outputs).backward()
    step = 1e-2
    for index in range(outputs.numel()):
        moved = torch.zeros(outputs.numel())
        moved[index] = step
        moved = moved.reshape(outputs.shape)
        with torch.no_grad():
            slope = (logs(outputs + moved) - logs(outputs - moved)) / (2 * step)
        assert outputs.grad.flatten()[index].item() == pytest.approx(
            slope.item(), abs=0.02, rel=0.02
        )


@pytest.mark.parametrize("answer", DISTRIBUTIONS)
@pytest.mark.parametrize("place", [-30.0, 0.5, 30.0])
def test_extreme_outputs_stay_probabilities(answer, place):
    outputs = torch.full((1, NUM_OUTPUTS[answer]), place)
    pmf = rating_probabilities(outputs, answer)
    assert torch.isfinite(pmf).all()
    assert (pmf >= 0).all()
    assert pmf.sum().item() == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("mean", [20.0, 50.0, 77.0])
def test_training_starts_about_the_mean_label(answer, mean):
    layer = create_head(3, answer, std=1e-6)
    with torch.no_grad():
        layer.bias.copy_(starting_bias(answer, mean))
    score = scores_0_100(layer, torch.zeros(1, 3), answer).item()
    assert score == pytest.approx(mean, abs=2.0)


def test_a_score_has_no_probabilities():
    with pytest.raises(ValueError, match="knows no probabilities"):
        rating_probabilities(torch.zeros(1, 1), "scalar")


def test_the_mean_rating_is_the_score():
    pmf = torch.tensor([[1.0, 0, 0, 0, 0], [0, 0, 0, 0, 1.0], [0, 0, 1.0, 0, 0]])
    assert expected_score(pmf).tolist() == [0.0, 100.0, 50.0]


def test_probabilities_are_not_narrowed_under_autocast():
    layer = nn.Linear(4, 5)
    features = torch.randn(2, 4)
    exact = ratings_of_head(layer, features, "acr")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(ratings_of_head(layer, features, "acr"), exact)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("answer", DISTRIBUTIONS)
def test_every_network_can_answer_with_a_distribution(name, answer):
    network = build(name, answer)
    network.start_from_mean(60.0)
    features = network.features(views(network))
    pmf, scores = network.rate_features(features), network.score_features(features)
    assert pmf.shape == (3, 5)
    torch.testing.assert_close(pmf.sum(1), torch.ones(3))
    torch.testing.assert_close(scores, expected_score(pmf))
    assert scores.mean().item() == pytest.approx(60.0, abs=6.0)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_scores_knows_no_distribution(name):
    network = build(name, "scalar")
    assert network.rate_features(network.features(views(network))) is None


@pytest.mark.parametrize("name", ["csiqa", "portable", "whole_frame"])
def test_an_answer_that_there_is_not_is_refused(name):
    with pytest.raises(ValueError, match="answer is 'oracle'; it must be one of"):
        build(name, "oracle")
