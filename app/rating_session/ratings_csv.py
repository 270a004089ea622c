"""A session's answers as a table for other programs: one row per person and photo."""

from datetime import UTC, datetime

from app.rating_session.session import Session
from engine.files.csv_text import csv_text, no_formula

COLUMNS = ("image", "rater", "stars", "given", "seconds")


def ratings_csv(session: Session) -> bytes:
    """One row per answer, in the order in which they were given; "can't say" has no stars."""
    rows = [
        (
            answer.photo,
            no_formula(answer.rater),
            "" if answer.stars is None else answer.stars,
            datetime.fromtimestamp(answer.given_ns / 1e9, tz=UTC).isoformat(timespec="seconds"),
            f"{answer.took_ms / 1000:.1f}",
        )
        for answer in session.answers
    ]
    return csv_text([COLUMNS, *rows]).encode("utf-8", errors="backslashreplace")
