"""The tables of rating sessions, and the steps that bring an older file up to date."""

import sqlite3

from app.catalog.schema import KeptFile, migrate

# One entry per schema version, oldest first. Entries are never changed once released.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # folder: os.fsencode of the absolute path, because names need not be valid text.
        """
        CREATE TABLE session (
            id INTEGER NOT NULL PRIMARY KEY,
            folder BLOB NOT NULL UNIQUE,
            begun_ns INTEGER NOT NULL
        )
        """,
        # stars: NULL where the person could not say. id gives the order of the answers.
        """
        CREATE TABLE answer (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            session_id INTEGER NOT NULL REFERENCES session (id),
            rater TEXT NOT NULL CHECK (rater <> ''),
            path BLOB NOT NULL,
            stars INTEGER CHECK (stars BETWEEN 1 AND 5),
            took_ms INTEGER NOT NULL,
            given_ns INTEGER NOT NULL
        )
        """,
        "CREATE INDEX answer_of_session ON answer (session_id, rater)",
    ),
)

_NEWER = (
    "The file of rating sessions was written by a newer Discern (its version is %d, this program"
    " knows up to %d). Update Discern to go on with them."
)


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Bring the tables to the version of this program, and let every answer reach the disk.

    Raises CatalogUnavailable for a file of a newer Discern.
    """
    # A person's answer can't be made again as a score can: not even a power cut may lose one.
    connection.execute("PRAGMA synchronous = FULL")
    migrate(connection, MIGRATIONS, newer=_NEWER)


SESSIONS = KeptFile(
    name="The file of rating sessions",
    full_name="The file of rating sessions",
    bring_up_to_date=bring_up_to_date,
)
