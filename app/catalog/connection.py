"""Opening the catalog: WAL mode, migrations, and a damaged file set aside."""

import errno
import logging
import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from app.catalog.schema import CATALOG, DamagedCatalog, KeptFile
from app.errors import CatalogUnavailable

_log = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 5.0
SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite may raise; of a damaged file it may quote bytes that are no text."""

_BUSY_PAUSE_S = 0.02
_UNREADABLE_TEXT = "Could not decode to UTF-8"
_DAMAGE_CODES = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def open_catalog(
    path: Path,
    *,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
    is_lent: bool = False,
    kind: KeptFile = CATALOG,
) -> sqlite3.Connection:
    """Open the catalog, or a file of another kind, made or brought up to date where needed.

    A damaged file is renamed, never deleted, and a new one begun. The connection is in autocommit
    mode; who writes begins a transaction. It may only be used by the thread that opened it, or,
    if it is lent, by one thread after the other.

    Raises:
        CatalogUnavailable: the catalog can't be used now, for a reason outside the file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open(path, busy_timeout_s, is_lent, kind)
        except SQLITE_ERRORS as error:
            if not is_damage(error):
                raise
            set_aside(path, kind)
            return _open(path, busy_timeout_s, is_lent, kind)
    except (OSError, *SQLITE_ERRORS) as error:
        raise CatalogUnavailable(f"{kind.name} {path} can't be used: {cause_of(error)}") from error


def is_damage(error: Exception) -> bool:
    """Whether SQLite says that the file itself is broken, rather than busy or out of reach."""
    if isinstance(error, UnicodeDecodeError | DamagedCatalog) or _UNREADABLE_TEXT in str(error):
        return True
    # The low byte is the kind; the rest says where it was found. Errors that Python itself
    # raises carry no code.
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGE_CODES


def cause_of(error: Exception) -> str:
    """Why the catalog can't be used, to end a sentence with, and what to do about it."""
    code = getattr(error, "sqlite_errorcode", None)
    if getattr(error, "errno", None) == errno.ENOSPC or (code or 0) & 0xFF == sqlite3.SQLITE_FULL:
        return "its disk is full. Make room there, and try again."
    return f"{error}."


def set_aside(path: Path, kind: KeptFile = CATALOG) -> Path:
    """Rename a damaged catalog so that a new one can begin, and return its new path."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}-{os.getpid()}{path.suffix}")
    path.replace(aside)
    # What was not yet moved from the log into the file belongs to the damaged file.
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    _log.warning(
        "%s was damaged. It was set aside as %s and a new one begun.",
        kind.full_name,
        aside,
    )
    return aside


def _open(path: Path, busy_timeout_s: float, is_lent: bool, kind: KeptFile) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=not is_lent
    )
    try:
        _change_to_wal(connection, busy_timeout_s)
        # With WAL a kill loses nothing and a power cut at most the last transactions.
        connection.execute("PRAGMA synchronous = NORMAL")
        kind.bring_up_to_date(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _change_to_wal(connection: sqlite3.Connection, busy_timeout_s: float) -> None:
    # SQLite's own timeout does not hold for this one statement: where two programs begin the
    # same catalog, one of them is told at once that the file is busy.
    give_up_at_s = time.monotonic() + busy_timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() >= give_up_at_s:
                raise
        time.sleep(_BUSY_PAUSE_S)
