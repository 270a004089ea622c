"""A transaction of the catalog that is either done or undone, and says why it was undone."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Begin = Literal["BEGIN", "BEGIN IMMEDIATE"]


@contextmanager
def transaction(connection: sqlite3.Connection, begin: Begin = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Commit what is done inside, or undo it; the error that undid it is the one that gets out."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # after a full disk SQLite has rolled back by itself
            connection.execute("ROLLBACK")
        raise
