"""How a model thinks that people's ratings of a photo are spread, as the catalog remembers it."""

import math
import sqlite3
import struct

from app.catalog import plausible

NUM_RATINGS = 5
_FORMAT = f"<{NUM_RATINGS}d"


def store_ratings(
    connection: sqlite3.Connection,
    content: bytes,
    ratings: tuple[float, ...],
    *,
    model_id: str,
    num_crops: int,
) -> None:
    """Remember the probabilities of the ratings 1 to 5; a second time they replace the first."""
    connection.execute(
        "INSERT OR REPLACE INTO predicted_ratings VALUES (?, ?, ?, ?)",
        (content, model_id, num_crops, struct.pack(_FORMAT, *ratings)),
    )


def find_ratings(
    connection: sqlite3.Connection, content: bytes, *, model_id: str, num_crops: int
) -> tuple[float, ...]:
    """The remembered probabilities of a content; empty where the model says none."""
    row = connection.execute(
        "SELECT probabilities FROM predicted_ratings"
        " WHERE content_hash = ? AND model_id = ? AND num_crops = ?",
        (content, model_id, num_crops),
    ).fetchone()
    return () if row is None else stored_ratings(row[0])


def stored_ratings(value: object) -> tuple[float, ...]:
    """The probabilities in a row of the catalog; empty if it holds none that make sense."""
    packed = plausible.binary(value)
    if packed is None or len(packed) != struct.calcsize(_FORMAT):
        return ()
    ratings = struct.unpack(_FORMAT, packed)
    are_shares = all(0 <= one <= 1 for one in ratings)
    return ratings if are_shares and math.isclose(sum(ratings), 1, abs_tol=1e-3) else ()
