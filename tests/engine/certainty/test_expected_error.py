import numpy as np
import pytest

from engine.certainty.expected_error import ExpectedError


def source(slope, *, seed, num_photos=3000):
    rng = np.random.default_rng(seed)
    regressors = rng.normal(size=(num_photos, 3))
    scale = np.exp(slope * regressors[:, 0])
    return regressors, rng.normal(0, 5, num_photos) * scale


def test_a_slope_that_the_sources_share_is_kept():
    found = [source(0.3, seed=seed) for seed in range(3)]
    fitted = ExpectedError.fit(*zip(*found, strict=True))
    assert fitted.slopes_R[0] == pytest.approx(0.3, abs=0.06)
    assert abs(fitted.slopes_R[1:]).max() < 0.05


def test_a_slope_that_points_up_in_one_source_and_down_in_another_is_dropped():
    found = [source(slope, seed=seed) for seed, slope in enumerate((0.4, -0.3))]
    assert ExpectedError.fit(*zip(*found, strict=True)).slopes_R[0] == 0


def test_of_one_source_its_parts_must_agree():
    fitted = ExpectedError.fit(*zip(*[source(0.3, seed=7)], strict=True))
    assert fitted.slopes_R[0] == pytest.approx(0.3, abs=0.06)
    regressors, errors = source(0.0, seed=8, num_photos=400)
    assert abs(ExpectedError.fit([regressors], [errors]).slopes_R).max() < 0.08


def test_expectations_stay_between_half_and_twice_the_usual_error():
    found = [source(0.4, seed=seed) for seed in range(3)]
    fitted = ExpectedError.fit(*zip(*found, strict=True))
    assert fitted.of(np.array([[-50.0, 0, 0], [50.0, 0, 0]])).tolist() == [0.5, 2.0]
