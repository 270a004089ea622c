import pytest

from engine.personal.plan import about, kinds_for, plan_of


def test_the_plan_says_what_will_be_done_and_how_long_it_takes():
    plan = plan_of(120, has_gpu=False, seconds_per_photo=0.1)
    assert plan.words().startswith("120 labels, no GPU: a model of your own on top of the one in")
    assert plan_of(120, has_gpu=True, seconds_per_photo=0.1).words().startswith("120 labels, a GPU")
    assert "too few" in plan_of(4, has_gpu=True, seconds_per_photo=0.1).words()


def test_photos_that_are_known_cost_nothing():
    anew = plan_of(120, has_gpu=False, seconds_per_photo=0.1)
    known = plan_of(120, has_gpu=False, seconds_per_photo=0.1, num_known=120)
    assert anew.seconds - known.seconds == pytest.approx(12)


def test_the_network_is_trained_further_where_it_may_pay():
    assert plan_of(600, has_gpu=True, seconds_per_photo=0).way == "personal_and_fine_tune"
    assert plan_of(600, has_gpu=False, seconds_per_photo=0).way == "personal"
    assert plan_of(120, has_gpu=True, seconds_per_photo=0).way == "personal"


def test_ridge_is_always_tried_first():
    assert {kinds_for(number)[0] for number in (5, 400, 1000, 10_000)} == {"ridge"}


def test_times_are_said_as_people_say_them():
    assert [about(seconds) for seconds in (2, 12, 62, 95, 400)] == [
        "a few seconds",
        "about 10 seconds",
        "about 60 seconds",
        "about 2 minutes",
        "about 7 minutes",
    ]
