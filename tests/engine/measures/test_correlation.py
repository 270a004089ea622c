import itertools
import math

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.metrics import mean_squared_error

from engine.errors import UndefinedMeasure
from engine.measures.correlation import krcc, plcc, rmse, srcc

MEASURES = [srcc, plcc, krcc, rmse]
CORRELATIONS = [srcc, plcc, krcc]


def random_scores(seed, num_photos=60, *, has_ties=False):
    rng = np.random.default_rng(seed)
    rated = rng.normal(50.0, 20.0, num_photos)
    predicted = rated + rng.normal(0.0, 15.0, num_photos)
    return (np.round(predicted, -1), np.round(rated, -1)) if has_ties else (predicted, rated)


@pytest.mark.parametrize("has_ties", [False, True])
@pytest.mark.parametrize("num_photos", [5, 60, 1000])
def test_correlations_agree_with_scipy(has_ties, num_photos):
    for seed in range(5):
        scores = random_scores(seed, num_photos, has_ties=has_ties)
        assert srcc(*scores) == pytest.approx(stats.spearmanr(*scores).statistic, abs=1e-12)
        assert plcc(*scores) == pytest.approx(stats.pearsonr(*scores).statistic, abs=1e-12)


def test_rmse_agrees_with_scikit_learn():
    for seed in range(5):
        scores = random_scores(seed)
        assert rmse(*scores) == pytest.approx(math.sqrt(mean_squared_error(*scores)), rel=1e-12)


@pytest.mark.parametrize("has_ties", [False, True])
def test_krcc_agrees_with_counting_pairs(has_ties):
    for seed in range(10):
        predicted, rated = random_scores(seed, 25, has_ties=has_ties)
        balance = pairs_apart_predicted = pairs_apart_rated = 0
        for i, j in itertools.combinations(range(25), 2):
            order_predicted = int(np.sign(predicted[i] - predicted[j]))
            order_rated = int(np.sign(rated[i] - rated[j]))
            balance += order_predicted * order_rated
            pairs_apart_predicted += abs(order_predicted)
            pairs_apart_rated += abs(order_rated)
        expected = balance / math.sqrt(pairs_apart_predicted * pairs_apart_rated)
        assert krcc(predicted, rated) == pytest.approx(expected, abs=1e-12)


def test_figures_by_hand():
    predicted, rated = [1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]
    assert srcc(predicted, rated) == pytest.approx(1.0 - 6.0 * 2.0 / (4.0 * 15.0))
    assert plcc(predicted, rated) == pytest.approx(0.8)
    assert krcc(predicted, rated) == pytest.approx((5 - 1) / 6)
    assert rmse(predicted, rated) == pytest.approx(math.sqrt(0.5))


def test_a_tied_pair_shares_its_mean_rank():
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, sums of squares 4.5 and 5
    assert srcc([1, 7, 7, 9], [1, 2, 3, 4]) == pytest.approx(4.5 / math.sqrt(4.5 * 5.0))


@pytest.mark.parametrize("measure", CORRELATIONS)
def test_a_perfect_order_is_one_and_its_opposite_minus_one(measure):
    scores = np.linspace(0.0, 1.0, 7)
    assert measure(scores, 3.0 * scores + 2.0) == pytest.approx(1.0)
    assert measure(scores, -scores) == pytest.approx(-1.0)
    assert abs(measure(scores, scores)) <= 1.0


@pytest.mark.parametrize("measure", CORRELATIONS)
@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1e12, 1e300])
def test_correlations_stay_exact_at_extreme_scales(measure, scale):
    predicted, rated = random_scores(0)
    expected = measure(predicted, rated)
    assert measure(predicted * scale, rated / scale) == pytest.approx(expected, abs=1e-9)


def test_a_tiny_spread_around_a_large_value_is_still_measured():
    assert plcc([1e6, 1e6 + 1e-6, 1e6 + 2e-6], [1, 2, 3]) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("measure", MEASURES)
def test_lists_arrays_and_tensors_give_the_same_figure(measure):
    predicted, rated = (scores.astype(np.float32) for scores in random_scores(1))
    expected = measure(predicted, rated)
    assert isinstance(expected, float)
    assert measure(predicted.tolist(), rated.tolist()) == expected
    assert measure(torch.tensor(predicted, requires_grad=True), torch.tensor(rated)) == expected


@pytest.mark.parametrize("measure", MEASURES)
def test_bfloat16_tensors_are_taken(measure):
    predicted, rated = (torch.tensor(scores).bfloat16() for scores in random_scores(2))
    assert measure(predicted, rated) == measure(predicted.tolist(), rated.tolist())


@pytest.mark.parametrize("measure", MEASURES)
def test_different_lengths_are_refused(measure):
    with pytest.raises(UndefinedMeasure, match="3 predicted but 2 rated scores"):
        measure([1, 2, 3], [1, 2])


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("scores", [[], [1.0]])
def test_fewer_than_two_photos_are_refused(measure, scores):
    with pytest.raises(UndefinedMeasure, match="give at least 2"):
        measure(scores, scores)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_scores_that_are_not_finite_are_refused(measure, bad):
    with pytest.raises(UndefinedMeasure, match="One of the predicted scores is NaN or infinite"):
        measure([1.0, bad, 3.0], [1.0, 2.0, 3.0])
    with pytest.raises(UndefinedMeasure, match="One of the rated scores is NaN or infinite"):
        measure([1.0, 2.0, 3.0], [1.0, 2.0, bad])


@pytest.mark.parametrize("measure", MEASURES)
def test_tables_are_refused(measure):
    with pytest.raises(UndefinedMeasure, match=r"rated scores have the shape \(2, 1\)"):
        measure([1.0, 2.0], [[1.0], [2.0]])


@pytest.mark.parametrize("measure", CORRELATIONS)
def test_a_correlation_with_a_constant_is_refused(measure):
    with pytest.raises(UndefinedMeasure, match=r"All predicted scores are 0\.3, so agreement is"):
        measure([0.3] * 5, [1, 2, 3, 4, 5])
    with pytest.raises(UndefinedMeasure, match="All rated scores are 7"):
        measure([1, 2, 3], [7, 7, 7])


def test_rmse_of_constants_is_defined():
    assert rmse([3.0, 3.0], [1.0, 1.0]) == 2.0
