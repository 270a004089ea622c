"""One ranking of all models."""

import math
import random

import numpy as np
import pytest
from scipy import optimize

from engine.contest.ranking import rank_models, strengths
from engine.errors import ContestError


def test_two_models_by_hand(made_up):
    judged = [
        made_up.said(90, "a", "b", level=1),
        made_up.said(10, "a", "b", level=2),
        made_up.said(0, "b", "a", level=1),  # half a match to each
        made_up.said(-30, "b", "a", level=2),  # b's claim is the wrong way round: a's match
    ]
    ranking = rank_models(("b", "a"), judged, num_resamples=10)
    first, second = ranking.standings
    assert (first.model, second.model) == ("a", "b")
    assert first.strength - second.strength == pytest.approx(math.log((3.5 + 0.5) / (0.5 + 0.5)))
    assert first.strength == pytest.approx(-second.strength)
    assert ranking.num_answers == 4


def test_strengths_are_the_most_likely_ones():
    wins = np.array([[0, 8, 9.5, 3], [2, 0, 6, 1], [0.5, 4, 0, 2], [1, 5, 4, 0]])
    counts = wins + 0.5 * (1 - np.eye(4))

    def unlikelihood(free):
        values = np.append(free, -free.sum())
        return (counts * np.log1p(np.exp(values[None] - values[:, None]))).sum()

    best = optimize.minimize(unlikelihood, np.zeros(3), tol=1e-12).x
    np.testing.assert_allclose(strengths(wins), np.append(best, -best.sum()), atol=1e-4)


def test_who_wins_everything_is_not_infinitely_strong():
    values = strengths([[0, 10], [0, 0]])
    assert values[0] - values[1] == pytest.approx(math.log(10.5 / 0.5))


def test_any_small_table_has_strengths_without_a_warning():
    rng = np.random.default_rng(0)
    for _ in range(300):
        wins = rng.integers(0, 4, (2, 2)) / 2
        values = strengths(wins)
        expected = math.log((wins[0, 1] + 0.5) / (wins[1, 0] + 0.5))
        assert values[0] - values[1] == pytest.approx(expected, abs=1e-6)


def test_the_order_of_the_answers_has_no_influence(made_up):
    pool, *_, judged = made_up.play({"a": 5, "b": 10, "c": 20}, seed=3, num_answers=60)
    shuffled = list(judged)
    random.Random(0).shuffle(shuffled)
    ranking = rank_models(pool.models, judged, num_resamples=50)
    assert rank_models(pool.models, shuffled, num_resamples=50) == ranking
    assert rank_models(pool.models[::-1], judged, num_resamples=50) == ranking


def test_intervals_shrink_with_more_answers_and_hold_the_value(made_up):
    widths = []
    for num_answers in (24, 240):
        pool, *_, judged = made_up.play({"a": 5, "b": 12}, seed=1, num_answers=num_answers)
        first = rank_models(pool.models, judged, num_resamples=200).standings[0]
        assert first.low <= first.strength <= first.high
        widths.append(first.high - first.low)
    assert widths[1] < 0.7 * widths[0]


def test_several_raters_are_redrawn_too(made_up):
    judged = [
        made_up.said(50 if rater == "Ada" else -50, "a", "b", level=level, rater=rater)
        for level in range(1, 7)
        for rater in ("Ada", "Bob")
    ]
    ranking = rank_models(("a", "b"), judged, num_resamples=200)
    first = ranking.standings[0]
    assert first.strength == pytest.approx(0, abs=1e-9)
    assert first.high == pytest.approx(math.log(12.5 / 0.5) / 2)  # Ada alone, drawn twice
    assert ranking.share_better["a", "b"] == pytest.approx(0.5, abs=0.1)
    assert ranking.share_better["a", "b"] + ranking.share_better["b", "a"] == pytest.approx(1)


def test_without_answers_there_is_no_ranking(made_up):
    control = made_up.pair(None, None, level=0)
    judged = [made_up.said(50, None, None, level=0)]
    assert control.is_control
    with pytest.raises(ContestError, match="no ranking yet"):
        rank_models(("a", "b"), judged)


def test_a_hundred_answers_find_the_better_of_two_models(made_up):
    found = 0
    for seed in range(100):
        pool, *_, judged = made_up.play({"worse": 15, "better": 6}, seed=seed, num_answers=100)
        found += rank_models(pool.models, judged, num_resamples=1).standings[0].model == "better"
    assert found >= 95


def test_a_hundred_answers_find_the_best_of_three_models(made_up):
    found = 0
    for seed in range(100):
        pool, *_, judged = made_up.play({"a": 15, "best": 6, "c": 12}, seed=seed, num_answers=100)
        found += rank_models(pool.models, judged, num_resamples=1).standings[0].model == "best"
    assert found >= 95


def test_two_equally_good_models_are_not_told_apart(made_up):
    sure = 0
    for seed in range(40):
        pool, *_, judged = made_up.play({"a": 10, "b": 10}, seed=seed, num_answers=100)
        share = rank_models(pool.models, judged, num_resamples=100).share_better["a", "b"]
        sure += not 0.025 < share < 0.975
    assert sure <= 6
