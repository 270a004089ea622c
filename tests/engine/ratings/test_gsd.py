import numpy as np
import pytest
from scipy import stats

from engine.errors import UnusableRatings
from engine.ratings.counts import Moments, moments
from engine.ratings.gsd import GeneralisedScore

GSD = GeneralisedScore()


@pytest.mark.parametrize(
    ("mean", "agreement", "probabilities"),
    [
        (3, 0.75, [0.0625, 0.25, 0.375, 0.25, 0.0625]),
        (3, 0.5, [0.2] * 5),
        (3, 0, [0.5, 0, 0, 0, 0.5]),
        (2.5, 1, [0, 0.5, 0.5, 0, 0]),
        (2.5, 0.8, [0.155027, 0.364259, 0.327063, 0.132990, 0.020661]),
        (3.7, 0.86, [0.007722, 0.064151, 0.292215, 0.492229, 0.143683]),
        (4, 0.8, [0.003125, 0.0375, 0.16875, 0.5375, 0.253125]),
        (1, 0.4, [1, 0, 0, 0, 0]),
        (5, 0, [0, 0, 0, 0, 1]),
    ],
)
def test_the_worked_examples_come_out(mean, agreement, probabilities):
    np.testing.assert_allclose(GSD.probabilities([[mean, agreement]])[0], probabilities, atol=6e-7)


def test_below_the_binomial_it_is_scipys_beta_binomial():
    mean, agreement = 2.3, 0.55
    bounds = Moments(np.array([mean]), np.zeros(1))
    high, low = bounds.largest_variance_N[0], bounds.smallest_variance_N[0]
    binomial, share = 0.75 * high / (high - low), (mean - 1) / 4
    alpha = share * agreement / (binomial - agreement)
    beta = (1 - share) * agreement / (binomial - agreement)
    expected = stats.betabinom(4, alpha, beta).pmf(range(5))
    np.testing.assert_allclose(GSD.probabilities([[mean, agreement]])[0], expected, atol=1e-12)


def test_mean_and_agreement_are_the_parameters_everywhere():
    places = GSD.grid_G2[(GSD.grid_G2[:, 0] > 1) & (GSD.grid_G2[:, 0] < 5)]
    pmf = GSD.probabilities(places)
    found = moments(pmf)
    np.testing.assert_allclose(pmf.sum(1), 1, atol=1e-12)
    np.testing.assert_allclose(found.mean_N, places[:, 0], atol=1e-9)
    np.testing.assert_allclose(found.agreement_N, places[:, 1], atol=1e-9)


def test_a_mean_beyond_the_ratings_is_refused():
    with pytest.raises(UnusableRatings, match=r"GSD can't have mean 5\.5, agreement 0\.5"):
        GSD.probabilities([[5.5, 0.5]])
