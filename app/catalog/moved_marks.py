"""Giving the marks of a photo that was moved or renamed to the photo at its new place."""

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from app.catalog import plausible
from app.catalog.marks import Marks, Place, store_marks, stored_marks
from app.catalog.photo_files import FileStamp, stored_stamp


@dataclass(frozen=True, slots=True)
class MovedMarks:
    """Marks of a photo that seems to be elsewhere now, and where."""

    new: FileStamp
    content: bytes
    old: FileStamp
    old_id: int
    marks: Marks
    changed_ns: int


def find_moved(connection: sqlite3.Connection, stamps: Sequence[FileStamp]) -> list[MovedMarks]:
    """Marked photos whose content is at a place asked for, where it has no marks yet.

    The caller looks at the disk: a photo that is still at its old place was copied, not moved.
    """
    rows = connection.execute(
        """
        SELECT asked.number, file.content_hash,
            old.path, old.size_bytes, old.mtime_ns, old.id, old.stars, old.flag, old.changed_ns
        FROM asked
        JOIN photo_file AS file ON file.path = asked.path
            AND file.size_bytes = asked.size_bytes AND file.mtime_ns = asked.mtime_ns
        JOIN mark AS old ON old.content_hash = file.content_hash
            AND old.path <> asked.path AND old.place <> 2
        LEFT JOIN mark AS here ON here.path = asked.path AND here.place = 0
        WHERE (here.id IS NULL OR here.content_hash <> file.content_hash)
            AND NOT EXISTS (SELECT 1 FROM mark WHERE path = asked.path
                AND size_bytes = asked.size_bytes AND mtime_ns = asked.mtime_ns)
        ORDER BY old.place DESC, old.changed_ns
        """
    ).fetchall()
    return [
        MovedMarks(
            new=stamps[number],
            content=content,
            old=old,
            old_id=old_id,
            marks=stored_marks(stars, flag),
            changed_ns=plausible.whole(changed_ns) or 0,
        )
        for number, stated, path, size_bytes, mtime_ns, old_id, stars, flag, changed_ns in rows
        if (content := plausible.binary(stated))
        and (old := stored_stamp(path, size_bytes, mtime_ns))
    ]


def find_new_of_known_size(
    connection: sqlite3.Connection, stamps: Sequence[FileStamp]
) -> list[FileStamp]:
    """The files asked for that are of unknown content and as large as one that is known."""
    rows = connection.execute(
        """
        SELECT asked.number FROM asked
        LEFT JOIN photo_file AS file ON file.path = asked.path
            AND file.size_bytes = asked.size_bytes AND file.mtime_ns = asked.mtime_ns
        WHERE file.path IS NULL AND asked.size_bytes IN (SELECT size_bytes FROM photo_file)
        ORDER BY asked.number
        """
    )
    return [stamps[number] for (number,) in rows]


def follow(connection: sqlite3.Connection, moved: Sequence[MovedMarks]) -> None:
    """Give the marks to the new places; of several for one place the last counts.

    Marks that another photo left at a new place are kept for when that photo is found.
    """
    for place, ids in (
        (Place.UNKNOWN, _in_the_way(connection, moved)),
        (Place.CLOSED, {move.old_id for move in moved}),
    ):
        connection.executemany(
            "UPDATE mark SET place = ? WHERE id = ?", [(int(place), mark_id) for mark_id in ids]
        )
    for move in moved:
        store_marks(
            connection, move.new, move.marks, changed_ns=move.changed_ns, content=move.content
        )


def _in_the_way(connection: sqlite3.Connection, moved: Sequence[MovedMarks]) -> set[int]:
    ids = set()
    for move in moved:
        row = connection.execute(
            "SELECT id FROM mark WHERE path = ? AND place = 0", (os.fsencode(move.new.path),)
        ).fetchone()
        if row is not None:
            ids.add(row[0])
    return ids
