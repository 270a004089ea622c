import numpy as np
import pytest

from app.window.photo_list.row_changes import RowChanges


def changes(before, wanted):
    return RowChanges.between(
        np.asarray(before, np.int32), np.asarray(wanted, np.int32), num_photos=300
    )


def replayed(before, wanted):
    """The rows after doing as told, step by step."""
    found = changes(before, wanted)
    rows = list(before)
    for first, last in reversed(found.removed):
        del rows[first : last + 1]
    if found.is_reordered:
        assert sorted(rows) == sorted(found.kept)
        rows = found.kept.tolist()
    for first, last in found.inserted:
        rows[first:first] = wanted[first : last + 1]
    return rows


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ([], []),
        ([], [3, 1]),
        ([3, 1], []),
        ([1, 2, 3, 4, 5], [1, 5]),
        ([1, 5], [0, 1, 2, 3, 5, 7, 8]),
        ([1, 2, 3, 4], [4, 3, 2, 1]),
        ([1, 2, 3, 4, 9], [9, 7, 2, 8, 1]),
    ],
)
def test_doing_as_told_gives_the_rows_wanted(before, wanted):
    assert replayed(before, wanted) == wanted


def test_random_changes_come_out_right():
    rng = np.random.default_rng(0)
    for _ in range(200):
        before = rng.permutation(20)[: rng.integers(0, 20)].tolist()
        wanted = rng.permutation(20)[: rng.integers(0, 20)].tolist()
        assert replayed(before, wanted) == wanted


def test_nothing_is_reordered_when_photos_only_leave():
    assert not changes([1, 2, 3], [1, 3]).is_reordered


def test_many_scattered_changes_begin_anew():
    assert changes(range(300), range(0, 300, 2)) is None
