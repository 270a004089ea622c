from pathlib import Path

import pytest

from app.contest.contest import Contest
from app.rating_session.points import points_of
from app.rating_session.session import Answer, Session
from engine.contest.pairs import PairRules, choose_pairs
from engine.contest.pool import make_pool
from engine.contest.verdicts import Choice, ShownPair, Verdict


@pytest.fixture
def photos(tmp_path):
    found = [tmp_path / f"{name}.jpg" for name in "abcd"]
    for photo in found:
        photo.touch()
    return found


@pytest.fixture
def session(tmp_path, photos):
    given = tuple(
        Answer(photo=photo, rater="Anna", stars=stars)
        for photo, stars in zip(photos, (1, 2, 5), strict=False)
    )
    return Session(session_id=1, folder=tmp_path, begun_ns=0, answers=given)


def contest_about(low, high, *, rater="Anna", confidence=100):
    """A contest of one pair, in which somebody preferred `high`."""
    pool = make_pool([low, high], {"one": [50, 50], "two": [20, 80]})
    (pair,) = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs
    verdict = Verdict(pair_id=pair.pair_id, rater=rater, choice=Choice.LEFT, confidence=confidence)
    return Contest(
        contest_id="x",
        created="2026-11-30T12:00:00+00:00",
        folder=low.parent,
        rules=PairRules(),
        contenders=(),
        num_photos=2,
        num_unreadable=0,
        num_near_duplicates=0,
        levels={},
        empty=(),
        shown=(ShownPair(pair=pair, is_high_left=True),),
        scores={},
        verdicts=(verdict,),
    )


def test_stars_are_spread_from_0_to_100(session, photos):
    found = points_of(session)
    assert found.points == {photos[0]: 0.0, photos[1]: 25.0, photos[2]: 100.0}
    assert (found.num_stars, found.num_pairs, found.missing) == (3, 0, ())


def test_a_photo_that_is_gone_is_named_and_its_stars_are_kept(session, photos):
    photos[1].unlink()
    found = points_of(session)
    assert found.missing == (photos[1],)
    assert found.num_labels == 2
    assert len(session.answers) == 3


def test_a_contest_s_answer_pulls_the_pair_apart(session, photos):
    """By hand: 40 points wanted, 25 there; each end moves 225 / 550 of what is missing."""
    contest = contest_about(photos[0], photos[1])
    found = points_of(session, contests=[contest])
    moved = (40 - 25) * 15**2 / (2 * 15**2 + 10**2)
    assert found.points[photos[1]] == pytest.approx(25 + moved)
    assert found.points[photos[0]] == 0.0  # points end there
    assert found.points[photos[2]] == 100.0
    assert found.num_pairs == 1


def test_a_photo_without_stars_begins_where_the_model_puts_it_on_the_person_s_scale(
    session, photos
):
    """The model's scores are half as spread as the stars and 30 points higher."""
    scores = {photos[0]: 30.0, photos[1]: 42.5, photos[2]: 80.0, photos[3]: 55.0}
    contest = contest_about(photos[1], photos[3], confidence=1)
    found = points_of(session, contests=[contest], scores=scores)
    pulled = (50 - 25 - 0.4) * 15**2 / (2 * 15**2 + 10**2)
    assert found.points[photos[3]] == pytest.approx(50 - pulled)


def test_answers_of_others_or_about_other_folders_do_not_count(session, photos, tmp_path):
    elsewhere = [tmp_path / "other" / name for name in ("x.jpg", "y.jpg")]
    contests = [contest_about(*elsewhere), contest_about(photos[0], photos[1], rater="Ben")]
    found = points_of(session, raters=["Anna"], contests=contests)
    assert found.num_pairs == 0
    assert points_of(session, contests=contests).num_pairs == 1


def test_a_session_without_answers_has_no_labels():
    empty = Session(session_id=1, folder=Path("/"), begun_ns=0)
    assert points_of(empty).num_labels == 0
