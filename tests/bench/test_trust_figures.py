"""Figures of the proof: intervals against other arithmetic, and targets."""

import math

import numpy as np
import pytest
from scipy import stats

from bench.trust_figures import Measured, Row, Target, agreement_of, mean_of, share_of


@pytest.mark.parametrize(("num_true", "num"), [(0, 24), (7, 24), (24, 24), (329, 336)])
def test_the_interval_of_a_share_is_wilsons(num_true, num):
    found = share_of([True] * num_true + [False] * (num - num_true))

    z, share = 1.959964, num_true / num
    middle = (share + z**2 / (2 * num)) / (1 + z**2 / num)
    half = z / (1 + z**2 / num) * math.sqrt(share * (1 - share) / num + z**2 / (4 * num**2))
    assert found.value == share
    assert found.low == pytest.approx(middle - half, abs=1e-6)
    assert found.high == pytest.approx(middle + half, abs=1e-6)
    assert found.num == num


def test_the_interval_of_a_mean_is_about_two_standard_errors_to_each_side():
    values = np.random.default_rng(0).normal(10, 2, 400)

    found = mean_of(list(values))

    error = values.std() / math.sqrt(400)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.3 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.3 * error)


def test_agreement_is_the_correlation_of_ranks():
    rng = np.random.default_rng(1)
    rated = rng.random(60)
    predicted = rated**3 + rng.normal(0, 0.2, 60)

    found = agreement_of(predicted, rated)

    assert found.value == pytest.approx(stats.spearmanr(predicted, rated).statistic)
    assert found.low < found.value < found.high
    assert found.num == 60


def test_what_has_no_figure_has_none():
    assert share_of([]) is None
    assert mean_of([3.0]) is None
    assert agreement_of(np.zeros(1), np.zeros(1)) is None
    assert agreement_of(np.zeros(5), np.arange(5.0)) is None


def test_a_row_knows_whether_its_target_is_met():
    high = Measured(value=0.97, low=0.9, high=1.0, num=40)

    def row(target, measured=high):
        return Row(measure="peak", measured=measured, sample="40 defects", target=target)

    assert row(Target(bound=0.95)).is_met is True
    assert row(Target(bound=0.98)).is_met is False
    assert row(Target(bound=0.05, is_most=True)).is_met is False
    assert row(Target(bound=0.98, is_most=True)).is_met is True
    assert row(None).is_met is None
    assert row(Target(bound=0.5), measured=None).is_met is False


@pytest.mark.parametrize("measured", [None, Measured(value=0.5, low=0.4, high=0.6, num=9)])
@pytest.mark.parametrize("target", [None, Target(bound=0.1, is_most=True)])
def test_a_stored_row_comes_back(measured, target):
    row = Row(
        measure="alarms", measured=measured, sample="9 photos", of="fog", unit="%", target=target
    )

    assert Row.from_json(row.to_json()) == row
    assert row.key == "fog: alarms"
