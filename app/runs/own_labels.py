"""Label tables of what was said in Discern itself: stars, picks and rejects, rating sessions."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_entry import Flag
from app.contest.contest import Contest
from app.contest.contest_file import list_contests
from app.errors import AppError
from app.rating_session.points import points_of
from app.rating_session.session_store import SessionStore
from engine.files.atomic_write import write_bytes
from engine.files.csv_text import csv_text


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLabels:
    """Labels that lie in Discern: what they are called, their scale, and how to get a table.

    `write` returns the new table; slow, for a thread. It raises AppError where there are none.
    """

    name: str
    low: float
    high: float
    write: Callable[[], Path]


def write_star_labels(catalog: LibraryCatalog, folder: Path) -> Path:
    """Write every photo that has stars into a new table in `folder`; slow, for a thread.

    Raises AppError when no photo has any.
    """
    starred = catalog.starred()
    if not starred:
        raise AppError(
            "No photo has stars yet. Give photos 1 to 5 stars in the library, a few dozen for a"
            " first model of your own, or start a rating session."
        )
    return _write(folder, "my-stars", [("image", "stars"), *starred])


def write_flag_labels(catalog: LibraryCatalog, folder: Path) -> Path:
    """Write every picked photo with 1 and every rejected one with 0; slow, for a thread.

    Raises AppError unless some are picked and some rejected: of one kind alone nothing is learned.
    """
    flagged = catalog.flagged()
    num_picked = sum(flag is Flag.PICKED for _, flag in flagged)
    if not 0 < num_picked < len(flagged):
        found = f"{num_picked} picked and {len(flagged) - num_picked} rejected"
        raise AppError(
            f"There are {found} photos. Pick good ones (P) and reject bad ones (X) in the library,"
            " a few dozen of each; the difference between the two is what is learned."
        )
    rows = [(path, int(flag is Flag.PICKED)) for path, flag in flagged]
    return _write(folder, "my-picks", [("image", "rating"), *rows])


def write_session_labels(sessions: SessionStore, contests: Path, folder: Path) -> Path:
    """Write what was said in all rating sessions, in points from 0 to 100; slow, for a thread.

    Answers of the contests in the folder `contests` about photos that were rated count as well.
    Raises AppError when nothing was said.
    """
    said = [one.contest for one in list_contests(contests) if one.contest is not None]
    rows = session_rows(sessions, said)
    if not rows:
        raise AppError("No photo was rated in a rating session yet. Start one: Train, Rate photos.")
    return _write(folder, "my-ratings", [("image", "score"), *rows])


def session_rows(sessions: SessionStore, contests: Sequence[Contest]) -> list[tuple[Path, str]]:
    """Every photo of all rating sessions that is at its place, with its points, by path."""
    points: dict[Path, float] = {}
    for session in sessions.sessions():
        for photo, value in points_of(session, contests=contests).points.items():
            points.setdefault(photo, value)  # of the session that was used last
    return [(photo, f"{value:.2f}") for photo, value in sorted(points.items())]


def _write(folder: Path, name: str, rows: Sequence[Sequence[object]]) -> Path:
    path = folder / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(path, csv_text(rows).encode("utf-8"))
    except (OSError, UnicodeEncodeError) as error:
        raise AppError(f"{path} could not be written: {error}.") from error
    return path
