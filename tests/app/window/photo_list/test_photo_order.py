from pathlib import Path

import numpy as np
import pytest

from app.catalog.photo_entry import Flag, PhotoEntry
from app.window.photo_list.photo_columns import PhotoColumns
from app.window.photo_list.photo_order import PhotoFilter, SortKey, ordered
from app.window.photo_list.photo_text import score_text

ALL = PhotoFilter()


def photo(number, score=None, **known):
    return PhotoEntry(
        path=Path(f"/photos/{number}.jpg"),
        size_bytes=1,
        **{"mtime_ns": number, "score_0_100": score, **known},
    )


@pytest.fixture
def columns():
    return PhotoColumns.of(
        [
            photo(0, 50.0, stars=1),
            photo(1, None),
            photo(2, 90.0, stars=5, flag=Flag.PICKED),
            photo(3, None, error="It is empty."),
            photo(4, 50.0, stars=1, mtime_ns=99),
            photo(5, 10.0, flag=Flag.REJECTED, mtime_ns=0),
        ]
    )


@pytest.mark.parametrize(
    ("key", "is_descending", "expected"),
    [
        (SortKey.NAME, False, [0, 1, 2, 3, 4, 5]),
        (SortKey.NAME, True, [5, 4, 3, 2, 1, 0]),
        (SortKey.SCORE, False, [5, 0, 4, 2, 1, 3]),
        (SortKey.SCORE, True, [2, 0, 4, 5, 1, 3]),
        (SortKey.DATE, False, [0, 5, 1, 2, 3, 4]),
        (SortKey.DATE, True, [4, 3, 2, 1, 0, 5]),
        (SortKey.STARS, True, [2, 0, 4, 1, 3, 5]),
    ],
)
def test_ties_keep_the_order_of_names_and_what_has_no_score_comes_last(
    columns, key, is_descending, expected
):
    assert ordered(columns, ALL, key, is_descending=is_descending).tolist() == expected


@pytest.mark.parametrize(
    ("photo_filter", "expected"),
    [
        (ALL, [0, 1, 2, 3, 4, 5]),
        (PhotoFilter(lowest_score=50, highest_score=90), [0, 1, 2, 3, 4]),
        (PhotoFilter(lowest_score=51, shows_unrated=False, shows_unreadable=False), [2]),
        (PhotoFilter(shows_unrated=False), [0, 2, 3, 4, 5]),
        (PhotoFilter(shows_unreadable=False), [0, 1, 2, 4, 5]),
        (PhotoFilter(fewest_stars=1), [0, 2, 4]),
        (PhotoFilter(most_stars=0), [1, 3, 5]),
        (PhotoFilter(flags=frozenset({Flag.PICKED})), [2]),
        (PhotoFilter(flags=frozenset({Flag.NONE, Flag.PICKED})), [0, 1, 2, 3, 4]),
        (PhotoFilter(flags=frozenset()), []),
    ],
)
def test_a_filter_shows_what_it_says(columns, photo_filter, expected):
    assert np.flatnonzero(photo_filter.matches(columns)).tolist() == expected


@pytest.mark.parametrize("score", [29.4, 29.5, 29.6, 30.0, 30.4, 30.5, 30.6, 31.4])
def test_a_range_counts_a_photo_as_the_number_that_it_shows(score):
    columns = PhotoColumns.of([photo(0, score)])
    shown = int(score_text(score))
    for lowest, highest in ((30, 30), (0, 29), (31, 100), (0, 100)):
        photo_filter = PhotoFilter(lowest_score=lowest, highest_score=highest)
        assert photo_filter.matches(columns).tolist() == [lowest <= shown <= highest]


def test_only_the_default_filter_is_open():
    assert PhotoFilter().is_open
    assert not PhotoFilter(fewest_stars=1).is_open


def test_unrated_are_those_that_could_be_rated(columns):
    assert np.flatnonzero(columns.is_unrated).tolist() == [1]


@pytest.fixture
def measured():
    return PhotoColumns.of(
        [
            photo(0, focus_at_100=40.0, noise_at_100=6.0),
            photo(1),
            photo(2, focus_at_100=90.0, noise_at_100=1.5),
            photo(3, focus_at_100=70.0),
        ]
    )


@pytest.mark.parametrize(
    ("key", "is_descending", "expected"),
    [
        (SortKey.FOCUS, True, [2, 3, 0, 1]),
        (SortKey.FOCUS, False, [0, 3, 2, 1]),
        (SortKey.NOISE, False, [2, 0, 1, 3]),
        (SortKey.NOISE, True, [0, 2, 1, 3]),
    ],
)
def test_what_was_not_measured_comes_last_either_way(measured, key, is_descending, expected):
    assert ordered(measured, ALL, key, is_descending=is_descending).tolist() == expected


@pytest.mark.parametrize(
    ("photo_filter", "expected"),
    [
        (PhotoFilter(least_focus=70), [2, 3]),
        (PhotoFilter(most_noise=6.0), [0, 2]),
        (PhotoFilter(least_focus=41, most_noise=2), [2]),
    ],
)
def test_limits_at_100_percent_leave_out_what_was_not_measured(measured, photo_filter, expected):
    assert np.flatnonzero(photo_filter.matches(measured)).tolist() == expected
    assert not photo_filter.is_open


def test_measured_columns_follow_their_photos(measured):
    both = measured.followed_by(measured.only(np.array([2, 0])))
    assert both.focus.tolist()[4:] == [90.0, 40.0]
    both.put(4, photo(9, focus_at_100=12.0))
    assert (both.focus[4], bool(np.isnan(both.noise[4]))) == (12.0, True)
