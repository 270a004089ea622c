"""The outcome, its words and its exports."""

import csv
import io
import json
import random
import re
from dataclasses import replace

import pytest

from app.contest.contest import new_contest
from app.contest.exports import contest_json, labels_csv, verdicts_csv
from app.contest.outcome import work_out
from app.contest.outcome_text import (
    LEAST_PAIRS,
    answers_line,
    chance_text,
    first_text,
    headline,
    pair_sentence,
    ranking_lines,
)
from engine.contest.pairs import PairRules
from engine.contest.verdicts import Choice, Verdict
from engine.errors import ContestError
from trainer.labels.read_labels import read_labels


def judge(contest, verdict_for, rater="Ada"):
    """Answers every pair as `verdict_for(pair)` prefers, from -100 to 100; None: can't say."""
    for one in contest.shown:
        preference = verdict_for(one.pair)
        if preference is None or preference == 0:
            choice, confidence = (Choice.CANT_SAY if preference is None else Choice.EQUAL), 0
        else:
            is_left = (preference > 0) == one.is_high_left
            choice, confidence = (Choice.LEFT if is_left else Choice.RIGHT), abs(preference)
        contest = contest.with_verdict(
            Verdict(pair_id=one.pair.pair_id, rater=rater, choice=choice, confidence=confidence)
        )
    return contest


def believes_a(pair):
    """Finds every claim of a right, and every other one wrong."""
    return 80 if pair.attacker in ("a@1", None) else -60


def test_a_model_that_is_always_right_wins(long_contest):
    outcome = work_out(judge(long_contest, believes_a))
    assert outcome.ranking.standings[0].model == "a@1"
    assert headline(outcome) == "a sees better than all others."
    assert len(ranking_lines(outcome)) == 2
    assert re.fullmatch(
        r"a is better than [bc] \(probability over 99 %\)\.", ranking_lines(outcome)[0]
    )


def test_before_enough_answers_there_is_no_verdict(contest):
    """Each model of this contest meets others on eight pairs; twelve are asked for."""
    outcome = work_out(judge(contest, believes_a))
    assert headline(outcome) == (
        "Too early for a verdict: it takes 12 judged pairs of each model, a has 8."
    )
    assert ranking_lines(outcome)[0].startswith("Too early to say whether a is better than ")
    assert {first_text(one) for one in outcome.ranking.standings} == {"\N{EN DASH}"}


def test_a_verdict_falls_with_the_twelfth_pair(make_prepared, pool_folder):
    rules = PairRules(num_levels=6, tolerance=5, num_controls=0)
    contest = new_contest(pool_folder, make_prepared(rules, num_models=2))
    judged = judge(contest, believes_a)
    assert len(judged.verdicts) == LEAST_PAIRS == 12
    assert headline(work_out(judged.without_last_verdict("Ada"))).endswith("a has 11.")
    assert headline(work_out(judged)) == "a sees better than b."
    # Another person's answers to the same pairs are no more pairs.
    early = replace(judged, verdicts=judged.verdicts[:6])
    for one in early.verdicts:
        early = early.with_verdict(replace(one, rater="Bob"))
    assert len(early.verdicts) == 12
    assert headline(work_out(early)).endswith("a has 6.")


@pytest.mark.parametrize(
    ("chance", "text"),
    [(1.0, "over 99 %"), (0.9901, "over 99 %"), (0.985, "98 %"), (0.5, "50 %"), (0.0, "under 1 %")],
)
def test_no_chance_is_called_certain(chance, text):
    assert chance_text(chance) == text


def test_every_judged_pair_of_a_model_says_what_it_showed(contest):
    outcome = work_out(judge(contest, believes_a), num_draws=500)
    of_a = [one for one in outcome.duels if one.attacker == "a@1"]
    assert [one.aggressiveness for one in of_a] == pytest.approx([80, 80])
    assert [one.resistance for one in of_a] == pytest.approx([20, 20])
    assert [abs(one.preference) for one in outcome.deciding] == [80] * 4 + [60] * 8
    assert pair_sentence(outcome, outcome.deciding[0]).startswith("a was right")
    assert "is wrong" not in answers_line(outcome)
    assert answers_line(outcome).startswith("14 answers by one person to 14 pairs, from 40 photos.")


def test_the_order_of_the_answers_has_no_influence(contest):
    judged = judge(contest, believes_a)
    shuffled = list(judged.verdicts)
    random.Random(1).shuffle(shuffled)
    again = work_out(replace(judged, verdicts=tuple(shuffled)), num_draws=500)
    first = work_out(judged, num_draws=500)
    assert (again.ranking, again.duels, again.deciding) == (
        first.ranking,
        first.duels,
        first.deciding,
    )
    assert verdicts_csv(again.contest) == verdicts_csv(first.contest)


def test_without_useful_answers_there_is_no_ranking(contest):
    for judged in (contest, judge(contest, lambda pair: None)):
        outcome = work_out(judged)
        assert outcome.ranking is None
        assert "No pair" in headline(outcome)
        assert ranking_lines(outcome) == []
    assert '14 times "can\'t say"' in answers_line(outcome)


def test_equal_everywhere_tells_nobody_apart(long_contest):
    outcome = work_out(judge(long_contest, lambda pair: 0), num_draws=2_000)
    assert headline(outcome).startswith("The models can't be told apart")
    assert "both look equal" in pair_sentence(outcome, outcome.deciding[0])
    assert [one.resistance for one in outcome.duels] == pytest.approx([100] * 6)


def test_verdicts_can_be_read_as_a_table(contest):
    judged = judge(contest, believes_a)
    judged = judge(judged, lambda pair: None, rater="Bob")
    rows = list(csv.DictReader(io.StringIO(verdicts_csv(judged).decode())))
    assert len(rows) == 28
    assert {row["prefers"] for row in rows if row["rater"] == "Bob"} == {"cant_say"}
    shown = {one.pair.pair_id: one.pair for one in contest.shown}
    for row in rows:
        if row["rater"] == "Ada":
            chosen = row[row["choice"]]
            pair = shown[row["pair"]]
            assert chosen == str(pair.high if row["prefers"] == "high" else pair.low)
            assert (row["prefers"] == "high") == (believes_a(pair) > 0)


def test_answers_become_labels_that_training_accepts(contest, tmp_path):
    path = tmp_path / "labels.csv"
    path.write_bytes(labels_csv(judge(contest, believes_a)))
    labels = read_labels(path)
    assert len(labels.photos) == len({p for one in contest.pairs for p in (one.high, one.low)})
    assert all(photo.path.is_file() and photo.std > 0 for photo in labels.photos)
    assert (labels.range.low, labels.range.high) == (0, 100)
    assert labels.range.higher_is_better
    with pytest.raises(ContestError, match="nothing to learn from"):
        labels_csv(contest)


def test_the_outcome_is_in_the_json(contest):
    outcome = work_out(judge(contest, believes_a), num_draws=500)
    values = json.loads(contest_json(outcome))
    assert values["outcome"]["ranking"][0]["model"] == "a@1"
    assert len(values["outcome"]["duels"]) == 6
    (better,) = (
        one["probability"]
        for one in values["outcome"]["better"]
        if (one["model"], one["than"]) == ("a@1", "b@2")
    )
    assert better == outcome.ranking.chance_better["a@1", "b@2"]
    assert len(values["verdicts"]) == 14
    assert json.loads(contest_json(work_out(contest)))["outcome"]["ranking"] == []
