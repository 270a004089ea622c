import csv

import numpy as np
import pytest
from PIL import Image
from scipy.stats import spearmanr

from bench.holiday_photos import HolidayPhoto
from bench.spoilt_ratings import write_spoilt_ratings


@pytest.fixture
def photos(tmp_path):
    rng = np.random.default_rng(0)
    made = []
    for number, fault in enumerate(("", "", "noisy", "", "")):
        path = tmp_path / f"IMG_{number}.jpg"
        Image.fromarray(rng.integers(0, 255, (300, 400, 3), dtype=np.uint8)).save(path)
        made.append(HolidayPhoto(path=path, subject="grain", fault=fault))
    return made


def test_scores_fall_as_the_damage_grows(photos, tmp_path):
    folder = write_spoilt_ratings(photos, tmp_path / "set")
    with (folder / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4 * 3 * 5  # photos without a fault, pieces, steps
    shares = [int(row["image"].rpartition("_")[2].removesuffix(".jpg")) for row in rows]
    scores = [float(row["score"]) for row in rows]
    assert spearmanr(shares, scores).statistic < -0.9
    assert all(0 <= score <= 1 for score in scores)
    assert not any(row["image"].startswith("IMG_2_") for row in rows)
    for row in rows:
        with Image.open(folder / row["image"]) as image:
            assert image.size == (512, 512)


def test_the_same_photos_give_the_same_set(photos, tmp_path):
    one, other = (write_spoilt_ratings(photos, tmp_path / name) for name in ("one", "other"))
    for path in one.iterdir():
        assert path.read_bytes() == (other / path.name).read_bytes()
