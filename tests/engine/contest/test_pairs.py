"""The pairs: what one model separates most and another calls the same."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.contest.pairs import (
    PairRules,
    choose_pairs,
    num_possible_pairs,
    photos_in,
)
from engine.contest.pool import make_pool
from engine.errors import ContestError

ONE_LEVEL = PairRules(num_levels=1, num_controls=0, tolerance=2, most_uses=9)


@pytest.fixture
def big_pool(made_up):
    rng = np.random.default_rng(0)
    truth = rng.uniform(0, 100, 400)
    noisy = {name: np.clip(truth + rng.normal(0, 10, 400), 0, 100) for name in "abc"}
    return made_up.pool_of(**noisy)


def test_pairs_by_hand(made_up):
    # b calls the photos 1 to 4 alike (49 to 51); a separates 1 and 3 most, then 4 and 2.
    pool = made_up.pool_of(a=[0, 10, 30, 90, 70, 99], b=[10, 50, 49, 51, 50, 90])
    pairs = choose_pairs(pool, ONE_LEVEL).pairs
    first = next(pair for pair in pairs if pair.attacker == "a")
    assert (first.high, first.low) == (Path("0003.jpg"), Path("0001.jpg"))
    assert (first.attacker_gap, first.defender_gap) == (80, 1)
    assert (first.defender, first.level, first.rank, first.is_widened) == ("b", 1, 1, False)
    both = choose_pairs(pool, replace(ONE_LEVEL, pairs_per_level=2)).pairs
    second = next(pair for pair in both if pair.attacker == "a" and pair.rank == 2)
    assert (second.high, second.low) == (Path("0004.jpg"), Path("0002.jpg"))


def test_every_pair_is_alike_to_the_defender_and_apart_to_the_attacker(big_pool):
    rules = PairRules()
    chosen = choose_pairs(big_pool, rules)
    assert len(chosen.pairs) == num_possible_pairs(3, rules) == 3 * 2 * 6 + 6
    place = {photo: index for index, photo in enumerate(big_pool.photos)}
    for pair in chosen.pairs:
        if pair.is_control:
            continue
        centre = chosen.levels[pair.defender][pair.level - 1].centre
        defender, attacker = big_pool.scores[pair.defender], big_pool.scores[pair.attacker]
        for photo in (pair.high, pair.low):
            assert abs(defender[place[photo]] - centre) <= pair.tolerance
        assert pair.attacker_gap == attacker[place[pair.high]] - attacker[place[pair.low]] > 0
        assert abs(pair.defender_gap) <= 2 * rules.tolerance
    assert chosen.empty == ()


def test_no_photo_is_used_more_often_than_allowed(big_pool):
    chosen = choose_pairs(big_pool, PairRules(pairs_per_level=4, most_uses=2, num_controls=20))
    uses = Counter(photo for pair in chosen.pairs for photo in (pair.high, pair.low))
    assert max(uses.values()) == 2
    assert len(photos_in(chosen.pairs)) == len(uses)


def test_more_pairs_per_level_only_add_pairs(big_pool):
    few = choose_pairs(big_pool, PairRules(pairs_per_level=1)).pairs
    many = choose_pairs(big_pool, PairRules(pairs_per_level=3)).pairs
    assert many[: len(few)] == few


def test_the_seed_decides_and_the_order_of_the_photos_does_not(big_pool):
    rules = PairRules(seed=5)
    chosen = choose_pairs(big_pool, rules)
    order = np.random.default_rng(1).permutation(400)
    again = make_pool(
        [big_pool.photos[index] for index in order],
        {model: scores[order] for model, scores in reversed(big_pool.scores.items())},
    )
    assert choose_pairs(again, rules).pairs == chosen.pairs
    other = choose_pairs(big_pool, PairRules(seed=6)).pairs
    assert {pair for pair in other if pair.is_control} != {
        pair for pair in chosen.pairs if pair.is_control
    }


def test_a_used_up_level_is_widened_and_says_so(made_up):
    pool = made_up.pool_of(a=[1, 2, 3, 4, 5, 6], b=[50, 50, 50, 50, 60, 61])
    rules = PairRules(num_levels=1, num_controls=0, pairs_per_level=3, most_uses=9)
    pairs = [pair for pair in choose_pairs(pool, rules).pairs if pair.attacker == "a"]
    assert [pair.is_widened for pair in pairs] == [False, False, True]
    assert [pair.tolerance for pair in pairs] == [2, 2, 11]


def test_a_place_without_a_pair_is_reported(made_up):
    pool = made_up.pool_of(a=[5, 5, 5], b=[1, 2, 3])
    chosen = choose_pairs(pool, ONE_LEVEL)
    assert [(one.attacker, one.defender) for one in chosen.empty] == [("a", "b")]
    assert [pair.attacker for pair in chosen.pairs] == ["b"]
    used_up = choose_pairs(pool, PairRules(num_levels=1, num_controls=1, most_uses=1))
    assert len(used_up.empty) == 2


def test_random_pairs_differ_from_each_other(big_pool, made_up):
    controls = [
        pair for pair in choose_pairs(big_pool, PairRules(num_controls=50)).pairs if pair.is_control
    ]
    assert len({frozenset((pair.high, pair.low)) for pair in controls}) == 50
    assert all(pair.attacker is pair.defender is None for pair in controls)
    small = made_up.pool_of(a=[1, 2], b=[2, 1])
    assert sum(pair.is_control for pair in choose_pairs(small, PairRules()).pairs) == 1


def test_senseless_rules_are_refused():
    with pytest.raises(ContestError, match="at least 1 pair per level"):
        PairRules(pairs_per_level=0)
