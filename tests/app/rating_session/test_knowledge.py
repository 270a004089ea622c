from pathlib import Path

import numpy as np
import pytest

from app.rating_session.asking import Asking
from app.rating_session.knowledge import MOST_CANDIDATES, Knowledge, SessionPhoto
from app.rating_session.session import Answer

PATHS = [Path(f"/photos/{number:02}.jpg") for number in range(20)]


@pytest.fixture
def asking(make_session):
    return Asking(session=make_session(), rater="Anna")


def photos(scores):
    return [
        SessionPhoto(path=path, score_0_100=score)
        for path, score in zip(PATHS, scores, strict=False)
    ]


def row_of(value):
    return np.array([value], dtype=np.float32)


def test_before_photos_are_read_the_scores_spread_the_questions(asking):
    knowledge = Knowledge(photos([0, 1, 2, 50, 51, 98, 99, 100]))
    assert set(knowledge.choose(asking, number=3)) == {PATHS[3], PATHS[0], PATHS[7]}


def test_without_scores_or_features_there_is_still_something_to_ask(asking):
    knowledge = Knowledge(photos([None] * 5))
    assert set(knowledge.choose(asking)) == set(PATHS[:5])


def test_features_spread_the_questions_once_they_are_read(asking):
    knowledge = Knowledge(photos([50] * 6))
    values = dict(zip(PATHS[:6], (0, 0.1, 5, 5.1, 9.9, 10), strict=True))
    for number in (4, 2):
        asked = knowledge.unread(number)
        knowledge.learn_features(asked, {path: row_of(values[path]) for path in asked})
    assert knowledge.unread(3) == []
    chosen = {values[path] for path in knowledge.choose(asking, number=3)}
    assert chosen in ({5, 0, 10}, {5.1, 0, 10})


def test_a_fitted_head_s_doubt_leads_to_where_it_is_unsure(asking):
    knowledge = Knowledge(photos([50] * 5))
    asked = knowledge.unread(9)
    knowledge.learn_features(asked, {path: row_of(PATHS.index(path)) for path in asked})
    knowledge.learn_doubt(
        {path: 9.0 if path == PATHS[3] else 0.1 for path in PATHS[:5]}, learned_from=[PATHS[0]]
    )
    seen = asking.session.with_answer(Answer(photo=PATHS[0], rater="Anna", stars=3))
    assert knowledge.choose(asking.with_session(seen), number=1) == [PATHS[3]]


def test_what_was_rated_since_the_head_was_fitted_is_kept_away_from(asking):
    knowledge = Knowledge(photos([50] * 5))
    asked = knowledge.unread(9)
    knowledge.learn_features(asked, {path: row_of(PATHS.index(path)) for path in asked})
    doubt = dict(zip(PATHS[:5], (0.1, 3.0, 9.0, 8.0, 5.0), strict=True))
    knowledge.learn_doubt(doubt, learned_from=[PATHS[0]])
    for photo in (PATHS[0], PATHS[2]):
        seen = asking.session.with_answer(Answer(photo=photo, rater="Anna", stars=3))
        asking = asking.with_session(seen)
    assert knowledge.choose(asking, number=1) == [PATHS[4]]  # not 3, which is like 2


def test_what_can_t_be_read_is_not_asked_about(asking):
    knowledge = Knowledge(photos([50] * 4))
    asked = knowledge.unread(4)
    knowledge.learn_features(asked, {path: row_of(1) for path in asked if path != PATHS[2]})
    assert PATHS[2] not in knowledge.choose(asking)
    assert knowledge.unread(4) == []


def test_of_a_large_folder_so_many_are_looked_at_evenly_over_the_scores():
    many = [
        SessionPhoto(path=Path(f"/photos/{number}.jpg"), score_0_100=number / 50)
        for number in range(5000)
    ]
    knowledge = Knowledge(many)
    assert len(knowledge.candidates) == MOST_CANDIDATES
    scores = sorted(knowledge.scores[path] for path in knowledge.candidates)
    assert scores[0] == 0
    assert scores[-1] == pytest.approx(99.98)
    assert max(np.diff(scores)) < 0.13
    first = [knowledge.scores[path] for path in knowledge.unread(100)]
    assert 40 < np.mean(first) < 60


def test_where_what_was_read_is_used_up_the_rest_is_asked_about(asking):
    many = [SessionPhoto(path=Path(f"/photos/{number:03}.jpg")) for number in range(70)]
    knowledge = Knowledge(many)
    asked = knowledge.unread(60)
    knowledge.learn_features(asked, {path: row_of(number) for number, path in enumerate(asked)})
    for photo in asked[:58]:
        seen = asking.session.with_answer(Answer(photo=photo, rater="Anna", stars=3))
        asking = asking.with_session(seen)
    assert set(knowledge.choose(asking, number=2)) == set(asked[58:])
    assert set(knowledge.choose(asking, number=99)) == {one.path for one in many} - set(asked[:58])


def test_an_empty_folder_has_nothing_to_ask_about(asking):
    assert Knowledge([]).choose(asking) == []
