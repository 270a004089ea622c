from pathlib import Path

import pytest

from app.rating_session.learned_text import agreement_between, learned_from, learned_line, outlook
from app.rating_session.learning import Learned
from app.rating_session.points import SessionPoints
from engine.measures.agreement import Figure
from engine.personal.report import Contender, LearningPoint, PersonalReport


def report(*, own=0.8, in_use=0.65, forecast=0.85):
    contenders = tuple(
        Contender(
            name=name, srcc=None if value is None else Figure(value=value), rmse=Figure(value=9)
        )
        for name, value in (("personal", own), ("model", in_use))
    )
    return PersonalReport(
        num_labels=50,
        num_groups=50,
        num_repeats=4,
        kind="ridge",
        kinds={"ridge": 20},
        contenders=contenders,
        gain=None,
        verdict="better",
        learning=(
            LearningPoint(num_labels=50, srcc=0.8),
            LearningPoint(num_labels=100, srcc=forecast, is_forecast=True),
        ),
    )


def test_one_line_says_how_well_the_model_does_beside_the_one_in_use():
    line = learned_line(report())
    assert line.startswith("After 50 photos: your own model agrees with you to 0.80,")
    assert "the model in use to 0.65" in line
    assert "nothing can be told yet" in learned_line(report(own=None))


def test_what_was_learned_from_and_what_was_left_out_is_named():
    points = SessionPoints(num_stars=40, num_pairs=1, missing=(Path("/a/lost.jpg"),))
    text = learned_from(
        Learned(report=report(), points=points, unreadable=(Path("/a/broken.jpg"),))
    )
    assert "40 photos with stars and 1 answer of contests" in text
    assert "lost.jpg" in text
    assert "broken.jpg" in text


@pytest.mark.parametrize(("forecast", "is_limited"), [(0.99, True), (0.82, False)])
def test_no_more_is_promised_than_a_person_s_own_answers_allow(
    make_session, answers_of, forecast, is_limited
):
    first = [(f"{number}", 1 + number % 5) for number in range(10)]
    again = [(name, min(5, stars + int(name) % 2)) for name, stars in first]
    session = make_session(*answers_of("Anna", *first, *again))
    ceiling = session.consistency("Anna").ceiling
    assert 0.82 < ceiling < 0.99
    text = outlook(report(forecast=forecast), session)
    assert (f"hardly take it beyond {ceiling:.2f}" in text) == is_limited
    assert is_limited or text == report(forecast=forecast).learning_words()


def test_people_are_compared_on_the_photos_that_both_rated(make_session, answers_of):
    names = [str(number) for number in range(10)]
    anna = answers_of("Anna", *((name, 1 + int(name) % 5) for name in names))
    ben = answers_of("Ben", *((name, 5 - int(name) % 5) for name in names))
    carla = answers_of("Carla", *((name, 3) for name in names[:4]))
    text = agreement_between(make_session(*anna, *ben, *carla))
    assert text == "Anna and Ben agree to -1.00 on 10 photos."
    assert agreement_between(make_session(*anna)) == ""
