import pytest

from app.rating.rating_progress import RatingProgress
from app.window.library.rating_bar import RatingBar


@pytest.fixture
def bar(qtbot):
    bar = RatingBar()
    qtbot.addWidget(bar)
    bar.resize(900, 40)
    bar.show()
    qtbot.waitExposed(bar)
    return bar


def progress(done, *, speed=2.0, left=50.0):
    return RatingProgress(
        num_done=done, num_total=200, num_unreadable=0, photos_per_s=speed, seconds_left=left
    )


def test_rating_is_offered_once_there_is_a_model_and_something_to_rate(bar):
    bar.show_unrated(3)
    assert not bar.rate_button.isVisible()
    bar.show_model_loading()
    assert bar.text.text() == "Opening the model…"
    bar.show_model("tiny")
    assert bar.rate_button.isVisible()
    assert bar.rate_button.text() == "Rate 3 photos"
    bar.show_unrated(1)
    assert bar.rate_button.text() == "Rate 1 photo"
    bar.show_unrated(0)
    assert not bar.rate_button.isVisible()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(4, "a few seconds"), (50, "50 s"), (300, "5 min"), (9000, "2.5 h")],
)
def test_progress_tells_speed_and_time_left(bar, seconds, words):
    bar.show_model("tiny")
    bar.show_rating(progress(20, left=seconds))

    assert bar.text.text() == "Rating 20 of 200"
    assert bar.detail.text() == f"2 photos per second, {words} left"
    assert bar.progress.value() == 20


def test_before_the_first_photo_nothing_is_promised(bar):
    bar.show_rating(progress(0, speed=None, left=None))
    assert bar.detail.text() == ""


def test_one_button_pauses_and_goes_on(qtbot, bar):
    bar.show_rating(progress(20))
    with qtbot.waitSignal(bar.pause_wanted):
        bar.pause_button.click()
    bar.show_paused(is_paused=True)
    assert bar.text.text() == "Paused"
    bar.show_rating(progress(21))
    assert bar.text.text() == "Paused at 21 of 200"
    assert bar.pause_button.text() == "Go on"
    with qtbot.waitSignal(bar.resume_wanted):
        bar.pause_button.click()


def test_the_end_takes_the_buttons_away(bar):
    bar.show_model("tiny")
    bar.show_rating(progress(20))
    bar.show_ended()

    assert not bar.stop_button.isVisible()
    assert bar.text.text() == "Model: tiny"


def test_a_problem_stays_readable(bar):
    bar.show_rating(progress(20))
    bar.show_problem("The card has no memory left. Rate with --device cpu.")

    assert bar.text.text() == "The card has no memory left. Rate with --device cpu."
    assert not bar.stop_button.isVisible()


def test_the_height_is_the_same_with_and_without_buttons(bar):
    height = bar.sizeHint().height()
    bar.show_rating(progress(20))
    assert bar.sizeHint().height() == height


def test_unreadable_files_are_counted(bar):
    assert not bar.unreadable_button.isVisible()
    bar.show_unreadable(1)
    assert bar.unreadable_button.text() == "1 file can't be read…"
