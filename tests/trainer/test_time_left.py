import pytest

from trainer.time_left import StageWork, TimeLeft


def work(stage, **values):
    settings = {
        "num_epochs": 2,
        "steps_per_epoch": 10,
        "validation_crops": 100,
        "seconds_per_step": 1.0,
    }
    return StageWork(stage=stage, **{**settings, **values})


@pytest.fixture
def time_left():
    """Teacher 2 x (10 + 1), student 3 x (20 + 1), test 40: 125 seconds, twice."""
    return TimeLeft(
        [work("teacher"), work("student", num_epochs=3, seconds_per_step=2.0)],
        test_crops=400,
        num_repeats=2,
        seconds_per_validation_crop=0.01,
        seconds_per_test_crop=0.1,
    )


def test_a_whole_run_is_all_stages_and_the_test_as_often_as_it_is_repeated(time_left):
    assert time_left.of_all() == pytest.approx(2 * 125)
    assert time_left.after_steps(0, "teacher", epoch=0, step=0) == pytest.approx(250)


def test_what_is_done_is_not_counted(time_left):
    assert time_left.after_steps(0, "teacher", epoch=1, step=4) == pytest.approx(250 - 11 - 4)
    assert time_left.after_steps(1, "student", epoch=2, step=10) == pytest.approx(1 + 40)
    assert time_left.after_tests(0, num_crops=100) == pytest.approx(30 + 125)
    assert time_left.after_tests(1, num_crops=400) == 0


def test_it_never_says_less_than_nothing(time_left):
    assert time_left.after_tests(1, num_crops=500) == 0


def test_it_learns_from_the_run_itself(time_left):
    time_left.step_takes("student", 3.0)
    assert time_left.of_all() == pytest.approx(2 * (125 + 30))
    time_left.validation_took(num_crops=100, seconds=2.0)
    assert time_left.of_all() == pytest.approx(2 * (125 + 30 + 5))
    time_left.test_took(num_crops=10, seconds=0.1)
    assert time_left.of_all() == pytest.approx(2 * (125 + 30 + 5 - 36))


def test_a_run_that_trains_no_teacher_has_no_time_for_one():
    alone = TimeLeft(
        [work("student")],
        test_crops=0,
        num_repeats=1,
        seconds_per_validation_crop=0.0,
        seconds_per_test_crop=0.0,
    )
    assert alone.after_steps(0, "student", epoch=0, step=5) == pytest.approx(15)
