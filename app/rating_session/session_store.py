"""Rating sessions in SQLite: every answer is on the disk, or was never given."""

import os
import sqlite3
import time
from pathlib import Path

from app.catalog import plausible
from app.catalog.lent_connections import LentConnections
from app.rating_session.session import LEAST_STARS, MOST_STARS, Answer, Session
from app.rating_session.session_schema import SESSIONS


class SessionStore:
    """Keeps the sessions between runs, one per folder.

    Every method may block and may be called from any thread, but never from the one that draws
    the window. Every method raises CatalogUnavailable where the file can't be used now (it is
    locked for long, the disk is full); nothing is changed then.
    """

    def __init__(self, path: Path) -> None:
        self._connections = LentConnections(path, kind=SESSIONS)

    def close(self) -> None:
        """Let go of the file."""
        self._connections.close()

    def sessions(self) -> list[Session]:
        """Every session in which something was said, the one that was used last first."""
        found = [one for one in self._connections.read(_find_all) if one.answers]
        return sorted(found, key=lambda one: one.answers[-1].given_ns, reverse=True)

    def session_of(self, folder: Path) -> Session:
        """The session about a folder's photos, begun now if there was none."""
        key = os.fsencode(os.path.abspath(folder))

        def find(connection: sqlite3.Connection) -> Session:
            connection.execute(
                "INSERT OR IGNORE INTO session (folder, begun_ns) VALUES (?, ?)",
                (key, time.time_ns()),
            )
            (found,) = connection.execute(
                "SELECT id, folder, begun_ns FROM session WHERE folder = ?", (key,)
            )
            return _session(connection, found)

        return self._connections.write(find)

    def add(self, session_id: int, answer: Answer) -> None:
        """Keep an answer."""
        row = (
            session_id,
            answer.rater,
            os.fsencode(answer.photo),
            answer.stars,
            answer.took_ms,
            answer.given_ns,
        )
        self._connections.write(
            lambda connection: connection.execute(
                "INSERT INTO answer (session_id, rater, path, stars, took_ms, given_ns)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
        )

    def take_back(self, session_id: int, rater: str) -> None:
        """Forget a person's last answer."""
        self._connections.write(
            lambda connection: connection.execute(
                "DELETE FROM answer WHERE id ="
                " (SELECT max(id) FROM answer WHERE session_id = ? AND rater = ?)",
                (session_id, rater),
            )
        )

    def remove(self, session_id: int) -> None:
        """Delete a session with all its answers."""

        def delete(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM answer WHERE session_id = ?", (session_id,))
            connection.execute("DELETE FROM session WHERE id = ?", (session_id,))

        self._connections.write(delete)


def _find_all(connection: sqlite3.Connection) -> list[Session]:
    rows = connection.execute("SELECT id, folder, begun_ns FROM session").fetchall()
    return [_session(connection, row) for row in rows if plausible.binary(row[1])]


def _session(connection: sqlite3.Connection, row: tuple[int, bytes, object]) -> Session:
    session_id, folder, begun_ns = row
    answers = connection.execute(
        "SELECT rater, path, stars, took_ms, given_ns FROM answer WHERE session_id = ? ORDER BY id",
        (session_id,),
    )
    return Session(
        session_id=session_id,
        folder=Path(os.fsdecode(folder)),
        begun_ns=plausible.whole(begun_ns) or 0,
        answers=tuple(found for given in answers if (found := _answer(*given))),
    )


def _answer(
    rater: object, path: object, stars: object, took_ms: object, given_ns: object
) -> Answer | None:
    """The answer in a row; None if no Discern ever wrote such a one."""
    place = plausible.binary(path)
    given = None if stars is None else plausible.whole(stars, least=LEAST_STARS, most=MOST_STARS)
    if not place or not isinstance(rater, str) or not rater.strip():
        return None
    if stars is not None and given is None:
        return None
    return Answer(
        photo=Path(os.fsdecode(place)),
        rater=rater,
        stars=given,
        took_ms=plausible.whole(took_ms) or 0,
        given_ns=plausible.whole(given_ns) or 0,
    )
