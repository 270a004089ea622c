import numpy as np
import pytest

from engine.crop_pooling import pool_crops

CROPS = np.array([[10.0, 20.0, 60.0], [50.0, 50.0, 50.0]])


@pytest.mark.parametrize(
    ("pooling", "expected"), [("mean", [30.0, 50.0]), ("median", [20.0, 50.0])]
)
def test_the_score_of_a_photo_is_the_mean_or_the_median_of_its_crops(pooling, expected):
    np.testing.assert_allclose(pool_crops(CROPS, pooling), expected)
