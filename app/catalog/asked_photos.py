"""Asking the catalog for many photos at once, joined with a table of what is asked for."""

import os
import sqlite3
from collections.abc import Sequence

from app.catalog.photo_files import FileStamp


def ask_for(connection: sqlite3.Connection, stamps: Sequence[FileStamp]) -> None:
    """Fill the temporary table `asked`; its `number` is the place in `stamps`.

    It serves the questions that follow on the same connection, in the same transaction.
    """
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS asked"
        " (number INTEGER PRIMARY KEY, path BLOB, size_bytes INTEGER, mtime_ns INTEGER)"
    )
    connection.execute("DELETE FROM asked")
    connection.executemany(
        "INSERT INTO asked VALUES (?, ?, ?, ?)",
        (
            (number, os.fsencode(stamp.path), stamp.size_bytes, stamp.mtime_ns)
            for number, stamp in enumerate(stamps)
        ),
    )
