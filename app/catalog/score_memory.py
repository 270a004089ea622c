"""Scores remembered between runs, as rating uses them: a failing catalog never stops rating."""

import sqlite3

from app.catalog.content_memory import ContentMemory
from app.catalog.scores import StoredScore, find_score, store_score


class ScoreMemory(ContentMemory[StoredScore]):
    """What one model with one number of crops said about photos, in the catalog."""

    what = "scores"

    def _find(self, connection: sqlite3.Connection, content: bytes) -> StoredScore | None:
        return find_score(connection, content, model_id=self.model_id, num_crops=self.num_crops)

    def _store(self, connection: sqlite3.Connection, content: bytes, value: StoredScore) -> None:
        store_score(connection, content, value, model_id=self.model_id, num_crops=self.num_crops)
