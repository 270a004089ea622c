"""From verdicts to labels, by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.contest.verdict_labels import labels_from_verdicts
from engine.contest.verdicts import Judgement
from engine.errors import ContestError

A, B, C = Path("a.jpg"), Path("b.jpg"), Path("c.jpg")


def judged(made_up, high, low, preference, rater="Ada"):
    pair = replace(made_up.pair("x", "y", name=f"{high}-{low}"), high=high, low=low)
    return Judgement(pair=pair, rater=rater, preference=preference)


def test_one_answer_by_hand(made_up):
    scores = {"x": {A: 60, B: 40}, "y": {A: 50, B: 50}}
    first, second = labels_from_verdicts(scores, [judged(made_up, A, B, -50)])
    # The models say 55 and 45 (15 points each way); the answer says 20 apart the other way (10).
    # The difference, 10 before, has the variance 450; its weight is 450 / (450 + 100).
    difference = 10 + (-20 - 10) * 450 / 550
    assert first.score - second.score == pytest.approx(difference)
    assert first.score + second.score == pytest.approx(100)
    # The sum keeps its variance of 450, the difference has 450 * 100 / 550.
    assert first.std == pytest.approx(np.sqrt((450 + 450 * 100 / 550) / 4))


def test_equal_pulls_together_and_more_raters_pull_more(made_up):
    scores = {"x": {A: 70, B: 30, C: 50}}
    one = labels_from_verdicts(scores, [judged(made_up, A, B, 0)])
    two = labels_from_verdicts(
        scores, [judged(made_up, A, B, 0), judged(made_up, A, B, 0, rater="Bob")]
    )
    assert 0 < two[0].score - two[1].score < one[0].score - one[1].score < 40
    assert two[0].std < one[0].std
    assert [label.photo for label in one] == [A, B]


def test_labels_stay_within_the_scale_and_order_has_no_influence(made_up):
    scores = {"x": {A: 98, B: 2, C: 50}}
    answers = [judged(made_up, A, B, 100), judged(made_up, C, B, 100), judged(made_up, A, C, 90)]
    labels = labels_from_verdicts(scores, answers)
    assert labels == labels_from_verdicts(scores, answers[::-1])
    assert all(0 <= label.score <= 100 for label in labels)


def test_without_answers_there_is_nothing_to_learn():
    with pytest.raises(ContestError, match="nothing to learn from"):
        labels_from_verdicts({"x": {}}, [])
