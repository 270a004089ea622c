import sqlite3
from contextlib import closing

import pytest

from app.catalog.transaction import transaction


@pytest.fixture
def connection(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (n INTEGER)")
        yield connection


def rows(connection):
    return [n for (n,) in connection.execute("SELECT n FROM t")]


def test_what_is_done_inside_is_kept(connection):
    with transaction(connection):
        connection.execute("INSERT INTO t VALUES (1)")
    assert rows(connection) == [1]
    assert not connection.in_transaction


def fail_inside(connection, statement, error):
    with transaction(connection):
        connection.execute(statement)
        raise error


def test_an_error_undoes_it_and_gets_out(connection):
    with pytest.raises(ZeroDivisionError):
        fail_inside(connection, "INSERT INTO t VALUES (1)", ZeroDivisionError())
    assert rows(connection) == []


def test_the_error_counts_that_undid_it_and_not_that_it_was_undone_already(connection):
    full = sqlite3.OperationalError("database or disk is full")
    with pytest.raises(sqlite3.OperationalError, match="disk is full"):
        fail_inside(connection, "ROLLBACK", full)  # as SQLite does when the disk is full
