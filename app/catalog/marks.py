"""The stars and flags that the user gave, as rows of the catalog."""

import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from app.catalog import plausible
from app.catalog.photo_entry import MAX_STARS, Flag
from app.catalog.photo_files import (
    FileStamp,
    find_content,
    is_settled,
    store_content,
    stored_stamp,
)


class Place(IntEnum):
    """Where the photo of a row is."""

    HERE = 0  # at the row's path; there is one such row per path
    UNKNOWN = 1  # no longer there; whoever has its content is taken for it
    CLOSED = 2  # found elsewhere, or taken away by the user: nobody else gets these marks


@dataclass(frozen=True, slots=True)
class Marks:
    """What the user said of a photo."""

    stars: int = 0
    flag: Flag = Flag.NONE

    def __post_init__(self) -> None:
        if not 0 <= self.stars <= MAX_STARS:
            raise ValueError(f"A photo has 0 to {MAX_STARS} stars, not {self.stars}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChange:
    """New stars, a new flag, or both, for one photo; None leaves what is there."""

    stamp: FileStamp
    stars: int | None = None
    flag: Flag | None = None

    def applied_to(self, marks: Marks) -> Marks:
        """The marks after this change."""
        return Marks(
            marks.stars if self.stars is None else self.stars,
            marks.flag if self.flag is None else self.flag,
        )


@dataclass(frozen=True, slots=True)
class DatedMarks:
    """Marks and when they were given; the time is 0 for a photo that never had any."""

    marks: Marks
    changed_ns: int


def stored_marks(stars: object, flag: object) -> Marks:
    """The marks in a row of the catalog; what no Discern ever wrote counts as not given."""
    return Marks(
        plausible.whole(stars, most=MAX_STARS) or 0,
        Flag(plausible.whole(flag, least=Flag.REJECTED, most=Flag.PICKED) or 0),
    )


def find_marks(connection: sqlite3.Connection, stamp: FileStamp) -> DatedMarks:
    """The marks of the photo at a path.

    A photo that was changed in place keeps its marks. A row that was left behind by a photo that
    went away counts only if that very photo is back.
    """
    row = connection.execute(
        "SELECT stars, flag, changed_ns FROM mark WHERE path = ?"
        " AND (place = 0 OR (size_bytes = ? AND mtime_ns = ?))"
        " ORDER BY place, changed_ns DESC LIMIT 1",
        (os.fsencode(stamp.path), stamp.size_bytes, stamp.mtime_ns),
    ).fetchone()
    if row is None:
        return DatedMarks(Marks(), 0)
    return DatedMarks(stored_marks(row[0], row[1]), plausible.whole(row[2]) or 0)


def store_marks(
    connection: sqlite3.Connection,
    stamp: FileStamp,
    marks: Marks,
    *,
    changed_ns: int | None = None,
    content: bytes | None = None,
) -> None:
    """Give a photo its marks; its content is looked up where the caller does not know it."""
    path = os.fsencode(stamp.path)
    if content is None:
        content = find_content(connection, stamp)
    row = connection.execute("SELECT id FROM mark WHERE path = ? AND place = 0", (path,)).fetchone()
    when_ns = time.time_ns() if changed_ns is None else changed_ns
    said = (marks.stars, int(marks.flag), when_ns)
    file = (stamp.size_bytes, stamp.mtime_ns)
    if row is None:
        connection.execute(
            "INSERT INTO mark (path, content_hash, stars, flag, changed_ns, size_bytes, mtime_ns)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (path, content, *said, *file),
        )
    else:
        connection.execute(
            "UPDATE mark SET stars = ?, flag = ?, changed_ns = ?, content_hash = coalesce(?,"
            " CASE WHEN size_bytes = ? AND mtime_ns = ? THEN content_hash END),"
            " size_bytes = ?, mtime_ns = ? WHERE id = ?",
            (*said, content, *file, *file, row[0]),
        )


def change_marks(connection: sqlite3.Connection, changes: Iterable[MarkChange]) -> list[MarkChange]:
    """Carry out changes and return those that undo them, in the same order."""
    undone = []
    for change in changes:
        before = find_marks(connection, change.stamp).marks
        store_marks(connection, change.stamp, change.applied_to(before))
        undone.append(MarkChange(stamp=change.stamp, stars=before.stars, flag=before.flag))
    return undone


def leave_behind(connection: sqlite3.Connection, paths: Iterable[bytes], place: Place) -> None:
    """Note that the marked photos are no longer at these paths."""
    connection.executemany(
        "UPDATE mark SET place = ? WHERE path = ? AND place = 0",
        [(int(place), path) for path in paths],
    )


def come_back(connection: sqlite3.Connection, stamps: Iterable[FileStamp]) -> None:
    """Note that photos that had gone are at their places again, with the marks they had."""
    for stamp in stamps:
        path = os.fsencode(stamp.path)
        connection.execute(
            "UPDATE mark SET place = 0 WHERE id = (SELECT id FROM mark WHERE path = ?"
            " AND size_bytes = ? AND mtime_ns = ? ORDER BY changed_ns DESC LIMIT 1)"
            " AND NOT EXISTS (SELECT 1 FROM mark WHERE path = ? AND place = 0)",
            (path, stamp.size_bytes, stamp.mtime_ns, path),
        )


def set_apart(connection: sqlite3.Connection, stamps: Iterable[FileStamp]) -> None:
    """Note that these are photos of their own, whatever else has their content.

    A copy that was there beside its original is no moved photo on the day when one of the two is
    gone: it must not inherit, say, that the other was rejected.
    """
    for stamp in stamps:
        path = os.fsencode(stamp.path)
        connection.execute(
            "INSERT OR IGNORE INTO mark"
            " (path, size_bytes, mtime_ns, content_hash, stars, flag, changed_ns)"
            " VALUES (?, ?, ?, ?, 0, 0, 0)",
            (path, stamp.size_bytes, stamp.mtime_ns, find_content(connection, stamp)),
        )


def find_copies(connection: sqlite3.Connection, stamps: Iterable[FileStamp]) -> list[FileStamp]:
    """The places without marks where the content of these photos lies or lay."""
    copies = []
    for stamp in stamps:
        rows = connection.execute(
            "SELECT copy.path, copy.size_bytes, copy.mtime_ns FROM photo_file AS file"
            " JOIN photo_file AS copy ON copy.content_hash = file.content_hash"
            " AND copy.path <> file.path"
            " WHERE file.path = ? AND file.size_bytes = ? AND file.mtime_ns = ?"
            " AND NOT EXISTS (SELECT 1 FROM mark WHERE mark.path = copy.path AND place = 0)",
            (os.fsencode(stamp.path), stamp.size_bytes, stamp.mtime_ns),
        )
        copies += [found for row in rows if (found := stored_stamp(*row))]
    return copies


def follow_moves(
    connection: sqlite3.Connection, moves: Sequence[tuple[FileStamp, FileStamp]]
) -> None:
    """Let marks and what is known of the files go from the old places to the new ones."""
    for old, new in moves:
        come_back(connection, [old])
        old_path, new_path = os.fsencode(old.path), os.fsencode(new.path)
        leave_behind(connection, [new_path], Place.UNKNOWN)
        content = find_content(connection, old)
        connection.execute(
            "UPDATE mark SET content_hash = coalesce(?,"
            " CASE WHEN size_bytes = ? AND mtime_ns = ? THEN content_hash END),"
            " path = ?, size_bytes = ?, mtime_ns = ? WHERE path = ? AND place = 0",
            (
                *(content, old.size_bytes, old.mtime_ns),
                *(new_path, new.size_bytes, new.mtime_ns, old_path),
            ),
        )
        for table in ("photo_file", "unreadable_file"):
            connection.execute(f"DELETE FROM {table} WHERE path = ?", (new_path,))
            connection.execute(
                f"UPDATE {table} SET path = ?, size_bytes = ?, mtime_ns = ?"
                " WHERE path = ? AND size_bytes = ? AND mtime_ns = ?",
                (new_path, new.size_bytes, new.mtime_ns, old_path, old.size_bytes, old.mtime_ns),
            )


def follow_copies(
    connection: sqlite3.Connection, copies: Sequence[tuple[FileStamp, FileStamp]]
) -> None:
    """Give copies the marks and the known content of their originals."""
    for original, copy in copies:
        found = find_marks(connection, original)
        content = find_content(connection, original)
        if found.changed_ns:
            store_marks(connection, copy, found.marks, changed_ns=found.changed_ns, content=content)
        if content is not None and is_settled(copy):
            store_content(connection, copy, content)


def find_without_content(connection: sqlite3.Connection) -> list[FileStamp]:
    """The marked photos of which only the place is known."""
    rows = connection.execute(
        "SELECT path, size_bytes, mtime_ns FROM mark"
        " WHERE content_hash IS NULL AND place = 0 AND (stars <> 0 OR flag <> 0)"
    )
    return [found for row in rows if (found := stored_stamp(*row))]


def find_starred(connection: sqlite3.Connection) -> list[tuple[Path, int]]:
    """The photos that were given stars, with how many, by path."""
    rows = connection.execute(
        "SELECT path, size_bytes, mtime_ns, stars FROM mark"
        " WHERE place = 0 AND stars > 0 ORDER BY path"
    )
    return [
        (stamp.path, stars)
        for *file, stated in rows
        if (stamp := stored_stamp(*file)) and (stars := stored_marks(stated, 0).stars)
    ]


def find_flagged(connection: sqlite3.Connection) -> list[tuple[Path, Flag]]:
    """The photos that were picked or rejected, with which of the two, by path."""
    rows = connection.execute(
        "SELECT path, size_bytes, mtime_ns, flag FROM mark"
        " WHERE place = 0 AND flag <> 0 ORDER BY path"
    )
    return [
        (stamp.path, flag)
        for *file, stated in rows
        if (stamp := stored_stamp(*file)) and (flag := stored_marks(0, stated).flag)
    ]
