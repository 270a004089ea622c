"""Aggressiveness, resistance and the random pairs, by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.contest.levels import Level
from engine.contest.standing import control_agreement, duels
from engine.contest.verdicts import Judgement


def levels_of(*weights):
    return [
        Level(number=index + 1, centre=50, tolerance=2, weight=weight, is_widened=False)
        for index, weight in enumerate(weights)
    ]


def test_attack_and_defence_by_hand(made_up):
    judged = [
        made_up.said(80, "a", "b", level=1),
        made_up.said(40, "a", "b", level=1, rank=2),
        made_up.said(-20, "a", "b", level=2),
        made_up.said(0, "b", "a", level=1),
        made_up.said(100, "b", "a", level=2),
    ]
    first, second = duels(("a", "b"), judged, {"a": levels_of(0.3, 0.7), "b": levels_of(0.6, 0.4)})
    # Against b: level 1 says (80 + 40) / 2 = 60, level 2 says -20.
    assert first.aggressiveness == pytest.approx(0.6 * 60 + 0.4 * -20)
    assert first.resistance == pytest.approx(0.6 * (100 - 60) + 0.4 * (100 - 20))
    assert (first.num_found, first.num_equal, first.num_opposed) == (2, 0, 1)
    assert second.aggressiveness == pytest.approx(0.3 * 0 + 0.7 * 100)
    assert second.resistance == pytest.approx(0.3 * 100 + 0.7 * 0)


def test_levels_without_an_answer_are_left_out(made_up):
    judged = [made_up.said(50, "a", "b", level=2)]
    levels = {"a": levels_of(1.0), "b": levels_of(0.6, 0.4)}
    first, second = duels(("a", "b"), judged, levels)
    assert first.aggressiveness == pytest.approx(50)
    assert second.aggressiveness is None
    assert second.resistance is None


def test_random_pairs_tell_how_often_a_model_agrees(made_up):
    names = made_up.photos(3)
    scores = {
        "good": dict(zip(names, [10, 20, 30], strict=True)),
        "bad": dict(zip(names, [30, 20, 30], strict=True)),
    }
    control = made_up.pair(None, None, level=0, name="control-1")
    judged = [
        Judgement(
            pair=replace(control, high=Path(f"{high:04d}.jpg"), low=Path(f"{low:04d}.jpg")),
            rater="Ada",
            preference=preference,
        )
        for high, low, preference in ((1, 0, 50), (0, 2, -50), (0, 1, 0))
    ]
    judged.append(made_up.said(100, "good", "bad"))
    good, bad = control_agreement(scores, judged)
    assert (good.num_agreed, good.num_asked) == (2, 2)
    assert (bad.num_agreed, bad.num_asked) == (0, 2)
