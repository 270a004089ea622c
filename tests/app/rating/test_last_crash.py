import os
import time
from pathlib import Path

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_files import stamp_of
from app.rating.last_crash import LEFT_OUT, leave_out, said_of


def test_one_photo_is_named():
    assert said_of([Path("a.jpg")]) == (
        "Discern ended unexpectedly the last time, with a.jpg in hand. It is read apart from now "
        "on, so that it can't end the program again."
    )


def test_of_many_photos_three_are_named():
    assert said_of([Path(f"{number}.jpg") for number in range(5)]) == (
        "Discern ended unexpectedly the last time, with 0.jpg, 1.jpg, 2.jpg and 2 more in hand. "
        "They are read apart from now on, so that they can't end the program again."
    )


def test_what_is_left_out_counts_as_unreadable_until_it_changes(tmp_path, odd_files):
    path = odd_files.good_jpeg(tmp_path)
    an_hour_ago_s = time.time() - 3600
    os.utime(path, (an_hour_ago_s, an_hour_ago_s))
    catalog = LibraryCatalog(tmp_path / "catalog.sqlite3")
    leave_out(catalog, [path, tmp_path / "gone.jpg"])
    (entry,) = catalog.entries([stamp_of(path)], model_id=None, num_crops=None)
    assert entry.error == LEFT_OUT
    os.utime(path, (an_hour_ago_s + 9, an_hour_ago_s + 9))
    (entry,) = catalog.entries([stamp_of(path)], model_id=None, num_crops=None)
    assert entry.error is None
    catalog.close()
