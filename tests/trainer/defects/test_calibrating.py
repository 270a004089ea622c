"""Levels that are quiet on clean photos, for every kind alike."""

import numpy as np
import pytest

from trainer.defects.calibrating import quiet_levels


def levels_for(loudest, *, false_alarms):
    return quiet_levels(loudest, np.zeros_like(loudest), false_alarms=false_alarms)


def alarms(levels, loudest):
    return loudest >= np.array([level.proof for level in levels])


def test_quiet_levels_alarm_on_no_more_clean_photos_than_asked():
    loudest = np.random.default_rng(2).normal([-3, 0, 2], 1.5, (200, 3))

    levels = levels_for(loudest, false_alarms=0.05)

    assert 0.02 < alarms(levels, loudest).any(axis=1).mean() <= 0.05


def test_an_alarm_is_spent_where_it_lowers_a_level_most():
    loudest = np.array([[0.0, 1.0], [0.1, 5.0], [0.3, 1.1], [0.2, 1.2]])

    first, second = levels_for(loudest, false_alarms=0.25)

    assert first.proof == pytest.approx(0.3, abs=0.01)  # no alarm was left for it
    assert second.proof == pytest.approx(1.2, abs=0.01)  # the 5.0 may alarm


def test_a_photo_that_alarms_anyway_costs_no_second_time():
    loudest = np.array([[9.0, 7.0], [0.1, 0.0], [0.0, 0.2], [0.2, 0.1]])

    first, second = levels_for(loudest, false_alarms=0.25)

    assert first.proof == pytest.approx(0.2, abs=0.01)
    assert second.proof == pytest.approx(0.2, abs=0.01)


def test_without_leave_to_alarm_no_clean_photo_does():
    loudest = np.random.default_rng(4).normal(0, 1, (50, 4))

    assert not alarms(levels_for(loudest, false_alarms=0.0), loudest).any()


def test_a_defect_reaches_to_the_networks_own_half_but_never_past_its_proof():
    loudest = np.array([[3.0, -2.0]] * 20)

    loud, quiet = levels_for(loudest, false_alarms=0.0)

    assert loud.extent == -0.5 < loud.proof
    assert quiet.extent == quiet.proof < -1.9


def test_no_clean_photo_alarms_by_the_size_of_an_area():
    widest = np.random.default_rng(5).uniform(0, 0.3, (40, 2))

    levels = quiet_levels(np.zeros((40, 2)), widest, false_alarms=0.0)

    assert all(level.reach > most for level, most in zip(levels, widest.max(axis=0), strict=True))


def test_a_kind_that_is_nowhere_in_clean_photos_still_needs_a_fiftieth():
    assert levels_for(np.zeros((9, 1)), false_alarms=0.0)[0].reach == 0.02


def test_photos_must_be_the_same():
    with pytest.raises(ValueError, match="not of the same photos"):
        quiet_levels(np.zeros((3, 2)), np.zeros((2, 2)), false_alarms=0.0)
