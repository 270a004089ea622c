import numpy as np
import pytest
from scipy.linalg import null_space
from scipy.stats import multivariate_normal

from engine.personal.ridge import fit_ridge


def made_up(num_photos, num_features, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(num_photos, num_features))
    model = rng.normal(50, 10, num_photos)
    scores = 5 + 0.7 * model + 6 * features[:, 0] + 3 * rng.normal(size=num_photos)
    return features, model, scores


@pytest.mark.parametrize(("num_photos", "num_features"), [(40, 90), (200, 30)])
def test_weights_and_line_are_those_of_the_normal_equations(num_photos, num_features):
    features, model, scores = made_up(num_photos, num_features)
    fit = fit_ridge(features, model, scores)
    columns = np.column_stack([np.ones(num_photos), model, features])
    penalties = fit.penalty * np.diag([0, model.var()] + [num_features] * num_features)
    wanted = np.linalg.solve(columns.T @ columns + penalties, columns.T @ scores)
    assert fit.weights_F == pytest.approx(wanted[2:], abs=1e-6)
    assert fit.line == pytest.approx(wanted[:2], abs=1e-4)


@pytest.mark.parametrize(("num_photos", "num_features"), [(40, 90), (200, 30)])
def test_the_spread_is_that_of_bayesian_regression(num_photos, num_features):
    features, model, scores = made_up(num_photos, num_features)
    fit = fit_ridge(features, model, scores)
    columns = np.column_stack([np.ones(num_photos), model, features])
    assert fit.noise**2 == pytest.approx(fit.penalty * fit.signal**2)
    precision = columns.T @ columns / fit.noise**2
    precision += np.diag([0, model.var()] + [num_features] * num_features) / fit.signal**2
    others, of_others = made_up(3, num_features, seed=1)[0], np.array([50.0, 60.0, 30.0])
    asked = np.column_stack([np.ones(3), of_others, others])
    wanted = np.sqrt(np.einsum("ij,jk,ik->i", asked, np.linalg.inv(precision), asked))
    assert fit.spread(others, of_others) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(("num_photos", "num_features"), [(60, 90), (90, 20)])
def test_the_penalty_makes_the_labels_likeliest(num_photos, num_features):
    features, model, scores = made_up(num_photos, num_features)
    fit = fit_ridge(features, model, scores)
    standardised = (model - model.mean()) / model.std()
    products = features @ features.T / num_features + np.outer(standardised, standardised)
    contrasts = null_space(np.ones((1, num_photos)))  # restricted: the mean has no say

    def unlikely(penalty):
        covariance = contrasts.T @ (products + penalty * np.eye(num_photos)) @ contrasts
        asked = contrasts.T @ scores
        variance = asked @ np.linalg.solve(covariance, asked) / len(asked)
        return -multivariate_normal(cov=variance * covariance).logpdf(asked)

    assert unlikely(fit.penalty) <= min(unlikely(fit.penalty / 2), unlikely(2 * fit.penalty))


def test_features_that_say_nothing_leave_the_line_of_the_model():
    rng = np.random.default_rng(0)
    model = rng.normal(50, 10, 80)
    fit = fit_ridge(rng.normal(size=(80, 40)), model, 20 + 0.5 * model)
    assert fit.line == pytest.approx((20, 0.5), abs=0.05)
    assert np.abs(fit.weights_F).max() < 0.05


def test_a_model_that_gives_one_score_to_all_has_no_slope():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(30, 4))
    fit = fit_ridge(features, np.full(30, 42.0), 50 + 5 * features[:, 1])
    assert fit.line[1] == 0
    assert fit.predict(features, np.full(30, 42.0)) == pytest.approx(
        50 + 5 * features[:, 1], abs=0.6
    )


def test_the_spread_grows_away_from_the_labels():
    features, model, scores = made_up(40, 5)
    fit = fit_ridge(features, model, scores)
    near = fit.spread(features[:1], model[:1])
    far = fit.spread(20 * features[:1], model[:1])
    assert far > 5 * near
