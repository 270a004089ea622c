import os
import sys
from contextlib import closing
from types import SimpleNamespace

import pytest

from app.catalog.photo_entry import Flag
from app.errors import AppError
from app.rating_session.session import Answer
from app.rating_session.session_store import SessionStore
from app.runs.own_labels import write_flag_labels, write_session_labels, write_star_labels


def catalog_of(*starred, flagged=()):
    return SimpleNamespace(starred=lambda: list(starred), flagged=lambda: list(flagged))


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


def test_picks_and_rejects_become_ones_and_zeros(tmp_path):
    flagged = [(tmp_path / "a.jpg", Flag.REJECTED), (tmp_path / "b.jpg", Flag.PICKED)]
    table = write_flag_labels(catalog_of(flagged=flagged), tmp_path / "labels")
    assert table.read_text(encoding="utf-8").splitlines() == [
        "image,rating",
        f"{tmp_path / 'a.jpg'},0",
        f"{tmp_path / 'b.jpg'},1",
    ]


@pytest.mark.parametrize(
    ("flags", "said"),
    [([], "0 picked and 0 rejected"), ([Flag.PICKED] * 3, "3 picked and 0 rejected")],
)
def test_picks_without_rejects_teach_nothing(tmp_path, flags, said):
    flagged = [(tmp_path / f"{place}.jpg", flag) for place, flag in enumerate(flags)]
    with pytest.raises(AppError, match=said):
        write_flag_labels(catalog_of(flagged=flagged), tmp_path / "labels")
    assert not (tmp_path / "labels").exists()


def test_what_was_said_in_all_sessions_becomes_one_table(tmp_path):
    with closing(SessionStore(tmp_path / "sessions.sqlite3")) as store:
        with pytest.raises(AppError, match="No photo was rated"):
            write_session_labels(store, tmp_path / "contests", tmp_path / "labels")
        for name, stars, given_ns in (("a", 1, 5), ("b", 4, 6), ("gone", 5, 7)):
            photo = tmp_path / name / "x.jpg"
            photo.parent.mkdir()
            if name != "gone":
                photo.touch()
            session = store.session_of(photo.parent)
            store.add(
                session.session_id,
                Answer(photo=photo, rater="Anna", stars=stars, given_ns=given_ns),
            )
        table = write_session_labels(store, tmp_path / "contests", tmp_path / "labels")
    assert table.read_text(encoding="utf-8").splitlines() == [
        "image,score",
        f"{tmp_path / 'a' / 'x.jpg'},0.00",
        f"{tmp_path / 'b' / 'x.jpg'},75.00",
    ]
