"""What the window asks of the catalog and tells it."""

import logging
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from app.catalog import marks, moved_marks, unreadable_files, xmp_readings
from app.catalog.asked_photos import ask_for
from app.catalog.connection import BUSY_TIMEOUT_S
from app.catalog.lent_connections import LentConnections
from app.catalog.looks import StoredLook, find_looks, store_looks
from app.catalog.marks import DatedMarks, MarkChange, Place
from app.catalog.moved_marks import MovedMarks
from app.catalog.photo_entries import find_entries
from app.catalog.photo_entry import Flag, PhotoEntry
from app.catalog.photo_files import FileStamp, is_settled, stamp_of, store_content
from app.errors import CatalogUnavailable

_log = logging.getLogger(__name__)

_CHUNK = 5000


class LibraryCatalog:
    """Scores, stars, flags and unreadable files of the library, between runs.

    Every method may block and may be called from any thread, but never from the one that draws
    the window. Every method raises CatalogUnavailable where the catalog can't be used now (it is
    locked for long, the disk is full); nothing is changed then.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._connections = LentConnections(path, busy_timeout_s=busy_timeout_s)

    def close(self) -> None:
        """Let go of the file."""
        self._connections.close()

    def entries(
        self, stamps: Sequence[FileStamp], *, model_id: str | None, num_crops: int | None
    ) -> list[PhotoEntry]:
        """What is known of each photo, in the order of `stamps`; scores are this model's.

        A photo whose content was marked at a place where it no longer lies gets those marks.
        """
        found: list[PhotoEntry] = []
        for start in range(0, len(stamps), _CHUNK):
            chunk = stamps[start : start + _CHUNK]
            find = partial(_find, stamps=chunk, model_id=model_id, num_crops=num_crops)
            entries, moved = self._connections.read(find)
            if self._follow(moved):
                entries, _ = self._connections.read(find)
            found += entries
        return found

    def looks(self, stamps: Sequence[FileStamp], *, look_id: str) -> list[StoredLook | None]:
        """What was found in each photo, in the order of `stamps`; None where it is not known."""
        found: list[StoredLook | None] = []
        for start in range(0, len(stamps), _CHUNK):
            chunk = stamps[start : start + _CHUNK]
            found += self._connections.read(partial(_find_looks, stamps=chunk, look_id=look_id))
        return found

    def remember_looks(
        self, looks: Iterable[tuple[FileStamp, StoredLook]], *, look_id: str
    ) -> list[FileStamp]:
        """Remember what was found in rated photos; returns those whose content is not known."""
        kept = list(looks)
        return self._connections.write(
            lambda connection: store_looks(connection, kept, look_id=look_id)
        )

    def marks_of(self, stamps: Sequence[FileStamp]) -> list[DatedMarks]:
        """Stars, flag and when they were given, in the order of `stamps`."""
        return self._connections.read(
            lambda connection: [marks.find_marks(connection, stamp) for stamp in stamps]
        )

    def starred(self) -> list[tuple[Path, int]]:
        """Every photo with stars that is at its place, and how many it has, by path."""
        found = self._connections.read(marks.find_starred)
        return [(path, stars) for path, stars in found if path.is_file()]

    def flagged(self) -> list[tuple[Path, Flag]]:
        """Every photo at its place that was picked or rejected, and which of the two, by path."""
        found = self._connections.read(marks.find_flagged)
        return [(path, flag) for path, flag in found if path.is_file()]

    def set_marks(self, changes: Sequence[MarkChange]) -> list[MarkChange]:
        """Give stars and flags, all or none; returns the changes that undo it."""
        stamps = [change.stamp for change in changes]

        def give(connection: sqlite3.Connection) -> list[MarkChange]:
            copies = filter(_is_unchanged, marks.find_copies(connection, stamps))
            marks.set_apart(connection, copies)
            return marks.change_marks(connection, changes)

        return self._connections.write(give)

    def take_marks(
        self, dated: Iterable[tuple[FileStamp, DatedMarks]], readings: Mapping[Path, bytes]
    ) -> None:
        """Take over marks that other programs gave, with what was read to find them."""

        def take(connection: sqlite3.Connection) -> None:
            for stamp, given in dated:
                marks.store_marks(connection, stamp, given.marks, changed_ns=given.changed_ns)
            xmp_readings.store_readings(connection, readings)

        self._connections.write(take)

    def xmp_readings(self, paths: Sequence[Path]) -> dict[Path, bytes]:
        """What `take_marks` was told of these photos' files when their XMP was read."""
        return self._connections.read(
            lambda connection: xmp_readings.find_readings(connection, paths)
        )

    def remember_errors(self, reasons: Iterable[tuple[FileStamp, str]]) -> None:
        """Remember why files are no photos that can be read, until they change."""
        kept = list(reasons)
        self._connections.write(lambda connection: unreadable_files.store_reasons(connection, kept))

    def forget_errors(self, stamps: Sequence[FileStamp]) -> None:
        """Let files that could not be read count as not tried yet."""
        self._connections.write(
            lambda connection: unreadable_files.forget_reasons(connection, stamps)
        )

    def maybe_moved(self, stamps: Sequence[FileStamp]) -> list[FileStamp]:
        """New files that are as large as a known one, and so may be that one, moved."""
        return self._connections.read(lambda connection: _find_maybe_moved(connection, stamps))

    def unidentified_marked(self) -> list[FileStamp]:
        """Marked photos whose content is not known yet, so that a move would lose their marks."""
        return self._connections.read(marks.find_without_content)

    def learn_contents(self, contents: Iterable[tuple[FileStamp, bytes]]) -> None:
        """Remember which content lies where."""
        kept = [(stamp, content) for stamp, content in contents if is_settled(stamp)]

        def learn(connection: sqlite3.Connection) -> None:
            for stamp, content in kept:
                store_content(connection, stamp, content)

        self._connections.write(learn)

    def follow_moves(self, moves: Sequence[tuple[FileStamp, FileStamp]]) -> None:
        """Let everything known of photos go along from the old places to the new ones."""
        self._connections.write(lambda connection: marks.follow_moves(connection, moves))

    def follow_copies(self, copies: Sequence[tuple[FileStamp, FileStamp]]) -> None:
        """Give copies what is known of their originals."""
        self._connections.write(lambda connection: marks.follow_copies(connection, copies))

    def leave_behind(self, paths: Sequence[Path]) -> None:
        """Note that the user took photos away, so that others there have no marks."""
        encoded = [os.fsencode(path) for path in paths]
        self._connections.write(
            lambda connection: marks.leave_behind(connection, encoded, Place.CLOSED)
        )

    def come_back(self, stamps: Sequence[FileStamp]) -> None:
        """Note that photos that were taken away are back at their places."""
        self._connections.write(lambda connection: marks.come_back(connection, stamps))

    def _follow(self, maybe_moved: Sequence[MovedMarks]) -> bool:
        moved: list[MovedMarks] = []
        copied: list[MovedMarks] = []
        for move in maybe_moved:
            (copied if _is_unchanged(move.old) else moved).append(move)
        if not maybe_moved:
            return False

        def follow(connection: sqlite3.Connection) -> None:
            moved_marks.follow(connection, moved)
            marks.set_apart(connection, [copy.new for copy in copied])

        try:
            self._connections.write(follow)
        except CatalogUnavailable as error:
            _log.warning("Stars of moved photos will be found later. %s", error)
            return False
        return bool(moved)


def _find(
    connection: sqlite3.Connection,
    *,
    stamps: Sequence[FileStamp],
    model_id: str | None,
    num_crops: int | None,
) -> tuple[list[PhotoEntry], list[MovedMarks]]:
    ask_for(connection, stamps)
    entries = find_entries(connection, stamps, model_id=model_id, num_crops=num_crops)
    return entries, moved_marks.find_moved(connection, stamps)


def _find_looks(
    connection: sqlite3.Connection, *, stamps: Sequence[FileStamp], look_id: str
) -> list[StoredLook | None]:
    ask_for(connection, stamps)
    return find_looks(connection, len(stamps), look_id=look_id)


def _find_maybe_moved(
    connection: sqlite3.Connection, stamps: Sequence[FileStamp]
) -> list[FileStamp]:
    ask_for(connection, stamps)
    return moved_marks.find_new_of_known_size(connection, stamps)


def _is_unchanged(stamp: FileStamp) -> bool:
    try:
        return stamp_of(stamp.path) == stamp
    except OSError:
        return False
