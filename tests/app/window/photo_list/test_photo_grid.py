from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt

from app.window.library.place_keeper import PlaceKeeper
from app.window.photo_list.photo_columns import PhotoBatch
from app.window.photo_list.photo_delegate import PhotoDelegate
from app.window.photo_list.photo_grid import PhotoGrid
from app.window.photo_list.photo_order import PhotoFilter, SortKey

NUM = 95


@pytest.fixture
def filled(photos, make_photo):
    photos.append(
        PhotoBatch.of([make_photo(number, float(number * 7 % 100)) for number in range(NUM)])
    )
    return photos


@pytest.fixture
def grid(qtbot, filled):
    grid = PhotoGrid()
    grid.setItemDelegate(PhotoDelegate(80, parent=grid))
    grid.set_cell_size(QSize(100, 120))
    grid.setModel(filled)
    PlaceKeeper(grid, filled)
    qtbot.addWidget(grid)
    grid.resize(430, 500)
    grid.show()
    qtbot.waitExposed(grid)
    grid.setFocus()
    return grid


def current(grid):
    return grid.currentIndex().row()


def go_to(grid, row):
    grid.setCurrentIndex(grid.model().index(row, 0))


def selected(grid):
    return sorted(index.row() for index in grid.selectedIndexes())


def test_cells_fill_the_width_without_gaps(grid):
    columns = grid.num_columns()
    rects = [grid.visualRect(grid.model().index(row, 0)) for row in range(columns + 1)]

    assert columns == 4
    assert rects[0].left() == 0
    assert all(a.right() + 1 == b.left() for a, b in pairwise(rects[:4]))
    assert rects[3].right() + 1 == grid.viewport().width()
    assert rects[4].topLeft() == QPoint(0, 120)


def test_every_cell_is_found_where_it_is(grid):
    for row in range(16):
        index = grid.model().index(row, 0)
        assert grid.indexAt(grid.visualRect(index).center()).row() == row
    assert not grid.indexAt(QPoint(-5, 10)).isValid()


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        (5, Qt.Key.Key_Right, 6),
        (5, Qt.Key.Key_Left, 4),
        (5, Qt.Key.Key_Down, 9),
        (5, Qt.Key.Key_Up, 1),
        (2, Qt.Key.Key_Up, 2),
        (5, Qt.Key.Key_Home, 0),
        (5, Qt.Key.Key_End, NUM - 1),
        (NUM - 1, Qt.Key.Key_Right, NUM - 1),
        (91, Qt.Key.Key_Down, NUM - 1),
        (94, Qt.Key.Key_Down, 94),
        (5, Qt.Key.Key_PageDown, 21),
        (21, Qt.Key.Key_PageUp, 5),
    ],
)
def test_keys_move_the_current_photo(qtbot, grid, start, key, end):
    go_to(grid, start)
    qtbot.keyClick(grid, key)
    assert current(grid) == end


def test_the_current_photo_is_always_brought_into_sight(grid):
    for row in (NUM - 1, 0, 50):
        go_to(grid, row)
        assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))


def test_a_shift_click_selects_all_between_as_in_text(qtbot, grid):
    def centre(row):
        return grid.visualRect(grid.model().index(row, 0)).center()

    left, shift = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(grid.viewport(), left, pos=centre(2))
    assert selected(grid) == [2]
    qtbot.mouseClick(grid.viewport(), left, shift, centre(9))
    assert selected(grid) == list(range(2, 10))
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(grid.viewport(), left, control, centre(4))
    assert selected(grid) == [2, 3, 5, 6, 7, 8, 9]


def test_rows_are_selected_in_one_go(grid):
    grid.select_rows(np.asarray([3, 4, 5, 40, 90]))
    assert selected(grid) == [3, 4, 5, 40, 90]
    assert current(grid) == 3
    grid.select_rows(np.asarray([], np.int64))
    assert selected(grid) == []


def test_the_rows_on_the_screen_are_told(qtbot, grid):
    assert grid.visible_rows == (0, 19)
    with qtbot.waitSignal(grid.visible_rows_changed) as heard:
        grid.verticalScrollBar().setValue(240)
    assert heard.args == [8, 27]


def test_an_empty_list_shows_nothing(qtbot, grid, filled):
    filled.clear()
    assert grid.visible_rows == (-1, -1)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert current(grid) == -1


def test_a_photo_that_leaves_makes_room_for_the_next(grid, filled):
    go_to(grid, 10)
    filled.remove([filled.entry(10).path])
    assert current(grid) == 10
    assert filled.entry(10).path.name == "11.jpg"
    assert selected(grid) == [10]


def test_the_last_photo_that_leaves_makes_room_for_the_one_before(grid, filled):
    go_to(grid, NUM - 1)
    filled.remove([filled.entry(NUM - 1).path])
    assert current(grid) == NUM - 2
    assert selected(grid) == [NUM - 2]


def test_sorting_keeps_the_current_photo_where_it_was_on_the_screen(grid, filled):
    go_to(grid, 50)
    path, place = filled.entry(50).path, grid.visualRect(grid.currentIndex()).top()

    filled.set_sort(SortKey.SCORE, is_descending=True)

    assert filled.entry(current(grid)).path == path
    assert grid.visualRect(grid.currentIndex()).top() == place


def test_a_filter_that_begins_anew_keeps_the_photo_and_the_selection(grid, filled):
    wanted = [row for row in range(NUM) if row * 7 % 100 % 2 == 0][10:13]
    grid.select_rows(np.asarray(wanted))
    paths = [filled.entry(row).path for row in wanted]
    filled.put([replace(filled.entry(row), stars=1 if row % 2 == 0 else 0) for row in range(NUM)])
    filled.set_filter(PhotoFilter(fewest_stars=1))

    kept = [filled.row_of(path) for path in paths if filled.row_of(path) >= 0]
    assert selected(grid) == sorted(kept)
    assert filled.entry(current(grid)).path == paths[0]


def test_a_filter_that_hides_the_current_photo_stays_nearby(grid, filled):
    go_to(grid, 51)
    filled.put([replace(filled.entry(row), stars=row % 2 == 0) for row in range(NUM)])
    filled.set_filter(PhotoFilter(fewest_stars=1))

    assert current(grid) >= 0
    assert selected(grid) == [current(grid)]


def test_another_width_keeps_the_current_photo_in_sight(grid):
    go_to(grid, 60)
    grid.resize(830, 500)
    assert grid.num_columns() == 8
    assert grid.viewport().rect().intersects(grid.visualRect(grid.currentIndex()))


def test_a_strip_has_one_row_of_cells(qtbot, filled):
    strip = PhotoGrid(is_strip=True)
    strip.setItemDelegate(PhotoDelegate(80, has_name=False, parent=strip))
    strip.set_cell_size(QSize(90, 100))
    strip.setModel(filled)
    qtbot.addWidget(strip)
    strip.resize(450, 110)
    strip.show()
    qtbot.waitExposed(strip)
    go_to(strip, 40)

    assert strip.viewport().rect().contains(strip.visualRect(strip.currentIndex()))
    assert strip.indexAt(strip.visualRect(strip.currentIndex()).center()).row() == 40
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert current(strip) == 41


def test_a_hundred_thousand_photos_are_not_asked_about_one_by_one(
    grid, filled, make_photo, monkeypatch
):
    filled.replace_all(PhotoBatch.of([make_photo(number, 50.0) for number in range(100_000)]))
    asked = []
    answer = type(filled).data
    monkeypatch.setattr(
        type(filled), "data", lambda *arguments: asked.append(1) or answer(*arguments)
    )
    go_to(grid, 99_999)
    grid.selectAll()
    grid.resize(600, 500)
    filled.mark([filled.entry(70_000).path], stars=3)
    grid.viewport().repaint()

    assert len(asked) < 2_000
