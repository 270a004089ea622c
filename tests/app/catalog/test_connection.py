import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from app.catalog import schema
from app.catalog.connection import is_damage, open_catalog, set_aside
from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_files import FileStamp
from app.errors import CatalogUnavailable


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new folder" / "catalog.sqlite3"


def test_a_new_catalog_is_in_wal_mode_and_up_to_date(path):
    connection = open_catalog(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA_VERSION,)
    connection.close()


def test_opening_again_keeps_what_is_there(path):
    with open_catalog(path) as connection:
        connection.execute("INSERT INTO photo_file VALUES (x'61', 1, 2, x'62')")
    connection.close()
    connection = open_catalog(path)
    assert connection.execute("SELECT count(*) FROM photo_file").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize("damage", ["not a database", "scrambled"])
def test_a_damaged_catalog_is_set_aside_and_a_new_one_begun(path, damage, expected_logs):
    path.parent.mkdir()
    if damage == "not a database":
        content = b"This is a shopping list. " * 100
    else:
        connection = open_catalog(path)
        connection.close()
        content = bytearray(path.read_bytes())
        content[100:3000] = os.urandom(2900)
    path.write_bytes(content)
    connection = open_catalog(path)
    connection.execute("INSERT INTO photo_file VALUES (x'61', 1, 2, x'62')")
    connection.close()
    (aside,) = path.parent.glob("catalog.damaged-*.sqlite3")
    assert aside.read_bytes() == bytes(content)
    assert "was damaged. It was set aside as" in expected_logs[0].getMessage()


def test_the_log_of_a_damaged_catalog_goes_with_it(path, expected_logs):
    path.parent.mkdir()
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).write_bytes(b"broken")
    aside = set_aside(path)
    assert sorted(entry.name for entry in path.parent.iterdir()) == [
        aside.name,
        f"{aside.name}-shm",
        f"{aside.name}-wal",
    ]


def test_a_folder_in_the_way_is_no_damage(tmp_path):
    (tmp_path / "catalog.sqlite3").mkdir()
    with pytest.raises(CatalogUnavailable, match=r"can't be used: unable to open database file\."):
        open_catalog(tmp_path / "catalog.sqlite3")


def test_a_file_where_the_folder_should_be_is_named(tmp_path):
    (tmp_path / "data").touch()
    with pytest.raises(CatalogUnavailable, match="can't be used"):
        open_catalog(tmp_path / "data" / "catalog.sqlite3")


def test_a_locked_catalog_is_waited_for_and_then_named(path):
    holder = open_catalog(path)
    holder.execute("PRAGMA user_version = 0")  # so that opening wants to write
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(CatalogUnavailable, match="database is locked"):
        open_catalog(path, busy_timeout_s=0.05)
    holder.close()


def test_only_what_sqlite_calls_damage_is_damage():
    assert not is_damage(sqlite3.OperationalError("made by hand, without a code"))
    error = sqlite3.DatabaseError("malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT_INDEX
    assert is_damage(error)


@pytest.mark.parametrize("lock", ["SELECT * FROM begun", "INSERT INTO begun VALUES (1)"])
def test_a_catalog_that_another_program_is_just_beginning_is_waited_for(path, lock):
    # SQLite does not wait by itself where a file changes to WAL mode.
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE begun (n)")
        other.execute("BEGIN")
        other.execute(lock).fetchall()
        letting_go = threading.Timer(0.3, other.execute, ["COMMIT"])
        letting_go.start()
        connection = open_catalog(path)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()
        letting_go.join()


def test_a_catalog_that_stays_locked_is_given_up_in_time(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE begun (n)")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CatalogUnavailable, match="locked"):
            open_catalog(path, busy_timeout_s=0.1)


def test_a_message_that_is_no_text_means_damage(tmp_path, expected_logs):
    path = tmp_path / "catalog.sqlite3"
    open_catalog(path).close()
    content = path.read_bytes()
    at = content.index(b"CREATE TABLE photo_file")
    path.write_bytes(content[: at + 13] + b"\xff\xfe\xe5(\xe5" + content[at + 18 :])
    open_catalog(path).close()
    assert len(list(tmp_path.glob("*damaged*"))) == 1
    assert "was damaged" in expected_logs[0].getMessage()


def test_what_python_cannot_read_of_a_message_means_damage(tmp_path, expected_logs):
    path = tmp_path / "catalog.sqlite3"
    open_catalog(path).close()
    content = path.read_bytes()
    for broken in (b"CREATE TABLE \xe5\xe5", b"CREATE \xe5(\xe5BLE ", b"\xe5\xe5EATE TABLE "):
        start = content.index(b"CREATE TABLE photo_file")
        path.write_bytes(content[:start] + broken + content[start + len(broken) :])
        with closing(sqlite3.connect(path)) as connection:
            try:
                connection.execute("SELECT * FROM photo_file")
            except UnicodeDecodeError:
                break
            except sqlite3.Error:
                continue
    else:
        pytest.skip("this Python reads every message of SQLite")
    open_catalog(path).close()
    assert len(list(tmp_path.glob("*damaged*"))) == 1


def test_a_version_that_nobody_ever_wrote_means_damage(tmp_path, expected_logs):
    path = tmp_path / "catalog.sqlite3"
    connection = open_catalog(path)
    connection.execute("PRAGMA user_version = -5")
    connection.close()
    open_catalog(path).close()
    assert len(list(tmp_path.glob("*damaged*"))) == 1


def test_text_that_is_no_text_means_damage(tmp_path, expected_logs):
    path = tmp_path / "catalog.sqlite3"
    with closing(LibraryCatalog(path)) as catalog:
        stamp = FileStamp(path=Path("/a.jpg"), size_bytes=3, mtime_ns=1)
        catalog.remember_errors([(stamp, "It is empty.")])
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE unreadable_file SET reason = CAST(X'E5E5' AS TEXT)")
            connection.commit()
        (entry,) = catalog.entries([stamp], model_id=None, num_crops=None)
    assert entry.error is None
    assert len(list(tmp_path.glob("*damaged*"))) >= 1
