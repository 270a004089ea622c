"""The scores that the catalog remembers, per photo content, model and number of crops."""

import sqlite3
import struct
from dataclasses import dataclass

from app.catalog import plausible
from app.catalog.predicted_ratings import find_ratings, store_ratings
from engine.certainty.familiarity import Familiarity

_LONGEST_PX = 1_000_000  # no format that is read knows longer sides


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScore:
    """What a model said about a photo; without a familiarity it states no intervals.

    `ratings` are the probabilities of 1 to 5, of models that predict them.
    """

    score_0_100: float
    uncertainty: float
    crop_scores: tuple[float, ...]
    width_px: int
    height_px: int
    ratings: tuple[float, ...] = ()
    familiarity: Familiarity | None = None


def find_score(
    connection: sqlite3.Connection, content: bytes, *, model_id: str, num_crops: int
) -> StoredScore | None:
    """The remembered score of a content, or None."""
    row = connection.execute(
        "SELECT score_0_100, uncertainty, crop_scores, width_px, height_px, familiarity FROM score"
        " WHERE content_hash = ? AND model_id = ? AND num_crops = ?",
        (content, model_id, num_crops),
    ).fetchone()
    if row is None:
        return None
    score_0_100, uncertainty = stored_points(row[0]), stored_points(row[1])
    crop_scores = plausible.binary(row[2])
    width_px, height_px = stored_side(row[3]), stored_side(row[4])
    if (
        score_0_100 is None
        or uncertainty is None
        or crop_scores is None
        or len(crop_scores) % 8
        or width_px is None
        or height_px is None
    ):
        return None  # nobody wrote it like this: the photo is rated again
    return StoredScore(
        score_0_100=score_0_100,
        uncertainty=uncertainty,
        crop_scores=struct.unpack(f"<{len(crop_scores) // 8}d", crop_scores),
        width_px=width_px,
        height_px=height_px,
        ratings=find_ratings(connection, content, model_id=model_id, num_crops=num_crops),
        familiarity=stored_familiarity(row[5]),
    )


def stored_familiarity(value: object) -> Familiarity | None:
    """How like the training photos a photo is, in a row of the catalog; None if it is not said."""
    text = plausible.text(value)
    try:
        return None if text is None else Familiarity.from_text(text)
    except (ValueError, RecursionError):
        return None


def stored_points(value: object) -> float | None:
    """A score or an uncertainty in a row of the catalog; None if it can't be one."""
    return plausible.number(value, 0.0, 100.0)


def stored_side(value: object) -> int | None:
    """The width or height of a photo in a row of the catalog; None if no photo has it."""
    return plausible.whole(value, least=1, most=_LONGEST_PX)


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
        "INSERT OR REPLACE INTO score VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            content,
            model_id,
            num_crops,
            score.score_0_100,
            score.uncertainty,
            struct.pack(f"<{len(score.crop_scores)}d", *score.crop_scores),
            score.width_px,
            score.height_px,
            None if score.familiarity is None else score.familiarity.to_text(),
        ),
    )
    if score.ratings:
        store_ratings(connection, content, score.ratings, model_id=model_id, num_crops=num_crops)
