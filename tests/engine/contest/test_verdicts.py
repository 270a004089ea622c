"""What people say, and on which sides they saw it."""

import pytest

from engine.contest.verdicts import (
    Choice,
    ShownPair,
    Verdict,
    arranged,
    judgements,
)
from engine.errors import ContestError


def answer(pair, choice, confidence=0, rater="Ada"):
    return Verdict(pair_id=pair.pair_id, rater=rater, choice=choice, confidence=confidence)


def test_preference_is_for_the_photo_that_the_attacker_scores_higher(made_up):
    pairs = [made_up.pair("a", "b", level) for level in range(1, 6)]
    shown = [ShownPair(pair=pair, is_high_left=pair.level != 2) for pair in pairs]
    verdicts = [
        answer(pairs[0], Choice.LEFT, 70),
        answer(pairs[1], Choice.LEFT, 40),
        answer(pairs[2], Choice.RIGHT, 30),
        answer(pairs[3], Choice.EQUAL),
        answer(pairs[4], Choice.CANT_SAY),
    ]
    assert [one.preference for one in judgements(shown, verdicts)] == [70, -40, -30, 0]
    assert judgements(shown, reversed(verdicts)) == judgements(shown, verdicts)


def test_order_and_sides_are_random_but_settled_by_the_seed(made_up):
    pairs = [made_up.pair("a", "b", level) for level in range(200)]
    shown = arranged(pairs, seed=1)
    assert shown == arranged(reversed(pairs), seed=1)
    assert shown != arranged(pairs, seed=2)
    assert {one.pair.pair_id for one in shown} == {pair.pair_id for pair in pairs}
    assert 70 < sum(one.is_high_left for one in shown) < 130


def test_answers_that_fit_no_pair_or_come_twice_are_refused(made_up):
    pair = made_up.pair("a", "b")
    shown = [ShownPair(pair=pair, is_high_left=True)]
    with pytest.raises(ContestError, match="no such pair"):
        judgements([], [answer(pair, Choice.EQUAL)])
    with pytest.raises(ContestError, match="twice"):
        judgements(shown, [answer(pair, Choice.EQUAL), answer(pair, Choice.LEFT, 5)])
    both = [answer(pair, Choice.EQUAL), answer(pair, Choice.LEFT, 5, rater="Bob")]
    assert len(judgements(shown, both)) == 2


@pytest.mark.parametrize(
    ("choice", "confidence"), [(Choice.LEFT, 0), (Choice.RIGHT, 101), (Choice.EQUAL, 5)]
)
def test_a_confidence_that_does_not_fit_the_answer_is_refused(choice, confidence):
    with pytest.raises(ContestError, match="confidence"):
        Verdict(pair_id="p", rater="Ada", choice=choice, confidence=confidence)
