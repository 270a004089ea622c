"""What the catalog knows of the photos of a folder, in one question."""

import sqlite3
from collections.abc import Sequence

from app.catalog.photo_entry import Flag, PhotoEntry
from app.catalog.photo_files import FileStamp

_FLAGS = {int(flag): flag for flag in Flag}


def find_entries(
    connection: sqlite3.Connection,
    stamps: Sequence[FileStamp],
    *,
    model_id: str | None,
    num_crops: int | None,
) -> list[PhotoEntry]:
    """One entry for each of the stamps that were asked for, in the same order."""
    rows = connection.execute(
        """
        SELECT score.score_0_100, score.uncertainty, score.width_px, score.height_px,
            here.stars, here.flag, back.stars, back.flag, unreadable.reason
        FROM asked
        LEFT JOIN photo_file AS file ON file.path = asked.path
            AND file.size_bytes = asked.size_bytes AND file.mtime_ns = asked.mtime_ns
        LEFT JOIN score ON score.content_hash = file.content_hash
            AND score.model_id = ? AND score.num_crops = ?
        LEFT JOIN mark AS here ON here.path = asked.path AND here.place = 0
        LEFT JOIN mark AS back ON here.id IS NULL AND back.id = (
            SELECT id FROM mark WHERE path = asked.path
                AND size_bytes = asked.size_bytes AND mtime_ns = asked.mtime_ns
            ORDER BY changed_ns DESC LIMIT 1)
        LEFT JOIN unreadable_file AS unreadable ON unreadable.path = asked.path
            AND unreadable.size_bytes = asked.size_bytes
            AND unreadable.mtime_ns = asked.mtime_ns
        ORDER BY asked.number
        """,
        (model_id, num_crops),
    )
    return [_entry(stamp, row) for stamp, row in zip(stamps, rows, strict=True)]


def _entry(stamp: FileStamp, row: tuple[object, ...]) -> PhotoEntry:
    score, uncertainty, width_px, height_px, stars, flag, stars_back, flag_back, reason = row
    return PhotoEntry(
        path=stamp.path,
        size_bytes=stamp.size_bytes,
        mtime_ns=stamp.mtime_ns,
        score_0_100=score,  # type: ignore[arg-type]
        uncertainty=uncertainty,  # type: ignore[arg-type]
        stars=stars or stars_back or 0,  # type: ignore[arg-type]
        flag=_FLAGS[flag or flag_back or 0],  # type: ignore[index]
        error=reason if score is None else None,  # type: ignore[arg-type]
        width_px=width_px,  # type: ignore[arg-type]
        height_px=height_px,  # type: ignore[arg-type]
    )
