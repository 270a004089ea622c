"""A list of photos that are not there, for the parts of the window that show many."""

from pathlib import Path

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from app.catalog.photo_entry import PhotoEntry
from app.window.photo_list.photo_list_model import PhotoListModel


def photo(number, score=None, **known):
    """A photo that is not there."""
    return PhotoEntry(
        path=Path(f"/photos/{number}.jpg"),
        size_bytes=1,
        **{"mtime_ns": number, "score_0_100": score, **known},
    )


@pytest.fixture
def make_photo():
    return photo


@pytest.fixture
def photos(qapp):
    """An empty list that is watched by Qt's own tester."""
    model = PhotoListModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield model
    del tester  # before the model, which it looks at
