from pathlib import Path

import pytest

from app.rating_session.session import Answer, Session


def answers(rater, *given):
    """Answers of one person: (photo's name, stars), oldest first."""
    return tuple(
        Answer(photo=Path("/photos") / name, rater=rater, stars=stars, given_ns=place)
        for place, (name, stars) in enumerate(given)
    )


@pytest.fixture
def make_session():
    def make(*given, folder=Path("/photos")):
        return Session(session_id=1, folder=folder, begun_ns=5, answers=tuple(given))

    return make


@pytest.fixture
def answers_of():
    return answers
