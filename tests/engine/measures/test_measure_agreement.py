import numpy as np
import pytest
from scipy import stats

from engine.measures.agreement import Figure, Undefined
from engine.measures.correlation import plcc, srcc
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap, fit_logistic, fit_score_map
from engine.measures.measure_agreement import measure_agreement, measure_gain

RNG = np.random.default_rng(5)
RATED = RNG.uniform(10, 90, 60)
PREDICTED = 0.5 * RATED + RNG.normal(0, 8, 60)
SCALE = LabelScale(low=1.0, high=5.0, higher_is_better=True)
CONSTANT = np.full(60, 50.0)
SAME = LogisticMap(low=0.0, high=100.0, centre=50.0, width=50.0, is_linear=True)


def agreement(predicted=PREDICTED, rated=RATED, score_map=None, scale=SCALE):
    score_map = fit_logistic(PREDICTED, RATED) if score_map is None else score_map
    return measure_agreement(predicted, rated, score_map=score_map, scale=scale, num_resamples=100)


def test_figures_are_those_of_scipy():
    found = agreement()
    mapped = fit_logistic(PREDICTED, RATED).apply(PREDICTED)
    assert found.num_photos == 60
    assert found.srcc.value == pytest.approx(stats.spearmanr(PREDICTED, RATED).statistic)
    assert found.plcc.value == pytest.approx(stats.pearsonr(PREDICTED, RATED).statistic)
    assert found.krcc.value == pytest.approx(stats.kendalltau(PREDICTED, RATED).statistic)
    assert found.plcc_mapped.value == pytest.approx(stats.pearsonr(mapped, RATED).statistic)
    for figure in found.defined().values():
        assert figure.low < figure.value < figure.high


def test_rmse_is_in_the_units_of_the_labels_whichever_way_they_run():
    mapped = fit_logistic(PREDICTED, RATED).apply(PREDICTED)
    on_100 = float(np.sqrt(np.mean((mapped - RATED) ** 2)))
    assert agreement().rmse.value == pytest.approx(on_100 * 4 / 100)
    dmos = LabelScale(low=0.0, high=1.0, higher_is_better=False)
    assert agreement(scale=dmos).rmse.value == pytest.approx(on_100 / 100)


def test_a_network_that_says_the_same_of_every_photo_has_no_correlations():
    found = agreement(CONSTANT, score_map=fit_score_map(CONSTANT, RATED))
    undefined = [found.srcc, found.plcc, found.plcc_mapped, found.krcc]
    assert undefined == [Undefined.SCORES_ALIKE] * 4
    assert found.rmse.value == pytest.approx(RATED.std() * 4 / 100)


def test_a_map_that_is_constant_leaves_only_the_mapped_figure_without_a_value():
    flat = LogisticMap(low=40.0, high=40.0, centre=50.0, width=1.0, is_linear=True)
    found = agreement(score_map=flat)
    assert found.plcc_mapped is Undefined.FLAT_MAP
    assert found.srcc.value > 0.5


def test_without_a_map_only_the_figures_before_it_have_a_value():
    found = measure_agreement(PREDICTED, RATED, score_map=None, scale=SCALE, num_resamples=100)
    assert list(found.defined()) == ["srcc", "plcc", "krcc"]
    assert (found.plcc_mapped, found.rmse) == (Undefined.NO_MAP, Undefined.NO_MAP)


@pytest.mark.parametrize(
    ("predicted", "rated", "why"),
    [
        (PREDICTED, CONSTANT, Undefined.RATINGS_ALIKE),
        (CONSTANT, CONSTANT, Undefined.RATINGS_ALIKE),
        (PREDICTED[:1], RATED[:1], Undefined.TOO_FEW_PHOTOS),
        ([], [], Undefined.TOO_FEW_PHOTOS),
        ([np.nan, 1.0, 2.0], [1.0, 2.0, 3.0], Undefined.NOT_FINITE),
    ],
)
def test_why_there_is_no_correlation_is_named(predicted, rated, why):
    found = agreement(np.array(predicted), np.array(rated))
    assert {found.srcc, found.plcc, found.plcc_mapped, found.krcc} == {why}
    assert (found.rmse is why) == (why is not Undefined.RATINGS_ALIKE)


def test_a_figure_keeps_its_value_where_redrawn_photos_give_no_interval():
    found = agreement(np.array([20.0, 60.0]), np.array([30.0, 50.0]), score_map=SAME)
    assert found.srcc == Figure(value=pytest.approx(1.0))
    assert found.rmse.low is not None


def test_two_models_are_compared_on_the_same_photos():
    better = RATED + RNG.normal(0, 2, 60)
    found = measure_gain(srcc, better, PREDICTED, RATED)
    assert found.value == pytest.approx(
        stats.spearmanr(better, RATED).statistic - stats.spearmanr(PREDICTED, RATED).statistic
    )
    assert measure_gain(plcc, better, PREDICTED, RATED).low > 0


def test_a_gain_over_scores_that_are_all_the_same_is_no_number():
    assert measure_gain(srcc, PREDICTED, CONSTANT, RATED) is Undefined.SCORES_ALIKE
    assert measure_gain(srcc, CONSTANT, PREDICTED, RATED) is Undefined.SCORES_ALIKE


def test_a_gain_that_hangs_on_single_photos_has_no_interval():
    # Most redrawn sets lack one of the photos that differ.
    first, second, third = np.eye(10)[:3]
    assert measure_gain(srcc, first, second, third) == Figure(value=pytest.approx(0.0))
    assert measure_gain(srcc, third, second, third) == Figure(value=pytest.approx(10 / 9))
