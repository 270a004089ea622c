import struct

import pytest

from app.catalog.connection import open_catalog
from app.catalog.predicted_ratings import find_ratings, store_ratings, stored_ratings
from app.catalog.scores import StoredScore, find_score, store_score

SHARES = (0.05, 0.1, 0.25, 0.4, 0.2)


@pytest.fixture
def connection(tmp_path):
    connection = open_catalog(tmp_path / "catalog.sqlite3")
    yield connection
    connection.close()


def test_they_come_back_with_their_score(connection):
    score = StoredScore(
        score_0_100=65.0, uncertainty=1.0, crop_scores=(65.0,), width_px=6, height_px=4,
        ratings=SHARES,
    )  # fmt: skip
    store_score(connection, b"hash", score, model_id="m@1", num_crops=3)
    assert find_score(connection, b"hash", model_id="m@1", num_crops=3) == score


@pytest.mark.parametrize(
    ("content", "model_id", "num_crops"),
    [(b"other", "m@1", 3), (b"hash", "m@2", 3), (b"hash", "m@1", 4)],
)
def test_another_content_model_or_number_of_crops_has_others(
    connection, content, model_id, num_crops
):
    store_ratings(connection, b"hash", SHARES, model_id="m@1", num_crops=3)
    assert find_ratings(connection, content, model_id=model_id, num_crops=num_crops) == ()


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "text",
        b"short",
        struct.pack("<5d", 0.5, 0.5, 0.5, 0.5, 0.5),
        struct.pack("<5d", -0.5, 1.5, 0.0, 0.0, 0.0),
        struct.pack("<5d", *[float("nan")] * 5),
    ],
)
def test_what_nobody_wrote_counts_as_not_there(odd):
    assert stored_ratings(odd) == ()
