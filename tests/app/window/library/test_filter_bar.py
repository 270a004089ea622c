import pytest
from PySide6.QtCore import QPoint, Qt

from app.catalog.photo_entry import Flag
from app.window.library.filter_bar import FilterBar
from app.window.photo_list.photo_columns import PhotoColumns
from app.window.photo_list.photo_order import PhotoFilter

Key = Qt.Key


@pytest.fixture
def bar(qtbot):
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.resize(900, 60)
    bar.show()
    qtbot.waitExposed(bar)
    return bar


@pytest.fixture
def heard(bar):
    filters = []
    bar.filter_changed.connect(filters.append)
    return filters


def at(bar, score):
    range_ = bar.score_range
    area = range_._bars_area()
    return QPoint(round(area.left() + area.width() * score / 100), 10)


def drag(qtbot, bar, start, end):
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(bar.score_range, left, pos=at(bar, start))
    qtbot.mouseMove(bar.score_range, at(bar, end))
    qtbot.mouseRelease(bar.score_range, left, pos=at(bar, end))


def test_dragging_an_end_filters_by_score_and_leaves_out_what_has_none(qtbot, bar, heard):
    drag(qtbot, bar, 0, 40)

    assert heard[-1] == PhotoFilter(lowest_score=40, shows_unrated=False, shows_unreadable=False)
    assert bar.lowest.value() == 40


def test_widening_to_all_scores_brings_back_what_has_none(qtbot, bar, heard):
    drag(qtbot, bar, 100, 60)
    assert heard[-1].highest_score == 60
    drag(qtbot, bar, 60, 100)

    assert heard[-1].is_open


def test_what_has_no_score_can_be_asked_for_beside_a_range(qtbot, bar, heard):
    drag(qtbot, bar, 0, 40)
    bar.unrated.click()

    assert heard[-1].shows_unrated
    assert not heard[-1].shows_unreadable


def test_the_keys_move_the_ends(qtbot, bar, heard):
    bar.score_range.setFocus()
    qtbot.keyClick(bar.score_range, Key.Key_Right)
    qtbot.keyClick(bar.score_range, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(bar.score_range, Key.Key_Up)
    qtbot.keyClick(bar.score_range, Key.Key_Left)

    assert (heard[-1].lowest_score, heard[-1].highest_score) == (11, 99)
    assert bar.score_range.accessibleDescription().startswith("From 11 to 99 of 100")


def test_the_ends_never_cross(qtbot, bar):
    drag(qtbot, bar, 100, 30)
    drag(qtbot, bar, 0, 90)

    assert (bar.score_range.lowest, bar.score_range.highest) == (30, 30)


def test_the_boxes_say_it_with_numbers(bar, heard):
    bar.lowest.setValue(70)
    assert heard[-1].lowest_score == 70
    bar.highest.setValue(20)

    assert (heard[-1].lowest_score, heard[-1].highest_score) == (20, 70)


def test_a_double_click_shows_all_scores(qtbot, bar, heard):
    drag(qtbot, bar, 0, 40)
    qtbot.mouseDClick(bar.score_range, Qt.MouseButton.LeftButton, pos=at(bar, 50))

    assert heard[-1].is_open


def test_stars_and_flags_filter(bar, heard):
    bar.stars.setCurrentIndex(bar.stars.findText("3 stars or more"))
    assert (heard[-1].fewest_stars, heard[-1].most_stars) == (3, 5)
    bar.flags[Flag.PICKED].click()
    assert heard[-1].flags == {Flag.PICKED}
    bar.stars.setCurrentIndex(bar.stars.findText("No stars"))
    assert (heard[-1].fewest_stars, heard[-1].most_stars) == (0, 0)
    assert bar.stars.currentText() == "No stars"

    bar.clear_button.click()
    assert heard[-1].is_open
    assert not bar.clear_button.isEnabled()


def test_a_pressed_flag_shows_what_it_names(bar, heard):
    assert not any(chip.isChecked() for chip in bar.flags.values())
    for flag, chip in bar.flags.items():
        chip.click()
        assert heard[-1].flags == {flag}
        assert chip.isChecked()
        chip.click()
        assert heard[-1].is_open


def test_pressed_flags_add_up_and_all_three_are_as_good_as_none(bar, heard):
    bar.flags[Flag.PICKED].click()
    bar.flags[Flag.NONE].click()
    assert heard[-1].flags == {Flag.PICKED, Flag.NONE}
    bar.flags[Flag.REJECTED].click()
    assert heard[-1].is_open
    assert not any(chip.isChecked() for chip in bar.flags.values())


def test_the_counts_follow(qtbot, bar, make_photo):
    bar.show_columns(
        PhotoColumns.of([make_photo(0, 5.0), make_photo(1), make_photo(2, error="Empty.")])
    )
    qtbot.waitUntil(lambda: bar.unrated.text() == "Unrated 1")
    assert bar.unreadable.text() == "Unreadable 1"
    assert bar.score_range._counts.sum() == 1


def test_every_control_has_a_name(bar):
    for control in (
        bar.lowest, bar.highest, bar.score_range, bar.unrated, bar.unreadable, bar.stars,
        *bar.flags.values(),
    ):  # fmt: skip
        assert control.accessibleName()


def test_limits_at_100_percent_are_a_filter_and_press_their_button(bar, heard):
    bar.at_100.focus.setValue(70)
    assert heard[-1] == PhotoFilter(least_focus=70)
    assert bar.at_100.isChecked()
    bar.at_100.noise.setValue(4.5)
    assert heard[-1] == PhotoFilter(least_focus=70, most_noise=4.5)
    bar.clear()
    assert heard[-1] == PhotoFilter()
    assert not bar.at_100.isChecked()
    assert bar.at_100.focus.value() == 0


def test_any_noise_is_no_limit(bar, heard):
    bar.at_100.noise.setValue(4.0)
    bar.at_100.noise.setValue(0.0)
    assert bar.at_100.noise.text() == "any"
    assert heard[-1] == PhotoFilter()
