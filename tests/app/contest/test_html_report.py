"""The report of a contest as a page: its pictures and every number that the contest holds."""

import base64
import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from app.contest.html_report import html_report
from app.contest.outcome import work_out
from app.contest.outcome_text import (
    answers_line,
    first_text,
    headline,
    pair_sentence,
    ranking_lines,
)
from app.version import version
from engine.contest.verdicts import Choice, Verdict


@pytest.fixture
def outcome(contest):
    """Ada answered all but the last pair, left and right in turn."""
    for number, one in enumerate(contest.shown[:-1]):
        contest = contest.with_verdict(
            Verdict(
                pair_id=one.pair.pair_id,
                rater="Ada",
                choice=Choice.LEFT if number % 2 else Choice.RIGHT,
                confidence=50 + number,
            )
        )
    return work_out(contest, num_draws=500)


@pytest.fixture
def page(outcome, read_page):
    return read_page(html_report(outcome))


def body(page):
    return next(page.all("body"))


def test_the_report_holds_its_pictures(page, pool_folder):
    pictures = list(page.all("img"))
    assert len(pictures) == 24
    for one in pictures:
        data = one.attributes["src"].removeprefix("data:image/jpeg;base64,")
        with Image.open(io.BytesIO(base64.b64decode(data, validate=True))) as picture:
            assert picture.format == "JPEG"
            assert max(picture.size) <= 300
        assert (pool_folder / one.attributes["alt"]).is_file()


def test_the_report_begins_with_the_result(page, outcome):
    assert page.texts("h1") == ["Which model sees better: a, b, c"] == page.texts("title")
    assert page.texts("p")[: 2 + len(ranking_lines(outcome))] == [
        headline(outcome),
        *ranking_lines(outcome),
        answers_line(outcome),
    ]


def test_the_ranking_is_that_of_the_outcome(page, outcome):
    (table,) = (next(one.all("table")) for one in body(page).under("Ranking"))
    header, *rows = table.rows()
    assert header == ["Model", "Strength", "95 % interval", "First"]
    assert len(rows) == 3
    for row, one in zip(rows, outcome.ranking.standings, strict=True):
        low, high = map(float, row[2].split(" to "))
        assert row[0] == one.model[0]
        assert float(row[1]) == pytest.approx(one.strength, abs=0.005)
        assert (low, high) == pytest.approx((one.low, one.high), abs=0.005)
        assert row[3] == first_text(one)


def test_the_duels_are_those_of_the_outcome(page, outcome):
    (table,) = (next(one.all("table")) for one in body(page).under("Attack and defence"))
    rows = table.rows()[1:]
    assert len(rows) == 6
    for row, one in zip(rows, outcome.duels, strict=True):
        assert row[:2] == [one.attacker[0], one.defender[0]]
        assert float(row[2]) == pytest.approx(one.aggressiveness, abs=0.5)
        assert float(row[3]) == pytest.approx(one.resistance, abs=0.5)
        counts = [int(number) for number in row[4].split(", ")]
        assert counts == [one.num_found, one.num_equal, one.num_opposed]


def test_every_pair_is_shown_with_its_scores_and_its_verdict(page, outcome):
    contest = outcome.contest
    said = {one.pair.pair_id: pair_sentence(outcome, one) for one in outcome.deciding}
    for attacker in contest.models:
        for defender in set(contest.models) - {attacker}:
            pairs = [
                one for one in contest.pairs if (one.attacker, one.defender) == (attacker, defender)
            ]
            pairs.sort(key=lambda pair: pair.level)
            (levels,) = body(page).under(f"{attacker[0]} attacks {defender[0]}")
            shown = list(levels.all("section"))
            assert len(shown) == len(pairs) == 2
            for section, pair in zip(shown, pairs, strict=True):
                assert section.texts("h3")[0].startswith(f"Level {pair.level} of 2")
                for caption, photo in zip(
                    section.texts("figcaption"), (pair.high, pair.low), strict=True
                ):
                    found = re.fullmatch(r"(.+): attacker (\d+), defender (\d+)", caption)
                    assert found[1] == photo.name
                    scores = [contest.scores[model][photo] for model in (attacker, defender)]
                    assert [int(found[2]), int(found[3])] == pytest.approx(scores, abs=0.5)
                assert section.texts("p") == [said.get(pair.pair_id, "Not judged.")]


def test_the_report_says_how_it_was_made(page, outcome):
    method, models, made = body(page).under("How it was done")
    assert re.search(r"2 levels .* 5 points .* 2 random pairs", method.text)
    assert models.texts("li") == ["a: a@1", "b: b@2", "c: c@3"]
    contest = outcome.contest
    assert made.text == (
        f"Contest of {contest.created} on {contest.folder}. Made by Discern {version()}."
    )


def test_without_answers_there_is_no_ranking(contest, read_page):
    page = read_page(html_report(work_out(contest)))
    assert "Ranking" not in page.texts("h2")
    assert page.texts("p").count("Not judged.") == 12


def test_the_same_report_is_the_same_twice(outcome):
    assert html_report(outcome) == html_report(outcome)


def test_the_report_says_which_photo_has_gone(contest, tmp_path, read_page):
    gone = tmp_path / "<img src=x onerror=y> & caf\udce9 \"'.jpg"
    one = contest.shown[0]
    shown = replace(one, pair=replace(one.pair, attacker="a@1", defender="b@2", high=gone))
    scores = {model: {**known, gone: 5.0} for model, known in contest.scores.items()}
    page = read_page(html_report(work_out(replace(contest, shown=(shown,), scores=scores))))
    (section,) = page.all("section")
    assert len(list(section.all("img"))) == 1
    name = gone.name.replace("\udce9", "\\udce9")
    assert section.texts("figcaption")[0] == f"{name}: attacker 5, defender 5"
    assert section.texts("p")[-1] == "Not judged."


def test_names_of_models_are_escaped(contest, read_page):
    label = "<script>alert(1)</script> & \"'"
    contenders = (replace(contest.contenders[0], label=label), *contest.contenders[1:])
    page = read_page(html_report(work_out(replace(contest, contenders=contenders))))
    assert page.texts("h1") == [f"Which model sees better: {label}, b, c"]
    assert f"{label}: a@1" in page.texts("li")


def test_attacks_are_left_out_once_it_should_stop(outcome, read_page):
    page = read_page(html_report(outcome, should_stop=lambda: True))
    assert not any("attacks" in heading for heading in page.texts("h2"))
