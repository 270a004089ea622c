"""Answers as matches, and what several answers to one pair are worth."""

import numpy as np
import pytest

from engine.contest.matches import agreement_within_pairs, matches_of, weights, wins_between

NAMES = ("a", "b")


def answered(made_up, answers):
    """One pair per row, one rater per column; a preference for a, None for no answer."""
    return matches_of(
        NAMES,
        [
            made_up.said(preference, "a", "b", level=pair, rater=f"rater {rater}")
            for pair, row in enumerate(answers)
            for rater, preference in enumerate(row)
            if preference is not None
        ],
    )


def half(matches):
    return np.full(len(matches.shares), 0.5)


def test_an_answer_gives_its_match_to_one_model_or_half_to_both(made_up):
    matches = answered(made_up, [[90], [0], [-30], [10]])
    np.testing.assert_array_equal(
        wins_between(matches, weights(matches, 1.0)), [[0, 2.5], [1.5, 0]]
    )
    assert matches.pairs_of_each_model().tolist() == [4, 4]


def test_random_pairs_are_no_matches(made_up):
    judged = [made_up.said(50, "a", "b"), made_up.said(50, None, None, level=0)]
    assert len(matches_of(NAMES, judged).shares) == 1


def test_answers_that_repeat_each_other_are_worth_one_match(made_up):
    matches = answered(made_up, [[50, 50, 50], [-50, -50, -50], [50, None, None]])
    assert agreement_within_pairs(matches, half(matches)) == 1
    wins = wins_between(matches, weights(matches, 1.0))
    np.testing.assert_allclose(wins, [[0, 2], [1, 0]])
    assert matches.pairs_of_each_model().tolist() == [3, 3]


def test_answers_that_have_nothing_in_common_but_the_models_are_worth_one_each(made_up):
    rng = np.random.default_rng(0)
    matches = answered(made_up, rng.choice([-50, 50], (300, 3)).tolist())
    found = agreement_within_pairs(matches, half(matches))
    assert found < 0.1
    total = wins_between(matches, weights(matches, 0.0)).sum()
    assert total == pytest.approx(900)
    # The design effect of a cluster of three: 3 / (1 + 2 * agreement) matches to a pair.
    assert weights(matches, found).sum() == pytest.approx(900 / (1 + 2 * found))


def test_agreement_against_its_definition(made_up):
    rows = [[50, 50], [50, -50], [-50, -50], [50, 50], [0, 50], [50, None]]
    matches = answered(made_up, rows)
    expected = np.full(len(matches.shares), 0.6)
    within = (2 * 0.5**2 + 2 * 0.25**2) / 5  # five pairs with a second answer
    shares = [1, 1, 1, 0, 0, 0, 1, 1, 0.5, 1]
    total = np.mean([(share - 0.6) ** 2 for share in shares])
    assert agreement_within_pairs(matches, expected) == pytest.approx(
        (10 + 5 * (1 - within / total)) / 15
    )


def test_one_rater_needs_no_discount(made_up):
    matches = answered(made_up, [[50], [-50]])
    np.testing.assert_array_equal(
        weights(matches, agreement_within_pairs(matches, half(matches))), 1
    )
