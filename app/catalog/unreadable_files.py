"""Files that could not be read as photos, remembered so that they are not tried again."""

import os
import sqlite3
from collections.abc import Iterable

from app.catalog.photo_files import FileStamp, is_settled


def store_reasons(connection: sqlite3.Connection, reasons: Iterable[tuple[FileStamp, str]]) -> None:
    """Remember why files can't be read; one that may still be copying is not remembered."""
    connection.executemany(
        "INSERT OR REPLACE INTO unreadable_file VALUES (?, ?, ?, ?)",
        [
            (os.fsencode(stamp.path), stamp.size_bytes, stamp.mtime_ns, reason)
            for stamp, reason in reasons
            if is_settled(stamp)
        ],
    )


def forget_reasons(connection: sqlite3.Connection, stamps: Iterable[FileStamp]) -> None:
    """Let files count as not tried yet."""
    connection.executemany(
        "DELETE FROM unreadable_file WHERE path = ?",
        [(os.fsencode(stamp.path),) for stamp in stamps],
    )
