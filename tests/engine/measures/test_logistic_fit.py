import json
import math

import numpy as np
import pytest

from engine.errors import ModelFileError, UndefinedMeasure
from engine.measures.correlation import plcc, rmse, srcc
from engine.measures.logistic_fit import LogisticMap, fit_logistic, fit_score_map

PREDICTED = np.linspace(-3.0, 5.0, 200)
STORED = {"low": 10.0, "high": 90.0, "centre": 0.5, "width": 0.1, "is_linear": False}


def s_curve(scores, low, high, centre, width):
    return low + (high - low) / (1.0 + np.exp(-(scores - centre) / width))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_a_known_curve_is_found_again(scale):
    rated = s_curve(PREDICTED, 12.0, 83.0, 1.5, 0.7)
    fitted = fit_logistic(PREDICTED * scale, rated)
    assert not fitted.is_linear
    assert fitted.low == pytest.approx(12.0, abs=1e-4)
    assert fitted.high == pytest.approx(83.0, abs=1e-4)
    assert fitted.centre == pytest.approx(1.5 * scale, rel=1e-5)
    assert fitted.width == pytest.approx(0.7 * scale, rel=1e-5)


def test_a_curve_under_noise_is_found_within_the_noise():
    rng = np.random.default_rng(0)
    rated = s_curve(PREDICTED, 0.0, 100.0, 1.0, 0.5) + rng.normal(0.0, 3.0, 200)
    fitted = fit_logistic(PREDICTED, rated)
    assert rmse(fitted.apply(PREDICTED), rated) < 3.2
    assert plcc(fitted.apply(PREDICTED), rated) > plcc(PREDICTED, rated) + 0.02


def test_a_straight_line_is_found_as_a_line():
    fitted = fit_logistic(PREDICTED, 4.0 * PREDICTED - 1.0)
    assert fitted.is_linear
    np.testing.assert_allclose(fitted.apply([-100.0, 0.0, 100.0]), [-401.0, -1.0, 399.0])


@pytest.mark.parametrize(
    "bend", [np.exp, np.tanh, np.cbrt, np.sign, np.square, lambda x: -np.exp(-x)]
)
def test_the_map_rises_and_is_never_worse_than_a_line(bend):
    rng = np.random.default_rng(1)
    rated = bend(PREDICTED) + rng.normal(0.0, 0.05, 200)
    fitted = fit_logistic(PREDICTED, rated)
    mapped = fitted.apply(np.linspace(-30.0, 50.0, 1000))
    assert np.isfinite(mapped).all()
    assert (np.diff(mapped) >= 0.0).all()
    slope, intercept = np.polyfit(PREDICTED, rated, 1)
    line = rmse(slope * PREDICTED + intercept, rated)
    assert rmse(fitted.apply(PREDICTED), rated) <= line * (1.0 + 1e-9)


def test_a_map_that_rises_keeps_the_rank_correlation():
    rng = np.random.default_rng(2)
    predicted = rng.normal(size=100)
    rated = np.tanh(predicted) + rng.normal(0.0, 0.3, 100)
    fitted = fit_logistic(predicted, rated)
    assert srcc(fitted.apply(predicted), rated) == pytest.approx(srcc(predicted, rated))


def test_predictions_against_the_ratings_give_a_constant_map():
    rng = np.random.default_rng(3)
    rated = -PREDICTED + rng.normal(0.0, 0.1, 200)
    fitted = fit_logistic(PREDICTED, rated)
    mapped = fitted.apply(PREDICTED)
    assert np.ptp(mapped) < 0.2
    assert mapped.mean() == pytest.approx(rated.mean(), abs=0.1)


def test_a_few_photos_get_a_least_squares_line():
    predicted, rated = [1.0, 2.0, 4.0], [1.0, 5.0, 6.0]
    fitted = fit_logistic(predicted, rated)
    slope, intercept = np.polyfit(predicted, rated, 1)
    assert fitted.is_linear
    np.testing.assert_allclose(fitted.apply([0.0, 10.0]), [intercept, 10.0 * slope + intercept])


def test_a_search_that_fails_falls_back_to_the_line(monkeypatch):
    class GotNowhere:
        success = False
        x = np.full(4, np.nan)

    monkeypatch.setattr("scipy.optimize.least_squares", lambda *_, **__: GotNowhere())
    fitted = fit_logistic(PREDICTED, np.tanh(PREDICTED))
    slope, intercept = np.polyfit(PREDICTED, np.tanh(PREDICTED), 1)
    assert fitted.is_linear
    np.testing.assert_allclose(fitted.apply([0.0, 1.0]), [intercept, slope + intercept])


def test_far_predictions_do_not_overflow():
    curve = LogisticMap(low=0.0, high=1.0, centre=0.0, width=1e-3, is_linear=False)
    np.testing.assert_array_equal(curve.apply([-1e9, 0.0, 1e9]), [0.0, 0.5, 1.0])


def test_one_number_and_tables_keep_their_shape():
    curve = LogisticMap(**STORED)
    assert curve.apply(0.5).shape == ()
    assert float(curve.apply(0.5)) == 50.0
    assert curve.apply(np.zeros((2, 3))).shape == (2, 3)


def test_the_map_survives_json():
    for rated in (np.tanh(PREDICTED), 2.0 * PREDICTED):
        fitted = fit_logistic(PREDICTED, rated)
        assert LogisticMap.from_json(json.loads(json.dumps(fitted.to_json()))) == fitted


def test_whole_numbers_from_json_become_floats():
    curve = LogisticMap.from_json(STORED | {"low": 10, "high": 90})
    assert isinstance(curve.low, float)
    assert curve == LogisticMap(**STORED)


def test_missing_or_unknown_entries_are_refused():
    without = {name: value for name, value in STORED.items() if name != "width"}
    for stored in (without, STORED | {"slope": 1.0}, {}):
        with pytest.raises(ModelFileError, match=r"score map has the entries .*; expected"):
            LogisticMap.from_json(stored)


def test_a_form_that_is_no_truth_value_is_refused():
    with pytest.raises(ModelFileError, match="is_linear of the score map is 'no', no bool"):
        LogisticMap.from_json(STORED | {"is_linear": "no"})


@pytest.mark.parametrize("bad", ["ten", None, [1.0]])
def test_entries_that_are_no_numbers_are_refused(bad):
    with pytest.raises(ModelFileError, match="something that is no number"):
        LogisticMap.from_json(STORED | {"low": bad})


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_numbers_that_are_not_finite_are_refused(bad):
    with pytest.raises(ModelFileError, match="not finite"):
        LogisticMap(**(STORED | {"centre": bad}))


@pytest.mark.parametrize("changes", [{"width": 0.0}, {"width": -1.0}, {"high": 9.0}])
def test_a_falling_map_is_refused(changes):
    with pytest.raises(ModelFileError, match="It must rise; refit it"):
        LogisticMap(**(STORED | changes))


def test_constant_scores_can_not_be_fitted():
    with pytest.raises(UndefinedMeasure, match="All predicted scores are 1"):
        fit_logistic([1.0] * 10, np.arange(10))
    with pytest.raises(UndefinedMeasure, match="All rated scores are 1"):
        fit_logistic(np.arange(10), [1.0] * 10)


def test_scores_that_are_all_the_same_are_mapped_to_the_mean_label():
    rng = np.random.default_rng(5)
    rated = rng.uniform(10, 90, 60)
    same = fit_score_map(np.full(60, 50.0), rated)
    assert same.apply([0.0, 50.0, 99.0]) == pytest.approx([rated.mean()] * 3)
    predicted = rated + rng.normal(0, 5, 60)
    assert fit_score_map(predicted, rated) == fit_logistic(predicted, rated)
