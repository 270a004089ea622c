"""What models said of photos, remembered by content; a failing catalog never stops the work."""

import logging
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Generic, Self, TypeVar

from app.catalog.connection import (
    BUSY_TIMEOUT_S,
    SQLITE_ERRORS,
    cause_of,
    is_damage,
    open_catalog,
    set_aside,
)
from app.catalog.photo_files import FileStamp, find_content, is_settled, store_content
from app.catalog.transaction import transaction
from app.errors import CatalogUnavailable

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_V = TypeVar("_V")

# Small transactions: a kill costs at most this much, and another process waits but briefly.
_BATCH_PHOTOS = 64
_BATCH_S = 2.0


class ContentMemory(ABC, Generic[_V]):
    """What one model with one number of crops gave for photos, in the catalog.

    Whatever goes wrong with the catalog is logged once as a warning, and from then on nothing is
    found and nothing is remembered. Used by one thread. A subclass says what is kept, and how.
    """

    what: ClassVar[str]  # is kept, for people: "scores"

    def __init__(
        self,
        catalog_path: Path | None,
        *,
        model_id: str,
        num_crops: int,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
    ) -> None:
        self.model_id = model_id
        self.num_crops = num_crops
        self._path = catalog_path
        self._pending: list[tuple[FileStamp, bytes, _V | None]] = []
        self._flushed_at_s = time.monotonic()
        self._connection: sqlite3.Connection | None = None
        if catalog_path is not None:
            try:
                self._connection = open_catalog(catalog_path, busy_timeout_s=busy_timeout_s)
            except CatalogUnavailable as error:
                _log.warning(
                    "%s %s will not be remembered this time.", error, self.what.capitalize()
                )

    @abstractmethod
    def _find(self, connection: sqlite3.Connection, content: bytes) -> _V | None:
        """What is known of a content."""

    @abstractmethod
    def _store(self, connection: sqlite3.Connection, content: bytes, value: _V) -> None:
        """Keep what is known of a content, in place of what was."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def is_working(self) -> bool:
        """Whether anything is still found and remembered."""
        return self._connection is not None

    def find_unchanged(self, stamp: FileStamp) -> _V | None:
        """What is known of a file that has not changed since; reads no photo."""

        def find(connection: sqlite3.Connection) -> _V | None:
            content = find_content(connection, stamp)
            return None if content is None else self._find(connection, content)

        return self._try(find)

    def find_content(self, stamp: FileStamp, content: bytes) -> _V | None:
        """What is known of this content, wherever it lay then."""
        found = self._try(lambda connection: self._find(connection, content))
        if found is not None:
            self._put_off(stamp, content, None)
        return found

    def remember(self, stamp: FileStamp, content: bytes, value: _V) -> None:
        """Remember it, written with the next batch."""
        self._put_off(stamp, content, value)

    def flush(self) -> None:
        """Write what is waiting."""
        pending, self._pending = self._pending, []
        self._flushed_at_s = time.monotonic()
        if pending:
            self._try(lambda connection: self._write(connection, pending))

    def close(self) -> None:
        """Write what is waiting and let go of the file."""
        self.flush()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _put_off(self, stamp: FileStamp, content: bytes, value: _V | None) -> None:
        if self._connection is None:
            return
        self._pending.append((stamp, content, value))
        waited_s = time.monotonic() - self._flushed_at_s
        if len(self._pending) >= _BATCH_PHOTOS or waited_s > _BATCH_S:
            self.flush()

    def _write(
        self,
        connection: sqlite3.Connection,
        pending: list[tuple[FileStamp, bytes, _V | None]],
    ) -> None:
        with transaction(connection):
            for stamp, content, value in pending:
                if is_settled(stamp):
                    store_content(connection, stamp, content)
                if value is not None:
                    self._store(connection, content, value)

    def _try(self, action: Callable[[sqlite3.Connection], _T]) -> _T | None:
        if self._connection is None:
            return None
        try:
            return action(self._connection)
        except SQLITE_ERRORS as error:
            self._give_up(error)
            return None

    def _give_up(self, error: Exception) -> None:
        _log.warning(
            "Rating goes on, but %s are not remembered from here on. The catalog %s can't be"
            " used: %s",
            self.what,
            self._path,
            cause_of(error),
        )
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        self._pending.clear()
        if self._path is not None and is_damage(error):
            with suppress(OSError):
                set_aside(self._path)
