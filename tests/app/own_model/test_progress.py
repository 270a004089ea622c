import pytest

from app.own_model.progress import ProgressClock, Stage


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


def test_the_time_left_is_that_of_the_photos_left_and_of_what_comes_after(clock):
    progress = ProgressClock(120, judging_s=20, now_s=clock)
    assert progress.opening().seconds_left is None
    clock.now_s += 7  # opening the model does not count as reading
    assert progress.reading(0).seconds_left is None
    clock.now_s += 3
    now = progress.reading(0.25)
    assert (now.stage, now.num_read) == (Stage.READING, 30)
    assert now.seconds_left == pytest.approx(9 + 20)
    assert now.share == pytest.approx(3 / 32)


def test_what_is_remembered_is_no_pace(clock):
    progress = ProgressClock(100, judging_s=10, now_s=clock)
    progress.reading(0.5)
    clock.now_s += 5
    assert progress.reading(0.6).seconds_left == pytest.approx(20 + 10)
    assert ProgressClock(100, judging_s=10, now_s=clock).reading(1.0).seconds_left == 10


def test_judging_goes_by_its_own_pace_once_it_has_one(clock):
    progress = ProgressClock(10, judging_s=20, now_s=clock)
    progress.reading(0)
    clock.now_s += 10
    assert progress.judging(0).seconds_left == pytest.approx(20)
    clock.now_s += 2
    now = progress.judging(0.2)
    assert now.seconds_left == pytest.approx(8)
    assert now.share == pytest.approx(12 / 20)
    assert progress.saving().stage is Stage.SAVING


@pytest.mark.parametrize(("pace_s", "judging_s"), [(0.3, 40.0), (0.1, 15.0), (1.2, 90.0)])
def test_after_the_first_minute_the_estimate_is_within_30_percent(clock, pace_s, judging_s):
    """Photos take a steady time; judging takes a third longer than was expected."""
    num_photos = 400
    truth = num_photos * pace_s + judging_s
    progress = ProgressClock(num_photos, judging_s=judging_s / 1.33, now_s=clock)
    progress.reading(0)
    number = min(num_photos, int(60 / pace_s))
    clock.now_s += number * pace_s
    now = progress.reading(number / num_photos)
    assert now.seconds_left + number * pace_s == pytest.approx(truth, rel=0.3)


def test_what_takes_longer_than_expected_is_never_said_to_be_over(clock):
    progress = ProgressClock(1, judging_s=1, now_s=clock)
    progress.judging(0)
    clock.now_s += 50
    assert progress.judging(0).share <= 1
    assert progress.judging(0.5).seconds_left == pytest.approx(50)
