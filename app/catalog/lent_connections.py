"""Connections to the catalog that are lent to whichever thread needs one."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from app.catalog.connection import (
    BUSY_TIMEOUT_S,
    SQLITE_ERRORS,
    cause_of,
    is_damage,
    open_catalog,
    set_aside,
)
from app.catalog.schema import CATALOG, KeptFile
from app.catalog.transaction import Begin, transaction
from app.errors import CatalogUnavailable

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class LentConnections:
    """Runs pieces of work on the catalog, each on a connection of its own while it lasts.

    A catalog found damaged on the way is set aside, and the work is done once more on a new one.
    """

    def __init__(
        self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S, kind: KeptFile = CATALOG
    ) -> None:
        self._path = path
        self._kind = kind
        self._busy_timeout_s = busy_timeout_s
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._generation = 0  # a new one begins when the file was set aside
        self._is_closed = False

    def read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """What `work` finds, all of it from one moment of the catalog.

        Raises:
            CatalogUnavailable: the catalog can't be read now.
        """
        return self._run(work, "BEGIN")

    def write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do all of `work` or, when anything goes wrong, nothing.

        Raises:
            CatalogUnavailable: the catalog can't be written now; nothing was changed.
        """
        return self._run(work, "BEGIN IMMEDIATE")

    def close(self) -> None:
        """Let go of the file; connections at work are closed when they come back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _run(self, work: Callable[[sqlite3.Connection], _T], begin: Begin) -> _T:
        try:
            generation = self._generation
            try:
                return self._in_transaction(work, begin)
            except SQLITE_ERRORS as error:
                if not is_damage(error):
                    raise
                self._begin_anew(generation)
                return self._in_transaction(work, begin)
        except (OSError, *SQLITE_ERRORS) as error:
            raise CatalogUnavailable(
                f"Nothing was changed in {self._kind.name.lower()} {self._path}, which can't be"
                f" used: {cause_of(error)}"
            ) from error

    def _in_transaction(self, work: Callable[[sqlite3.Connection], _T], begin: Begin) -> _T:
        with self._lent() as connection, transaction(connection, begin):
            return work(connection)

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            generation = self._generation
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = open_catalog(
                self._path, busy_timeout_s=self._busy_timeout_s, is_lent=True, kind=self._kind
            )
            connection.execute("PRAGMA temp_store = MEMORY")
        try:
            yield connection
        finally:
            with self._lock:
                is_kept = generation == self._generation and not self._is_closed
                if is_kept:
                    self._idle.append(connection)
            if not is_kept:
                connection.close()

    def _begin_anew(self, generation: int) -> None:
        with self._lock:
            if generation != self._generation:
                return  # another thread found the damage first
            self._generation += 1
            idle, self._idle = self._idle, []
            for connection in idle:
                connection.close()
            set_aside(self._path, self._kind)
