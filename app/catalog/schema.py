"""The catalog's tables, and the steps that bring an older file up to date."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from app.catalog.transaction import transaction
from app.errors import CatalogUnavailable

# One entry per schema version, oldest first. Entries are never changed once released: a new
# version is a new entry, so that every file ever written can be brought forward.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # path: os.fsencode of the absolute path, because file names need not be valid text.
        """
        CREATE TABLE photo_file (
            path BLOB NOT NULL PRIMARY KEY,
            size_bytes INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            content_hash BLOB NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX photo_file_by_content ON photo_file (content_hash)",
        # crop_scores: float64, little endian, one after the other.
        """
        CREATE TABLE score (
            content_hash BLOB NOT NULL,
            model_id TEXT NOT NULL,
            num_crops INTEGER NOT NULL,
            score_0_100 REAL NOT NULL,
            uncertainty REAL NOT NULL,
            crop_scores BLOB NOT NULL,
            width_px INTEGER NOT NULL,
            height_px INTEGER NOT NULL,
            PRIMARY KEY (content_hash, model_id, num_crops)
        ) WITHOUT ROWID
        """,
    ),
    (
        # What the user said of the photo at a path. Marks belong to a place and not to a content,
        # so that rejecting one of two copies does not reject the other; the content is kept
        # because it tells where a moved photo went. place is app.catalog.marks.Place: rows of
        # photos that went away are kept, for the day when they are found or their drive is back.
        """
        CREATE TABLE mark (
            id INTEGER NOT NULL PRIMARY KEY,
            path BLOB NOT NULL,
            size_bytes INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            content_hash BLOB,
            stars INTEGER NOT NULL,
            flag INTEGER NOT NULL,
            changed_ns INTEGER NOT NULL,
            place INTEGER NOT NULL DEFAULT 0
        )
        """,
        "CREATE UNIQUE INDEX mark_in_place ON mark (path) WHERE place = 0",
        "CREATE INDEX mark_by_path ON mark (path)",
        "CREATE INDEX mark_by_content ON mark (content_hash)",
        # Whoever hashes a photo, the photo's marks learn its content.
        """
        CREATE TRIGGER mark_learns_content AFTER INSERT ON photo_file
        BEGIN
            UPDATE mark SET content_hash = NEW.content_hash
            WHERE path = NEW.path AND size_bytes = NEW.size_bytes AND mtime_ns = NEW.mtime_ns
                AND content_hash IS NULL;
        END
        """,
        # Files that are no photo that can be read, and why.
        """
        CREATE TABLE unreadable_file (
            path BLOB NOT NULL PRIMARY KEY,
            size_bytes INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            reason TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        # Photos whose XMP was read, with the stamps of the photo and of its sidecars then.
        """
        CREATE TABLE xmp_reading (
            path BLOB NOT NULL PRIMARY KEY,
            stamps BLOB NOT NULL
        ) WITHOUT ROWID
        """,
    ),
    (
        # What was found in a photo's whole and in its own pixels. shares and shares_at_100 are
        # JSON: the share that each kind of defect affects, by its name.
        """
        CREATE TABLE look (
            content_hash BLOB NOT NULL,
            look_id TEXT NOT NULL,
            shares TEXT NOT NULL,
            shares_at_100 TEXT NOT NULL,
            focus_spread_px REAL,
            focus_left_px INTEGER,
            focus_top_px INTEGER,
            focus_width_px INTEGER,
            focus_height_px INTEGER,
            noise_at_100 REAL,
            PRIMARY KEY (content_hash, look_id)
        ) WITHOUT ROWID
        """,
    ),
    (
        # How like the training photos a photo is, as engine.certainty.familiarity writes it; NULL
        # where the model states no intervals, and the uncertainty is the spread over crops.
        "ALTER TABLE score ADD COLUMN familiarity TEXT",
    ),
    (
        # What models give to heads that learn from them. numbers: float32, little endian, one
        # after the other; they can be made again from the photo.
        """
        CREATE TABLE feature (
            content_hash BLOB NOT NULL,
            model_id TEXT NOT NULL,
            num_crops INTEGER NOT NULL,
            numbers BLOB NOT NULL,
            PRIMARY KEY (content_hash, model_id, num_crops)
        )
        """,
    ),
    (
        # Of models that predict how people's ratings are spread. probabilities: of 1 to 5, float64,
        # little endian.
        """
        CREATE TABLE predicted_ratings (
            content_hash BLOB NOT NULL,
            model_id TEXT NOT NULL,
            num_crops INTEGER NOT NULL,
            probabilities BLOB NOT NULL,
            PRIMARY KEY (content_hash, model_id, num_crops)
        ) WITHOUT ROWID
        """,
    ),
)
SCHEMA_VERSION = len(MIGRATIONS)

_NEWER = (
    "The catalog was written by a newer Discern (its version is %d, this program knows up to %d)."
    " Update Discern to use the remembered scores."
)


class DamagedCatalog(sqlite3.DatabaseError):
    """The file says what no Discern ever wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A kind of SQLite file that Discern keeps: what it is called, and how it is brought forward.

    `bring_up_to_date` raises CatalogUnavailable for a file of a newer Discern.
    """

    name: str  # to begin a sentence with
    full_name: str  # likewise, with what it holds
    bring_up_to_date: Callable[[sqlite3.Connection], None]


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Bring the catalog's tables to the version of this program.

    Raises CatalogUnavailable for a file of a newer Discern.
    """
    migrate(connection, MIGRATIONS[:SCHEMA_VERSION], newer=_NEWER)


def migrate(
    connection: sqlite3.Connection, migrations: tuple[tuple[str, ...], ...], *, newer: str
) -> None:
    """Run the migrations that the file has not seen, each in a transaction of its own.

    The version is read again inside the transaction: another process may have been faster.
    Raises CatalogUnavailable with the sentence `newer`, which has places for the file's version and
    the one known here, for a file of a newer Discern.
    """
    while (version := _version(connection)) != len(migrations):
        if version > len(migrations):
            raise CatalogUnavailable(newer % (version, len(migrations)))
        with transaction(connection):
            version = _version(connection)
            if version < len(migrations):
                for statement in migrations[version]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")


def _version(connection: sqlite3.Connection) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version < 0:
        raise DamagedCatalog(f"its version is {version}")
    return version


CATALOG = KeptFile(
    name="The catalog",
    full_name="The catalog of scores and stars",
    bring_up_to_date=bring_up_to_date,
)
