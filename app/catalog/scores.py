"""The scores that the catalog remembers, per photo content, model and number of crops."""

import sqlite3
import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScore:
    """What a model said about a photo."""

    score_0_100: float
    uncertainty: float
    crop_scores: tuple[float, ...]
    width_px: int
    height_px: int


def find_score(
    connection: sqlite3.Connection, content: bytes, *, model_id: str, num_crops: int
) -> StoredScore | None:
    """The remembered score of a content, or None."""
    row = connection.execute(
        "SELECT score_0_100, uncertainty, crop_scores, width_px, height_px FROM score"
        " WHERE content_hash = ? AND model_id = ? AND num_crops = ?",
        (content, model_id, num_crops),
    ).fetchone()
    if row is None:
        return None
    score_0_100, uncertainty, crop_scores, width_px, height_px = row
    try:
        return StoredScore(
            score_0_100=float(score_0_100),
            uncertainty=float(uncertainty),
            crop_scores=struct.unpack(f"<{len(crop_scores) // 8}d", crop_scores),
            width_px=int(width_px),
            height_px=int(height_px),
        )
    except (struct.error, TypeError, ValueError, OverflowError):
        return None  # a row that nobody wrote like this: the photo is rated again


def store_score(
    connection: sqlite3.Connection,
    content: bytes,
    score: StoredScore,
    *,
    model_id: str,
    num_crops: int,
) -> None:
    """Remember a score; a second one for the same content, model and crops replaces the first."""
    connection.execute(
        "INSERT OR REPLACE INTO score VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            content,
            model_id,
            num_crops,
            score.score_0_100,
            score.uncertainty,
            struct.pack(f"<{len(score.crop_scores)}d", *score.crop_scores),
            score.width_px,
            score.height_px,
        ),
    )
