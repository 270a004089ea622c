"""What the catalog knows of the photos of a folder, in one question."""

import sqlite3
from collections.abc import Sequence

from app.catalog import plausible
from app.catalog.marks import stored_marks
from app.catalog.photo_entry import PhotoEntry
from app.catalog.photo_files import FileStamp
from app.catalog.predicted_ratings import stored_ratings
from app.catalog.scores import stored_familiarity, stored_points, stored_side


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
        SELECT asked.number, score.score_0_100, score.uncertainty, score.width_px, score.height_px,
            here.stars, here.flag, back.stars, back.flag, unreadable.reason, score.familiarity,
            predicted.probabilities
        FROM asked
        LEFT JOIN photo_file AS file ON file.path = asked.path
            AND file.size_bytes = asked.size_bytes AND file.mtime_ns = asked.mtime_ns
        LEFT JOIN score ON score.content_hash = file.content_hash
            AND score.model_id = ? AND score.num_crops = ?
        LEFT JOIN predicted_ratings AS predicted ON predicted.content_hash = score.content_hash
            AND predicted.model_id = score.model_id AND predicted.num_crops = score.num_crops
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
    # An index that is damaged may find a photo twice.
    only = {number: row for number, *row in rows}
    return [_entry(stamp, only[number]) for number, stamp in enumerate(stamps)]


def _entry(stamp: FileStamp, row: Sequence[object]) -> PhotoEntry:
    score, uncertainty, width_px, height_px, stars, flag, stars_back, flag_back, *more = row
    reason, like, probabilities = more
    marks = stored_marks(stars or stars_back, flag or flag_back)
    points, spread = stored_points(score), stored_points(uncertainty)
    is_rated = points is not None and spread is not None
    return PhotoEntry(
        path=stamp.path,
        size_bytes=stamp.size_bytes,
        mtime_ns=stamp.mtime_ns,
        score_0_100=points if is_rated else None,
        uncertainty=spread if is_rated else None,
        ratings=stored_ratings(probabilities) if is_rated else (),
        familiarity=stored_familiarity(like) if is_rated else None,
        stars=marks.stars,
        flag=marks.flag,
        error=None if is_rated else plausible.text(reason),
        width_px=stored_side(width_px),
        height_px=stored_side(height_px),
    )
