from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt

from app.catalog.photo_entry import Flag
from app.rating.rate_photos import RatedPhoto
from app.window.photo_list.photo_columns import PhotoBatch
from app.window.photo_list.photo_order import PhotoFilter, SortKey
from app.window.photo_list.photo_roles import PhotoRole


@pytest.fixture
def filled(photos, make_photo):
    photos.append(PhotoBatch.of([make_photo(number, 10.0 * number) for number in range(8)]))
    photos.append(PhotoBatch.of([make_photo(8), make_photo(9, error="It is empty.")]))
    return photos


def shown(photos):
    return [int(photos.entry(row).path.stem) for row in range(photos.rowCount())]


def path(number):
    return Path(f"/photos/{number}.jpg")


def rated(number, score=None, error=None):
    return RatedPhoto(
        path=path(number), score_0_100=score, uncertainty=1.0, width_px=4, height_px=3,
        error=error, is_remembered=False,
    )  # fmt: skip


def test_a_list_has_rows_and_no_children(filled):
    assert filled.rowCount() == 10
    assert filled.rowCount(filled.index(0)) == 0
    assert filled.data(QModelIndex()) is None


def test_every_role_answers(filled):
    filled.mark([path(3)], stars=2, flag=Flag.PICKED)
    index = filled.index(3)

    assert index.data() == "3.jpg"
    assert index.data(PhotoRole.SCORE) == 30.0
    assert index.data(PhotoRole.PERCENTILE) == 50.0
    assert index.data(PhotoRole.STARS) == 2
    assert index.data(PhotoRole.FLAG) == Flag.PICKED
    assert index.data(PhotoRole.ERROR) is None
    assert index.data(PhotoRole.THUMBNAIL) is None
    assert index.data(PhotoRole.ENTRY).path == path(3)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == (
        "3.jpg, score 30 of 100, 2 stars, picked"
    )
    assert "Score 30.0 ± 0.0 of 100" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert filled.index(9).data(PhotoRole.ERROR) == "It is empty."


def test_the_rows_follow_order_and_filter(filled):
    filled.set_sort(SortKey.SCORE, is_descending=True)
    assert shown(filled) == [7, 6, 5, 4, 3, 2, 1, 0, 8, 9]

    filled.set_filter(PhotoFilter(lowest_score=20, highest_score=50, shows_unreadable=False))
    assert shown(filled) == [5, 4, 3, 2, 8]
    assert filled.row_of(path(3)) == 2
    assert filled.row_of(path(7)) == -1


def test_who_points_at_a_photo_still_points_at_it_after_sorting(filled):
    from PySide6.QtCore import QPersistentModelIndex

    kept = QPersistentModelIndex(filled.index(6))
    filled.set_sort(SortKey.SCORE, is_descending=True)
    assert kept.data() == "6.jpg"
    filled.set_filter(PhotoFilter(lowest_score=50))
    assert kept.data() == "6.jpg"
    filled.set_filter(PhotoFilter(highest_score=50))
    assert not kept.isValid()


def test_scores_appear_at_once_and_move_rows_only_when_asked(filled):
    filled.set_sort(SortKey.SCORE, is_descending=True)
    filled.put_scores([rated(8, 99.0), rated(11, 50.0)])

    assert shown(filled) == [7, 6, 5, 4, 3, 2, 1, 0, 8, 9]
    assert filled.index(8).data(PhotoRole.SCORE) == 99.0
    filled.refresh_order()
    assert shown(filled)[0] == 8


def test_only_the_rows_that_changed_are_told(filled, qtbot):
    with qtbot.waitSignal(filled.dataChanged) as heard:
        filled.put_scores([rated(8, 99.0)])

    assert [index.row() for index in heard.args[:2]] == [8, 8]


def test_a_photo_that_can_not_be_read_has_its_reason(filled):
    filled.put_scores([rated(8, error="It ends early.")])
    filled.put_error(path(7), "It vanished.")

    assert [entry.error for entry in filled.unreadable()] == [
        "It vanished.", "It ends early.", "It is empty."
    ]  # fmt: skip
    assert filled.unrated_paths() == []


def test_what_is_shown_is_rated_first(filled, make_photo):
    filled.append(PhotoBatch.of([make_photo(10, stars=3), make_photo(11)]))
    filled.set_filter(PhotoFilter(fewest_stars=1))

    assert filled.unrated_paths() == [path(10), path(8), path(11)]


def test_removed_photos_are_gone_and_the_others_keep_their_values(filled):
    filled.set_sort(SortKey.SCORE, is_descending=True)
    filled.remove([path(0), path(6), path(42)])

    assert shown(filled) == [7, 5, 4, 3, 2, 1, 8, 9]
    assert filled.num_photos == 8
    filled.mark([path(7)], stars=4)
    assert filled.entry(0).stars == 4
    assert filled.find(path(6)) is None


def test_rows_below_a_score(filled):
    assert filled.rows_below(25.0).tolist() == [0, 1, 2]


def test_a_photo_shown_as_30_is_not_below_30(filled, make_photo):
    filled.replace_all(PhotoBatch.of([make_photo(0, 29.4), make_photo(1, 29.6), make_photo(2)]))
    assert filled.rows_below(30).tolist() == [0]
    assert filled.rows_below(31).tolist() == [0, 1]


def test_a_new_list_replaces_the_old_one(filled, make_photo):
    filled.replace_all(PhotoBatch.of([make_photo(3, 5.0)]))
    assert shown(filled) == [3]
    filled.clear()
    assert filled.rowCount() == 0


def test_a_thumbnail_that_came_is_told_to_views(filled, qtbot):
    with qtbot.waitSignal(filled.dataChanged) as heard:
        filled.thumbnail_came(path(4))
    assert heard.args[0].row() == 4
    with qtbot.assertNotEmitted(filled.dataChanged):
        filled.thumbnail_came(path(77))


def test_random_changes_keep_the_list_in_order(filled):
    rng = np.random.default_rng(1)
    for _ in range(60):
        number = int(rng.integers(0, 10))
        match rng.integers(0, 4):
            case 0:
                low, high = np.sort(rng.integers(0, 100, 2))
                filled.set_filter(PhotoFilter(lowest_score=float(low), highest_score=float(high)))
            case 1:
                key = list(SortKey)[rng.integers(0, 4)]
                filled.set_sort(key, is_descending=bool(rng.integers(0, 2)))
            case 2:
                filled.mark([path(number)], stars=int(rng.integers(0, 6)))
            case 3:
                filled.put_scores([rated(number, float(rng.integers(0, 100)))])
                filled.refresh_order()
        for row in range(filled.rowCount()):
            assert filled.row_of(filled.entry(row).path) == row
