"""The file of a contest: everything comes back, and what is broken is said."""

import json
import os
from pathlib import Path

import pytest

from app.contest.contest_file import (
    contest_path,
    list_contests,
    read_contest,
    save_contest,
    to_json,
)
from app.errors import ContestUnreadable
from engine.contest.verdicts import Choice, Verdict


@pytest.fixture
def judged(contest):
    for number, one in enumerate(contest.shown[:4]):
        choice = list(Choice)[number]
        contest = contest.with_verdict(
            Verdict(
                pair_id=one.pair.pair_id,
                rater="Zoë 🏖️",
                choice=choice,
                confidence=40 if number < 2 else 0,
            )
        )
    return contest


def test_everything_comes_back(judged, tmp_path):
    path = contest_path(tmp_path / "contests", judged)
    save_contest(path, judged)
    assert read_contest(path) == judged
    (listed,) = list_contests(tmp_path / "contests")
    assert (listed.path, listed.contest, listed.problem) == (path, judged, "")
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_not_there_holds_no_contests(tmp_path):
    assert list_contests(tmp_path / "none") == []


def broken(values, change):
    values = json.loads(json.dumps(values))
    change(values)
    return values


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v.update(format="other"), "is no contest"),
        (lambda v: v.update(version=2), "another version"),
        (lambda v: v.pop("pairs"), "damaged: KeyError"),
        (lambda v: v["pairs"][0].update(level=3, nonsense=1), "damaged: TypeError"),
        (lambda v: v["verdicts"][0].update(choice="perhaps"), "damaged"),
        (lambda v: v["verdicts"][0].update(confidence=0), "damaged"),
        (lambda v: v["verdicts"][0].update(pair_id="x"), "an answer to an unknown pair"),
        (lambda v: v["pairs"].append(v["pairs"][0]), "two pairs have one name"),
        (lambda v: v["models"].pop(), "unknown models|of a model are missing"),
        (lambda v: v["scores"]["a@1"].clear(), "have no scores"),
        (lambda v: v["levels"].pop("a@1"), "of a model are missing"),
        (lambda v: v.update(models=3), "damaged: TypeError"),
    ],
)
def test_what_is_broken_is_refused(judged, tmp_path, change, message):
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(broken(to_json(judged), change)))
    with pytest.raises(ContestUnreadable, match=message):
        read_contest(path)
    (listed,) = list_contests(tmp_path)
    assert listed.contest is None
    assert listed.problem


@pytest.mark.parametrize("content", [b"", b"no json", b"[]", b"\xff\xfe"])
def test_other_files_are_no_contests(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(ContestUnreadable, match="is no contest"):
        read_contest(path)
    with pytest.raises(ContestUnreadable, match="can't be read"):
        read_contest(tmp_path / "missing.json")


def test_a_file_of_version_1_can_still_be_read_and_comes_out_the_same():
    path = Path(__file__).parents[2] / "golden" / "contest_v1.json"
    contest = read_contest(path)
    assert [one.label for one in contest.contenders] == ["ant", "bee"]
    assert [one.choice for one in contest.verdicts] == list(Choice)
    assert contest.raters == ("Zoë",)
    assert contest.folder == Path("/photos")
    if os.sep == "/":  # paths are written as the system writes them
        assert to_json(contest) == json.loads(path.read_text(encoding="utf-8"))
