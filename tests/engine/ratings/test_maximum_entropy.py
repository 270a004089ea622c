import numpy as np
import pytest
from scipy import optimize

from engine.ratings.counts import Moments, moments
from engine.ratings.maximum_entropy import MaximumEntropy, entropy_weights

MODEL = MaximumEntropy()
RATINGS = np.arange(1, 6)


def weights(mean, variance):
    a, b = entropy_weights(Moments(np.array([mean]), np.array([variance])))
    return float(a[0]), float(b[0])


@pytest.mark.parametrize(
    ("mean", "variance", "probabilities"),
    [
        (3, 2, [0.2] * 5),
        (3, 1, [0.063827, 0.244691, 0.382963, 0.244691, 0.063827]),
        (3.7, 0.6, [0.001572, 0.050061, 0.335382, 0.472763, 0.140222]),
        (3, 3.5, [0.422081, 0.061676, 0.032486, 0.061676, 0.422081]),
    ],
)
def test_the_worked_examples_come_out(mean, variance, probabilities):
    np.testing.assert_allclose(MODEL.probabilities([[mean, variance]])[0], probabilities, atol=6e-7)


def test_the_weights_of_the_worked_examples():
    assert weights(3.0, 1.0) == pytest.approx((2.687639, -0.447940), abs=6e-7)
    assert weights(3.7, 0.6) == pytest.approx((5.798752, -0.779347), abs=6e-7)
    assert weights(3.0, 2.0) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert weights(3.0, 3.5)[1] == pytest.approx(0.641100, abs=6e-7)


def test_no_distribution_of_that_mean_and_variance_has_more_entropy():
    wanted_mean, wanted_variance = 3.4, 0.9
    found = optimize.minimize(
        lambda p: (p * np.log(p)).sum(),
        np.full(5, 0.2),
        bounds=[(1e-9, 1)] * 5,
        constraints=[
            {"type": "eq", "fun": lambda p: p.sum() - 1},
            {"type": "eq", "fun": lambda p: p @ RATINGS - wanted_mean},
            {"type": "eq", "fun": lambda p: p @ RATINGS**2 - wanted_mean**2 - wanted_variance},
        ],
        options={"ftol": 1e-14},
    )
    own = MODEL.probabilities([[wanted_mean, wanted_variance]])[0]
    np.testing.assert_allclose(own, found.x, atol=1e-5)


def test_mean_and_variance_are_kept_all_over_what_is_possible():
    mean_N, share_N = (
        grid.ravel() for grid in np.meshgrid(np.linspace(1.1, 4.9, 39), [0.02, 0.5, 0.98])
    )
    bounds = Moments(mean_N, mean_N)
    low_N, high_N = bounds.smallest_variance_N, bounds.largest_variance_N
    variance_N = low_N + share_N * (high_N - low_N)
    found = moments(MODEL.probabilities(np.column_stack([mean_N, variance_N])))
    np.testing.assert_allclose(found.mean_N, mean_N, atol=1e-8)
    np.testing.assert_allclose(found.variance_N, variance_N, atol=1e-8)


@pytest.mark.parametrize(("mean", "variance"), [(1, 0), (5, 0), (3, 0), (3, 4), (2.5, 0.25)])
def test_moments_at_the_bounds_give_finite_probabilities_close_to_them(mean, variance):
    pmf = MODEL.probabilities([[mean, variance]])
    found = moments(pmf)
    assert np.isfinite(pmf).all()
    assert found.mean_N[0] == pytest.approx(mean, abs=5e-3)
    assert found.variance_N[0] == pytest.approx(variance, abs=5e-3)
