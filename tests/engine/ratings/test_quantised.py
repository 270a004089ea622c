from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from engine.errors import UnusableRatings
from engine.ratings.quantised import BETA, KUMARASWAMY, LOGISTIC, LOGIT_LOGISTIC, NORMAL

RATING_CUTS, SHARE_CUTS = [1.5, 2.5, 3.5, 4.5], [0.2, 0.4, 0.6, 0.8]


@pytest.mark.parametrize(
    ("model", "parameters", "probabilities"),
    [
        (NORMAL, (3.7, 0.8), [0.002980, 0.063827, 0.334486, 0.440051, 0.158655]),
        (LOGISTIC, (3.7, 0.45), [0.007474, 0.057496, 0.325713, 0.464740, 0.144578]),
        (BETA, (4, 2.5), [0.011121, 0.118852, 0.314225, 0.391943, 0.163859]),
        (KUMARASWAMY, (3, 2), [0.015936, 0.107968, 0.261440, 0.376512, 0.238144]),
        (LOGIT_LOGISTIC, (0.65, 0.4), [0.006605, 0.065069, 0.297926, 0.502331, 0.128069]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_worked_examples_come_out(model, parameters, probabilities):
    np.testing.assert_allclose(model.probabilities([parameters])[0], probabilities, atol=6e-7)


@pytest.mark.parametrize(
    ("model", "parameters", "latent", "cuts"),
    [
        (NORMAL, (2.2, 1.3), stats.norm(2.2, 1.3), RATING_CUTS),
        (LOGISTIC, (2.2, 1.3), stats.logistic(2.2, 1.3), RATING_CUTS),
        (BETA, (0.7, 3.1), stats.beta(0.7, 3.1), SHARE_CUTS),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_probabilities_and_quantiles_are_those_of_scipy(model, parameters, latent, cuts):
    below = np.concatenate([[0], latent.cdf(cuts), [1]])
    np.testing.assert_allclose(model.probabilities([parameters])[0], np.diff(below), atol=1e-12)
    scale = (lambda x: 0.5 + 5 * x) if cuts is SHARE_CUTS else (lambda x: x)
    for share in (0.1, 0.5, 0.9):
        assert model.quantiles([parameters], share)[0] == pytest.approx(scale(latent.ppf(share)))


def test_kumaraswamys_probabilities_are_integrals_of_its_density():
    a, b = 2.5, 3.5
    cuts = [0.0, *SHARE_CUTS, 1.0]
    integrals = [
        integrate.quad(lambda x: a * b * x ** (a - 1) * (1 - x**a) ** (b - 1), low, high)[0]
        for low, high in pairwise(cuts)
    ]
    np.testing.assert_allclose(KUMARASWAMY.probabilities([[a, b]])[0], integrals, atol=1e-9)


def test_a_logit_logistic_is_a_logistic_of_the_logit():
    latent = stats.logistic(np.log(0.65 / 0.35), 0.4)
    below = [0, *latent.cdf(np.log(np.array(SHARE_CUTS) / (1 - np.array(SHARE_CUTS)))), 1]
    np.testing.assert_allclose(LOGIT_LOGISTIC.probabilities([[0.65, 0.4]])[0], np.diff(below))


def test_the_quantiles_of_the_worked_examples():
    def quantiles(model, parameters):
        return [model.quantiles([parameters], share)[0] for share in (0.1, 0.5, 0.9)]

    np.testing.assert_allclose(quantiles(NORMAL, (3.7, 0.8)), [2.6748, 3.7, 4.7252], atol=6e-5)
    np.testing.assert_allclose(
        quantiles(LOGIT_LOGISTIC, (0.65, 0.4)), [2.6770, 3.75, 4.5863], atol=6e-5
    )


def test_kumaraswamys_quantile_is_where_its_curve_has_that_share():
    quantile = (KUMARASWAMY.quantiles([[3.0, 2.0]], 0.3)[0] - 0.5) / 5
    assert 1 - (1 - quantile**3) ** 2 == pytest.approx(0.3)


@pytest.mark.parametrize("model", [NORMAL, LOGISTIC, BETA, KUMARASWAMY, LOGIT_LOGISTIC])
def test_search_and_parameters_are_each_others_way_back(model):
    places = model.grid_G2
    np.testing.assert_allclose(model.to_search(model.from_search(places)), places, atol=1e-9)


@pytest.mark.parametrize(
    ("model", "parameters", "named"),
    [
        (NORMAL, (3.0, 0.0), "mean 3, standard deviation 0"),
        (BETA, (-1.0, 2.0), "a -1, b 2"),
        (LOGIT_LOGISTIC, (1.5, 1.0), "median 1.5, scale 1"),
        (NORMAL, (float("nan"), 1.0), "mean nan"),
    ],
)
def test_parameters_outside_a_model_are_refused_by_name(model, parameters, named):
    with pytest.raises(UnusableRatings, match=named):
        model.probabilities([parameters])


def test_a_quantile_is_of_a_share():
    with pytest.raises(UnusableRatings, match=r"quantile of 1\.5"):
        NORMAL.quantiles([[3.0, 1.0]], 1.5)


def test_parameters_come_in_pairs():
    with pytest.raises(UnusableRatings, match=r"shape \(2,\); give two per photo: mean and"):
        NORMAL.probabilities([3.0, 1.0])
