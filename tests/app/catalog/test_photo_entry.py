from dataclasses import replace
from pathlib import Path

import pytest

from app.catalog.photo_entry import Flag, PhotoEntry


def test_a_new_photo_is_unrated_and_unmarked():
    entry = PhotoEntry(path=Path("/photos/a.jpg"), size_bytes=1, mtime_ns=2)
    assert entry.score_0_100 is None
    assert entry.stars == 0
    assert entry.flag is Flag.NONE
    assert entry.error is None


@pytest.mark.parametrize("stars", [-1, 6])
def test_stars_outside_zero_to_five_are_refused(stars: int):
    entry = PhotoEntry(path=Path("/photos/a.jpg"), size_bytes=1, mtime_ns=2)
    with pytest.raises(ValueError, match=f"0 to 5 stars, not {stars}"):
        replace(entry, stars=stars)


def test_flags_sort_from_rejected_to_picked():
    assert sorted([Flag.PICKED, Flag.REJECTED, Flag.NONE]) == [
        Flag.REJECTED,
        Flag.NONE,
        Flag.PICKED,
    ]
