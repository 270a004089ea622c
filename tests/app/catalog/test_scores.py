import pytest

from app.catalog.connection import open_catalog
from app.catalog.scores import StoredScore, find_score, store_score

SCORE = StoredScore(
    score_0_100=100 / 3,
    uncertainty=0.1 + 0.2,
    crop_scores=(1 / 3, 2 / 3, 5e-324),
    width_px=6000,
    height_px=4000,
)


@pytest.fixture
def connection(tmp_path):
    connection = open_catalog(tmp_path / "catalog.sqlite3")
    yield connection
    connection.close()


def test_a_score_comes_back_bit_for_bit(connection):
    store_score(connection, b"hash", SCORE, model_id="m@1", num_crops=3)
    assert find_score(connection, b"hash", model_id="m@1", num_crops=3) == SCORE


@pytest.mark.parametrize(
    ("content", "model_id", "num_crops"),
    [(b"other", "m@1", 3), (b"hash", "m@2", 3), (b"hash", "m@1", 4)],
)
def test_another_content_model_or_number_of_crops_is_another_score(
    connection, content, model_id, num_crops
):
    store_score(connection, b"hash", SCORE, model_id="m@1", num_crops=3)
    assert find_score(connection, content, model_id=model_id, num_crops=num_crops) is None


def test_a_second_score_replaces_the_first(connection):
    store_score(connection, b"hash", SCORE, model_id="m@1", num_crops=3)
    second = StoredScore(score_0_100=1.0, uncertainty=0.0, crop_scores=(), width_px=1, height_px=1)
    store_score(connection, b"hash", second, model_id="m@1", num_crops=3)
    assert find_score(connection, b"hash", model_id="m@1", num_crops=3) == second
