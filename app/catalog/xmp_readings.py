"""Which photos' XMP was read, and in which state, so that it is read again only when changed."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.catalog import plausible

_CHUNK = 500


def find_readings(connection: sqlite3.Connection, paths: Sequence[Path]) -> dict[Path, bytes]:
    """What `store_readings` was told of these photos; the new ones are left out."""
    found = {}
    for start in range(0, len(paths), _CHUNK):
        chunk = {os.fsencode(path): path for path in paths[start : start + _CHUNK]}
        marks = ", ".join("?" * len(chunk))
        rows = connection.execute(
            f"SELECT path, stamps FROM xmp_reading WHERE path IN ({marks})", list(chunk)
        )
        found.update(
            {chunk[path]: read for path, stamps in rows if (read := plausible.binary(stamps))}
        )
    return found


def store_readings(connection: sqlite3.Connection, readings: Mapping[Path, bytes]) -> None:
    """Remember in which state the files were read."""
    connection.executemany(
        "INSERT OR REPLACE INTO xmp_reading VALUES (?, ?)",
        [(os.fsencode(path), stamps) for path, stamps in readings.items()],
    )
