"""One ranking of all models."""

import random

import numpy as np
import pytest
from scipy import special

from engine.contest.ranking import rank_models
from engine.errors import ContestError


def test_two_models_by_hand(made_up):
    judged = [
        made_up.said(90, "a", "b", level=1),
        made_up.said(10, "a", "b", level=2),
        made_up.said(0, "b", "a", level=1),  # half a match to each
        made_up.said(-30, "b", "a", level=2),  # b's claim is the wrong way round: a's match
    ]
    ranking = rank_models(("b", "a"), judged, num_draws=100)
    first, second = ranking.standings
    assert (first.model, second.model) == ("a", "b")
    # At the peak the matches pull as hard as the prior: 3.5 - 4 * chance of a = strength of a.
    chance = special.expit(first.strength - second.strength)
    assert 3.5 - 4 * chance == pytest.approx(first.strength)
    assert first.strength == pytest.approx(-second.strength)
    assert ranking.num_answers == 4
    assert (first.num_pairs, second.num_pairs) == (4, 4)
    assert ranking.num_pairs_of("a", "b") == 4


def test_six_answers_to_one_side_leave_the_interval_wide(made_up):
    judged = [made_up.said(50, "a", "b", level=level) for level in range(6)]
    first = rank_models(("a", "b"), judged).standings[0]
    assert first.high - first.low > 1.5
    # The same as with six matches in `test_strengths.py`.
    assert first.chance_first == pytest.approx(0.989, abs=0.002)


def test_six_answers_do_not_contradict_the_next_twelve(made_up):
    """An early lead that turns was never called certain, and what follows is not either."""
    judged = [made_up.said(50, "a", "b", level=level) for level in range(6)]
    judged += [made_up.said(-50, "a", "b", level=level) for level in range(6, 18)]
    early = rank_models(("a", "b"), judged[:6]).chance_better["a", "b"]
    late = rank_models(("a", "b"), judged).chance_better["b", "a"]
    assert early < 0.995
    assert 0.8 < late < 0.975


def test_a_pair_that_three_people_answer_alike_says_little_more_than_one_answer(made_up):
    def ranked(raters, num_pairs):
        judged = [
            made_up.said(50, "a", "b", level=level, rater=rater)
            for level in range(num_pairs)
            for rater in raters
        ]
        return rank_models(("a", "b"), judged)

    alone, together = ranked(("Ada",), 6), ranked(("Ada", "Bob", "Cyd"), 6)
    assert together.num_answers == 18
    assert together.num_pairs_of("a", "b") == 6
    assert together.chance_better["a", "b"] == pytest.approx(alone.chance_better["a", "b"])
    assert ranked(("Ada",), 18).chance_better["a", "b"] > together.chance_better["a", "b"]


def test_people_who_side_with_different_models_make_the_interval_wide(made_up):
    judged = [
        made_up.said(50 if rater == "Ada" else -50, "a", "b", level=level, rater=rater)
        for level in range(1, 37)
        for rater in ("Ada", "Bob")
    ]
    ranking = rank_models(("a", "b"), judged)
    first = ranking.standings[0]
    assert first.strength == pytest.approx(0, abs=1e-9)
    assert ranking.chance_better["a", "b"] == pytest.approx(0.5, abs=0.01)
    # As many answers of people who toss coins: narrow, because nobody takes sides.
    rng = np.random.default_rng(0)
    mixed = [
        made_up.said(rng.choice([-50, 50]), "a", "b", level=level, rater=rater)
        for level in range(1, 37)
        for rater in ("Ada", "Bob")
    ]
    narrow = rank_models(("a", "b"), mixed).standings[0]
    assert first.high - first.low > 2 * (narrow.high - narrow.low)


@pytest.mark.parametrize(("pair_std", "rater_std"), [(0.0, 0.0), (1.5, 0.0), (1.5, 0.7)])
def test_intervals_hold_the_truth_when_pairs_and_people_differ(made_up, pair_std, rater_std):
    """Pairs that everyone finds easy, and people with a bent, are no separate answers."""
    rng = np.random.default_rng(5)
    lead, num_held, num_contests = 0.5, 0, 60
    easy_P = np.random.default_rng(0).normal(0, pair_std, 20_000)
    chance = special.expit(lead + np.concatenate([easy_P, -easy_P])).mean()
    truth = special.logit(chance) / 2
    for _ in range(num_contests):
        bent_R, easy_P = rng.normal(0, rater_std, 4), rng.normal(0, pair_std, 24)
        judged = [
            made_up.said(
                50 if rng.random() < special.expit(lead + bent + easy) else -50,
                "a",
                "b",
                level=level,
                rater=f"rater {rater}",
            )
            for level, easy in enumerate(easy_P)
            for rater, bent in enumerate(bent_R)
        ]
        ranking = rank_models(("a", "b"), judged, num_draws=1_000)
        (of_a,) = (one for one in ranking.standings if one.model == "a")
        num_held += of_a.low <= truth <= of_a.high
    assert num_held >= 51  # of 60 with a chance of 0.95, fewer than 51 in one of 500 cases


def test_the_order_of_the_answers_has_no_influence(made_up):
    pool, *_, judged = made_up.play({"a": 5, "b": 10, "c": 20}, seed=3, num_answers=60)
    shuffled = list(judged)
    random.Random(0).shuffle(shuffled)
    ranking = rank_models(pool.models, judged, num_draws=500)
    assert rank_models(pool.models, shuffled, num_draws=500) == ranking
    assert rank_models(pool.models[::-1], judged, num_draws=500) == ranking


def test_intervals_shrink_with_more_answers_and_hold_the_value(made_up):
    widths = []
    for num_answers in (24, 240):
        pool, *_, judged = made_up.play({"a": 5, "b": 12}, seed=1, num_answers=num_answers)
        first = rank_models(pool.models, judged, num_draws=2_000).standings[0]
        assert first.low <= first.strength <= first.high
        widths.append(first.high - first.low)
    assert widths[1] < 0.7 * widths[0]


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
        found += rank_models(pool.models, judged, num_draws=100).standings[0].model == "better"
    assert found >= 95


def test_a_hundred_answers_find_the_best_of_three_models(made_up):
    found = 0
    for seed in range(100):
        pool, *_, judged = made_up.play({"a": 15, "best": 6, "c": 12}, seed=seed, num_answers=100)
        found += rank_models(pool.models, judged, num_draws=100).standings[0].model == "best"
    assert found >= 95


def test_two_equally_good_models_are_not_told_apart(made_up):
    sure = 0
    for seed in range(40):
        pool, *_, judged = made_up.play({"a": 10, "b": 10}, seed=seed, num_answers=100)
        share = rank_models(pool.models, judged, num_draws=2_000).chance_better["a", "b"]
        sure += not 0.025 < share < 0.975
    assert sure <= 6
