import numpy as np
import pytest
from scipy import stats

from trainer.figures import epoch_agreement, summarise, summary

RNG = np.random.default_rng(5)
RATED = RNG.uniform(10, 90, 60)
PREDICTED = 0.5 * RATED + RNG.normal(0, 8, 60)
CONSTANT = np.full(60, 50.0)


def stored(value):
    """The figures of a report; None where a correlation has no value."""
    figure = None if value is None else {"value": value, "low": None, "high": None}
    names = ("srcc", "plcc", "plcc_mapped", "krcc")
    return {**dict.fromkeys(names, figure), "rmse": {"value": 0.5, "low": 0.4, "high": 0.6}}


def test_agreement_with_a_constant_is_none_at_all():
    assert epoch_agreement(CONSTANT, RATED) == (0.0, 0.0)
    srcc, plcc = epoch_agreement(PREDICTED, RATED)
    assert srcc == pytest.approx(stats.spearmanr(PREDICTED, RATED).statistic)
    assert plcc == pytest.approx(stats.pearsonr(PREDICTED, RATED).statistic)


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
    whole, lost = stored(0.9), stored(None)
    entries = [
        {"teacher": {"figures": whole}, "student": {"figures": whole}},
        {"student": {"figures": lost}},
    ]
    found = summary(entries)
    assert found.keys() == {"student"}
    assert found["student"]["srcc"] is None
    assert found["student"]["rmse"]["num_repeats"] == 2
