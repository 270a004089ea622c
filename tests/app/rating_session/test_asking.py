from pathlib import Path

import pytest

from app.rating_session.asking import LOOK_EVERY, Asking
from app.rating_session.session import Answer

PHOTOS = [Path(f"/photos/{number}.jpg") for number in range(60)]


def answered(asking, stars=3, *, number=1):
    """After that many answers to whatever is shown."""
    for _ in range(number):
        (photo,) = asking.next_photos()
        given = Answer(photo=photo, rater=asking.rater, stars=stars)
        asking = asking.with_session(asking.session.with_answer(given))
    return asking


@pytest.fixture
def asking(make_session):
    return Asking(session=make_session(), rater="Anna", queue=tuple(PHOTOS))


def test_photos_come_in_the_order_of_the_queue_and_once(asking):
    assert asking.next_photos(2) == PHOTOS[:2]
    assert answered(asking, number=5).next_photos(2) == PHOTOS[5:7]


def test_the_twelfth_question_shows_a_photo_again(asking):
    after = answered(asking, number=11)
    assert after.next_photos(2) == [PHOTOS[0], PHOTOS[11]]
    assert answered(after).next_photos() == [PHOTOS[11]]


def test_the_model_is_fitted_after_every_25_ratings_of_all_people(asking):
    assert not asking.is_look_due
    after = answered(asking, number=LOOK_EVERY)
    assert after.is_look_due
    assert after.until_look == LOOK_EVERY
    other = Asking(session=after.session, rater="Ben", queue=tuple(PHOTOS))
    assert answered(other, number=4).until_look == LOOK_EVERY - 4
    assert answered(other, stars=None, number=4).until_look == LOOK_EVERY


def test_everybody_is_shown_photos_that_they_have_not_seen(asking):
    after = answered(asking, number=5)
    other = Asking(session=after.session, rater="Ben", queue=tuple(PHOTOS))
    assert other.next_photos() == [PHOTOS[0]]
    assert other.not_to_be_asked(PHOTOS) == []
    assert after.not_to_be_asked(PHOTOS) == [0, 1, 2, 3, 4]


def test_undo_brings_the_photo_back(asking):
    after = answered(asking, number=3).undone()
    assert after.next_photos(2) == PHOTOS[2:4]
    assert after.num_ratings == 2
    assert not asking.undone().can_undo


def test_undo_of_a_repeat_asks_about_it_again_and_not_as_new(asking):
    repeated = answered(asking, number=12)
    undone = repeated.undone()
    assert undone.next_photos(2) == [PHOTOS[0], PHOTOS[11]]
    assert undone.num_ratings == 11


def test_undo_brings_a_photo_back_that_a_new_queue_no_longer_has(asking):
    after = answered(asking, number=3).with_queue(PHOTOS[10:20]).undone()
    assert after.next_photos(2) == [PHOTOS[2], PHOTOS[10]]


def test_what_can_t_be_shown_is_left_out_for_good(asking):
    after = asking.without(PHOTOS[0]).without(PHOTOS[1])
    assert after.next_photos() == [PHOTOS[2]]
    assert after.not_to_be_asked(PHOTOS) == [0, 1]
    repeated = answered(asking, number=11).without(PHOTOS[0])
    assert repeated.next_photos() == [PHOTOS[11]]


def test_an_empty_queue_has_nothing_to_ask(make_session):
    assert Asking(session=make_session(), rater="Anna").next_photos() == []
