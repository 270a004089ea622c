import os
import sys
from types import SimpleNamespace

import pytest

from app.errors import AppError
from app.runs.star_labels import write_star_labels


def catalog_of(*starred):
    return SimpleNamespace(starred=lambda: list(starred))


def test_photos_with_stars_become_a_table(tmp_path):
    table = write_star_labels(catalog_of((tmp_path / "ä, b.jpg", 4)), tmp_path / "stars")
    assert table.read_bytes() == f'image,stars\n"{tmp_path / "ä, b.jpg"}",4\n'.encode()
    assert [path.name for path in (tmp_path / "stars").iterdir()] == [table.name]


@pytest.mark.skipif(sys.platform == "win32", reason="names there are always text")
def test_a_table_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    odd = tmp_path / os.fsdecode(b"\xff.jpg")  # a name that UTF-8 has no bytes for
    with pytest.raises(AppError, match="could not be written"):
        write_star_labels(catalog_of((tmp_path / "a.jpg", 3), (odd, 5)), tmp_path / "stars")
    assert list((tmp_path / "stars").iterdir()) == []
