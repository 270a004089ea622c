import pytest

from app.rating.rating_progress import RatingPace


def test_nothing_is_promised_before_a_photo_was_really_rated():
    pace = RatingPace(10, began_at_s=100.0)
    pace.count(now_s=100.0, is_remembered=True, is_readable=True)

    progress = pace.progress()

    assert progress.num_done == 1
    assert progress.seconds_left is None
    assert progress.photos_per_s is None


def test_the_time_left_follows_from_the_time_per_photo():
    pace = RatingPace(10, began_at_s=0.0)
    for number in range(4):
        pace.count(now_s=0.5 * (number + 1), is_remembered=False, is_readable=number != 2)

    progress = pace.progress()

    assert progress.photos_per_s == pytest.approx(2.0)
    assert progress.seconds_left == pytest.approx(3.0)
    assert progress.num_unreadable == 1


def test_a_pause_does_not_slow_the_pace():
    pace = RatingPace(10, began_at_s=0.0)
    pace.count(now_s=0.5, is_remembered=False, is_readable=True)
    pace.leave_out(60.0)
    pace.count(now_s=61.0, is_remembered=False, is_readable=True)

    assert pace.progress().photos_per_s == pytest.approx(2.0)
