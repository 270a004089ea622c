import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import CatalogUnavailable
from app.rating_session import session_schema
from app.rating_session.session import Answer
from app.rating_session.session_store import SessionStore

GOLDEN = Path(__file__).parents[2] / "golden" / "rating_sessions_v1.sqlite3"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sessions.sqlite3"


@pytest.fixture
def store(path):
    store = SessionStore(path)
    yield store
    store.close()


def answer(name="a.jpg", rater="Anna", stars=4, given_ns=7):
    return Answer(
        photo=Path("/photos") / name, rater=rater, stars=stars, took_ms=1500, given_ns=given_ns
    )


def test_what_was_said_is_there_after_the_next_start(store, path):
    session = store.session_of(Path("/photos"))
    odd_name = os.fsdecode(b"caf\xe9.jpg")
    for given in (answer(), answer(odd_name, stars=None), answer(rater="Ben", stars=1)):
        store.add(session.session_id, given)
    store.close()
    with closing(SessionStore(path)) as again:
        found = again.session_of(Path("/photos"))
    assert found.answers == (answer(), answer(odd_name, stars=None), answer(rater="Ben", stars=1))
    assert found.folder == Path("/photos")


def test_a_folder_has_one_session(store):
    first = store.session_of(Path("/photos"))
    assert store.session_of(Path("/photos")).session_id == first.session_id
    assert store.session_of(Path("/others")).session_id != first.session_id


def test_sessions_are_listed_by_their_last_use_and_empty_ones_are_not(store):
    for name, given_ns in (("one", 1), ("two", 9), ("three", 5)):
        session = store.session_of(Path("/") / name)
        store.add(session.session_id, answer(given_ns=given_ns))
    store.session_of(Path("/nothing said"))
    assert [one.folder.name for one in store.sessions()] == ["two", "three", "one"]


def test_taking_back_forgets_the_last_answer_of_that_person_in_that_session(store):
    here, there = (store.session_of(Path(name)) for name in ("/here", "/there"))
    store.add(here.session_id, answer("a.jpg"))
    store.add(here.session_id, answer("b.jpg"))
    store.add(here.session_id, answer("c.jpg", rater="Ben"))
    store.add(there.session_id, answer("d.jpg"))
    store.take_back(here.session_id, "Anna")
    store.take_back(here.session_id, "Carla")
    names = [given.photo.name for given in store.session_of(Path("/here")).answers]
    assert names == ["a.jpg", "c.jpg"]
    assert len(store.session_of(Path("/there")).answers) == 1


def test_a_removed_session_is_gone_and_no_other(store):
    here, there = (store.session_of(Path(name)) for name in ("/here", "/there"))
    for one in (here, there):
        store.add(one.session_id, answer())
    store.remove(here.session_id)
    assert [one.folder.name for one in store.sessions()] == ["there"]
    assert store.session_of(Path("/here")).answers == ()


_RATES_UNTIL_KILLED = """
import os, sys
from pathlib import Path
from app.rating_session.session import Answer
from app.rating_session.session_store import SessionStore
store = SessionStore(Path(sys.argv[1]))
session = store.session_of(Path("/photos"))
for number in range(40):
    store.add(session.session_id, Answer(photo=Path(f"/photos/{number}.jpg"), rater="A", stars=3))
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is for Unix")
def test_a_killed_program_loses_no_answer(path):
    done = subprocess.run(
        [sys.executable, "-c", _RATES_UNTIL_KILLED, str(path)], cwd=ROOT, check=False
    )
    assert done.returncode == -9
    with closing(SessionStore(path)) as store:
        assert len(store.session_of(Path("/photos")).answers) == 40


def test_an_answer_that_can_t_be_kept_changes_nothing(store, path):
    session = store.session_of(Path("/photos"))
    store.add(session.session_id, answer())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON answer BEGIN SELECT RAISE(FAIL, 'full'); END"
        )
    with pytest.raises(CatalogUnavailable, match="Nothing was changed in the file of rating"):
        store.add(session.session_id, answer("b.jpg"))
    assert store.session_of(Path("/photos")).answers == (answer(),)


def test_a_newer_file_is_refused_and_left_alone(path):
    with closing(SessionStore(path)) as store:
        store.sessions()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 77")
    with (
        closing(SessionStore(path)) as store,
        pytest.raises(CatalogUnavailable, match="newer Discern"),
    ):
        store.sessions()


def test_odd_rows_cost_themselves_and_no_other(store, path):
    session = store.session_of(Path("/photos"))
    store.add(session.session_id, answer())
    with closing(sqlite3.connect(path)) as connection, connection:
        for rater, place, stars in (("Anna", "text", 3), ("  ", b"/p", 3), (b"x", b"/p", 3)):
            connection.execute(
                "INSERT INTO answer (session_id, rater, path, stars, took_ms, given_ns)"
                " VALUES (?, ?, ?, ?, 'odd', -1)",
                (session.session_id, rater, place, stars),
            )
    assert store.session_of(Path("/photos")).answers == (answer(),)


def test_a_file_of_version_1_is_read(tmp_path):
    copy = tmp_path / GOLDEN.name
    shutil.copy(GOLDEN, copy)
    with closing(SessionStore(copy)) as store:
        (session,) = store.sessions()
    assert session.folder == Path("/photos")
    assert [(one.photo.name, one.rater, one.stars) for one in session.answers] == [
        ("a.jpg", "Anna", 4),
        (os.fsdecode(b"caf\xe9.jpg"), "Anna", None),
        ("a.jpg", "Ben", 1),
    ]
    assert len(session_schema.MIGRATIONS) >= 1
