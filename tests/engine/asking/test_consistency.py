import numpy as np
import pytest

from engine.asking.consistency import FEWEST_REPEATS, consistency_of


def test_the_limit_is_the_correlation_of_the_true_opinion_with_single_ratings():
    """A made-up person whose opinion is known: the oracle is the plain correlation with it."""
    rng = np.random.default_rng(3)
    opinion = rng.normal(3, 1.2, 4000)
    first, second = (opinion + rng.normal(0, 0.7, 4000) for _ in range(2))
    found = consistency_of(list(zip(first, second, strict=True)), list(first))
    assert found.self_correlation == pytest.approx(np.corrcoef(first, second)[0, 1], abs=0.02)
    assert found.ceiling == pytest.approx(np.corrcoef(first, opinion)[0, 1], abs=0.02)


def test_repeats_of_extreme_photos_only_do_not_flatter():
    rng = np.random.default_rng(4)
    opinion = rng.normal(3, 1.0, 8000)
    first, second = (opinion + rng.normal(0, 0.8, 8000) for _ in range(2))
    far = np.abs(opinion - 3) > 1
    twice = list(zip(first[far], second[far], strict=True))
    found = consistency_of(twice, list(first))
    assert found.self_correlation == pytest.approx(1 / (1 + 0.64), abs=0.03)


def test_equal_answers_are_counted():
    found = consistency_of([(1, 1), (2, 4), (3, 2)], [1, 2, 3])
    assert (found.num_repeats, found.num_same, found.num_within_a_step) == (3, 1, 2)


def test_few_repeats_promise_nothing():
    twice = [(1, 1)] * (FEWEST_REPEATS - 1)
    assert consistency_of(twice, [1, 2, 3, 4]).ceiling is None
    assert consistency_of([*twice, (1, 1)], [1, 2, 3, 4]).ceiling == 1.0


def test_a_person_who_gives_the_same_to_all_has_no_limit_that_could_be_told():
    assert consistency_of([(3, 3)] * 9, [3] * 20).ceiling is None


def test_a_person_who_rates_at_random_leaves_nothing_to_learn():
    assert consistency_of([(1, 5), (5, 1), (2, 4)] * 4, [1, 2, 3, 4, 5]).ceiling == 0.0


def test_without_a_photo_rated_twice_nothing_is_known():
    assert consistency_of([], [1, 2]) is None
