import numpy as np
import pytest
from scipy import stats

from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap, fit_logistic
from trainer.figures import (
    agreement,
    compare,
    fit_map,
    measure_figures,
    summarise,
    summary,
)

RNG = np.random.default_rng(5)
RATED = RNG.uniform(10, 90, 60)
PREDICTED = 0.5 * RATED + RNG.normal(0, 8, 60)
RANGE = LabelScale(low=1.0, high=5.0, higher_is_better=True)
CONSTANT = np.full(60, 50.0)


def figures(predicted=PREDICTED, rated=RATED, logistic=None, units=RANGE):
    logistic = fit_logistic(PREDICTED, RATED) if logistic is None else logistic
    return measure_figures(
        predicted, rated, logistic, to_label_units=units.from_0_100, num_resamples=100
    )


def test_figures_are_those_of_scipy():
    found = figures()
    mapped = fit_logistic(PREDICTED, RATED).apply(PREDICTED)
    assert found["num_photos"] == 60
    assert found["srcc"]["value"] == pytest.approx(stats.spearmanr(PREDICTED, RATED).statistic)
    assert found["plcc"]["value"] == pytest.approx(stats.pearsonr(PREDICTED, RATED).statistic)
    assert found["krcc"]["value"] == pytest.approx(stats.kendalltau(PREDICTED, RATED).statistic)
    assert found["plcc_mapped"]["value"] == pytest.approx(stats.pearsonr(mapped, RATED).statistic)
    for name in ("srcc", "plcc", "krcc", "plcc_mapped", "rmse"):
        assert found[name]["low"] < found[name]["value"] < found[name]["high"]


def test_rmse_is_in_the_units_of_the_labels_whichever_way_they_run():
    mapped = fit_logistic(PREDICTED, RATED).apply(PREDICTED)
    on_100 = float(np.sqrt(np.mean((mapped - RATED) ** 2)))
    assert figures()["rmse"]["value"] == pytest.approx(on_100 * 4 / 100)
    dmos = LabelScale(low=0.0, high=1.0, higher_is_better=False)
    assert figures(units=dmos)["rmse"]["value"] == pytest.approx(on_100 / 100)


def test_a_network_that_says_the_same_of_every_photo_has_no_correlations():
    found = figures(CONSTANT, logistic=fit_map(CONSTANT, RATED))
    assert [found[name] for name in ("srcc", "plcc", "plcc_mapped", "krcc")] == [None] * 4
    assert found["rmse"]["value"] == pytest.approx(RATED.std() * 4 / 100)


def test_a_map_that_is_constant_leaves_only_the_mapped_figure_without_a_value():
    flat = LogisticMap(low=40.0, high=40.0, centre=50.0, width=1.0, is_linear=True)
    found = figures(logistic=flat)
    assert found["plcc_mapped"] is None
    assert found["srcc"]["value"] > 0.5


def test_a_figure_keeps_its_value_where_redrawn_photos_give_no_interval():
    flat = LogisticMap(low=0.0, high=100.0, centre=50.0, width=50.0, is_linear=True)
    found = figures(np.array([20.0, 60.0]), np.array([30.0, 50.0]), logistic=flat)
    assert found["srcc"] == {"value": pytest.approx(1.0), "low": None, "high": None}


def test_agreement_with_a_constant_is_none_at_all():
    assert agreement(CONSTANT, RATED) == (0.0, 0.0)
    srcc, plcc = agreement(PREDICTED, RATED)
    assert srcc == pytest.approx(stats.spearmanr(PREDICTED, RATED).statistic)
    assert plcc == pytest.approx(stats.pearsonr(PREDICTED, RATED).statistic)


def test_scores_that_are_all_the_same_are_mapped_to_the_mean_label():
    assert fit_map(CONSTANT, RATED).apply([0.0, 50.0, 99.0]) == pytest.approx([RATED.mean()] * 3)
    assert fit_map(PREDICTED, RATED) == fit_logistic(PREDICTED, RATED)


def test_two_models_are_compared_on_the_same_photos():
    better = RATED + RNG.normal(0, 2, 60)
    found = compare(better, PREDICTED, RATED)
    assert found["srcc"]["value"] == pytest.approx(
        stats.spearmanr(better, RATED).statistic - stats.spearmanr(PREDICTED, RATED).statistic
    )
    assert found["plcc"]["low"] > 0
    assert compare(better, CONSTANT, RATED) == {"srcc": None, "plcc": None}


def test_repeats_are_summed_up_as_mean_and_spread():
    assert summarise([0.8, 0.9, 0.85]) == {
        "mean": pytest.approx(0.85),
        "std": pytest.approx(0.05),
        "median": pytest.approx(0.85),
        "num_repeats": 3,
    }
    assert summarise([0.8]) == {"mean": 0.8, "std": 0.0, "median": 0.8, "num_repeats": 1}


def test_a_repeat_without_a_value_leaves_no_mean_to_be_proud_of():
    assert summarise([0.8, None]) is None
    assert summarise([]) is None


def test_the_summary_holds_what_every_repeat_trained():
    whole, lost = figures(), figures(CONSTANT)
    entries = [
        {"teacher": {"figures": whole}, "student": {"figures": whole}},
        {"student": {"figures": lost}},
    ]
    found = summary(entries)
    assert found.keys() == {"student"}
    assert found["student"]["srcc"] is None
    assert found["student"]["rmse"]["num_repeats"] == 2
