from pathlib import Path

import pytest

from app.rating_session.session import Answer

A, B, C = (Path("/photos") / name for name in "abc")


def test_people_are_told_apart(make_session, answers_of):
    session = make_session(*answers_of("Anna", ("a", 4), ("b", None)), *answers_of("Ben", ("a", 2)))
    assert session.raters == ("Anna", "Ben")
    assert session.rated_by("Anna") == [(A, 4)]
    assert session.asked("Anna") == {A, B}
    assert session.asked("Carla") == set()


def test_every_person_counts_once_however_often_they_rated_a_photo(make_session, answers_of):
    session = make_session(
        *answers_of("Anna", ("a", 5), ("b", 1), ("a", 4)), *answers_of("Ben", ("a", 1))
    )
    assert session.mean_stars() == {A: (4.5 + 1) / 2, B: 1}
    assert session.mean_stars(["Ben"]) == {A: 1}
    assert session.mean_stars(["Carla"]) == {}


def test_undo_takes_back_a_person_s_own_last_answer(make_session, answers_of):
    session = make_session(
        *answers_of("Anna", ("a", 5), ("b", 1)), *answers_of("Ben", ("a", 1))
    ).without_last("Anna")
    assert session.of("Anna") == answers_of("Anna", ("a", 5))
    assert session.of("Ben") == answers_of("Ben", ("a", 1))
    assert session.without_last("Carla") is session


def test_what_was_rated_twice_tells_how_far_a_person_agrees_with_themselves(
    make_session, answers_of
):
    session = make_session(
        *answers_of("Anna", ("a", 5), ("b", 2), ("c", 3), ("a", 5), ("b", 4), ("c", None))
    )
    found = session.consistency("Anna")
    assert (found.num_repeats, found.num_same, found.num_within_a_step) == (2, 1, 1)
    assert make_session(*answers_of("Anna", ("a", 5))).consistency("Anna") is None


@pytest.mark.parametrize("wrong", [{"stars": 0}, {"stars": 6}, {"rater": "  "}])
def test_an_answer_that_no_key_gives_is_refused(wrong):
    with pytest.raises(ValueError, match="An answer has"):
        Answer(**{"photo": A, "rater": "Anna", "stars": 3, **wrong})
