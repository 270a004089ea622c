"""The outcome, its words and its exports."""

import csv
import io
import json
import random
from dataclasses import replace

import pytest

from app.contest.exports import contest_json, labels_csv, verdicts_csv
from app.contest.outcome import work_out
from app.contest.outcome_text import answers_line, headline, pair_sentence, ranking_lines
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


def test_a_model_that_is_always_right_wins(contest):
    outcome = work_out(judge(contest, believes_a), num_resamples=200)
    assert outcome.ranking.standings[0].model == "a@1"
    assert headline(outcome) == "a sees better than all others."
    assert len(ranking_lines(outcome)) == 2
    assert ranking_lines(outcome)[0].startswith("a is better than ")
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
    again = work_out(replace(judged, verdicts=tuple(shuffled)), num_resamples=50)
    first = work_out(judged, num_resamples=50)
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


def test_equal_everywhere_tells_nobody_apart(contest):
    outcome = work_out(judge(contest, lambda pair: 0), num_resamples=200)
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
    outcome = work_out(judge(contest, believes_a), num_resamples=50)
    values = json.loads(contest_json(outcome))
    assert values["outcome"]["ranking"][0]["model"] == "a@1"
    assert len(values["outcome"]["duels"]) == 6
    assert len(values["verdicts"]) == 14
    assert json.loads(contest_json(work_out(contest)))["outcome"]["ranking"] == []
