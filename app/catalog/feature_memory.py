"""Features of photos, remembered: a second training on the same photos reads none of them."""

# F features and last the score of the model

import sqlite3
from typing import TYPE_CHECKING

from app.catalog import plausible
from app.catalog.content_memory import ContentMemory

if TYPE_CHECKING:  # what rates from memory alone does not wait for NumPy
    import numpy as np
    import numpy.typing as npt

    Features = npt.NDArray[np.float32]

_LARGEST_BYTES = 1 << 22  # a million numbers: no network gives so many


class FeatureMemory(ContentMemory["Features"]):
    """What one model with one number of crops gave to heads, float32 (F + 1,) for each photo."""

    what = "features"

    def _find(self, connection: sqlite3.Connection, content: bytes) -> "Features | None":
        import numpy as np

        row = connection.execute(
            "SELECT numbers FROM feature WHERE content_hash = ? AND model_id = ? AND num_crops = ?",
            (content, self.model_id, self.num_crops),
        ).fetchone()
        kept = None if row is None else plausible.binary(row[0])
        if not kept or len(kept) % 4 or len(kept) > _LARGEST_BYTES:
            return None
        numbers = np.frombuffer(kept, dtype="<f4").astype(np.float32)
        return numbers if np.isfinite(numbers).all() else None

    def _store(self, connection: sqlite3.Connection, content: bytes, value: "Features") -> None:
        connection.execute(
            "INSERT OR REPLACE INTO feature VALUES (?, ?, ?, ?)",
            (content, self.model_id, self.num_crops, value.astype("<f4").tobytes()),
        )
