"""Levels: a half where both are equally likely, and quiet on clean photos."""

import numpy as np
import pytest
from scipy import special
from sklearn.linear_model import LogisticRegression

from engine.defects.defect_card import KindLevel
from trainer.defects.calibrating import fitted_level, quiet_levels


def test_the_fit_is_that_of_a_logistic_regression():
    rng = np.random.default_rng(0)
    planted, clean = rng.normal(1.0, 1.5, 4000), rng.normal(-1.5, 1.5, 4000)
    logits = np.concatenate([planted, clean])[:, None]
    truth = np.repeat([1, 0], 4000)
    theirs = LogisticRegression(C=1e6).fit(logits, truth)

    level = fitted_level(planted, clean)

    assert level.factor == pytest.approx(float(theirs.coef_[0, 0]), rel=0.01)
    assert level.shift == pytest.approx(float(theirs.intercept_[0]), abs=0.02)


def test_both_sides_count_the_same_however_many_there_are():
    rng = np.random.default_rng(1)
    planted, clean = rng.normal(2, 1, 500), rng.normal(-2, 1, 50_000)

    level = fitted_level(planted, clean)

    assert -level.shift / level.factor == pytest.approx(0, abs=0.15)


def test_too_few_places_leave_a_kind_as_it_is():
    assert fitted_level(np.zeros(3), np.zeros(100)) == KindLevel()


def test_quiet_levels_alarm_on_no_more_clean_photos_than_asked():
    rng = np.random.default_rng(2)
    loudest = rng.normal([-3, 0, 2], 1.5, (200, 3))
    levels = [KindLevel(factor=1.5, shift=0.2), KindLevel(), KindLevel(factor=0.7)]

    quiet = quiet_levels(levels, loudest, false_alarms=0.05)

    factors, shifts = (
        np.array([getattr(one, name) for one in quiet]) for name in ("factor", "shift")
    )
    alarms = (special.expit(factors * loudest + shifts) >= 0.5).any(axis=1).mean()
    assert 0 < alarms <= 0.05
    assert [one.factor for one in quiet] == [one.factor for one in levels]


def test_a_kind_that_is_quiet_already_is_made_no_bolder():
    loudest = np.full((50, 1), -6.0)

    quiet = quiet_levels([KindLevel()], loudest, false_alarms=0.05)

    assert quiet[0].shift == pytest.approx(0, abs=1e-5)
