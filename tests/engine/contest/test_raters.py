"""Raters who answer unlike everyone else."""

import numpy as np

from engine.contest.raters import check_raters, screened


def answers(made_up, table):
    """`table` holds the answers of every rater, one number per pair."""
    return [
        made_up.said(value, "a", "b", level=level, rater=rater)
        for rater, values in table.items()
        for level, value in enumerate(values)
    ]


def test_outliers_by_hand(made_up):
    # Ten times 0 and once 100: mean 100/11, deviation 30.2, kurtosis 9.1, so the bound is
    # sqrt(20) * 30.2 = 134.8 and nobody is outside.
    table = {f"r{index:02d}": [0] for index in range(10)} | {"odd": [100]}
    assert all(check.num_above == 0 for check in check_raters(answers(made_up, table)))
    # 0 0 40 40 40 40 40 40 80 80 and so on are about normal: two deviations are the bound.
    values = [-40, -20, -20, 0, 0, 0, 0, 20, 20, 100]
    table = {f"r{index}": [value] for index, value in enumerate(values)}
    deviation = np.std(values, ddof=1)
    centred = np.array(values) - np.mean(values)
    kurtosis = (centred**4).mean() / (centred**2).mean() ** 2
    bound = 2 * deviation if 2 <= kurtosis <= 4 else np.sqrt(20) * deviation
    expected = [int(value >= bound) for value in centred]
    assert [check.num_above for check in check_raters(answers(made_up, table))] == expected


def test_who_answers_at_random_is_left_out_and_who_is_strict_is_not(made_up):
    rng = np.random.default_rng(4)
    truth = rng.uniform(-60, 60, 100)
    table = {f"r{index:02d}": truth + rng.normal(0, 8, 100) for index in range(12)}
    table["random"] = rng.uniform(-100, 100, 100)
    table["strict"] = truth - 30
    judged = answers(made_up, table)
    left_out = [check.rater for check in check_raters(judged) if check.is_left_out]
    assert left_out == ["random"]
    assert {one.rater for one in screened(judged, check_raters(judged))} == set(table) - {"random"}


def test_of_two_raters_neither_is_the_outlier(made_up):
    table = {"Ada": [100] * 20, "Bob": [-100] * 20}
    assert not any(check.is_left_out for check in check_raters(answers(made_up, table)))
