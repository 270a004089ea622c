import numpy as np
import pytest

from engine.explain.distortion_map import DistortionMap


def test_the_strongest_kind_counts_at_every_pixel():
    strength = np.array([[[0.1, 0.7]], [[0.3, 0.2]]], np.float32)

    found = DistortionMap(kinds=("a", "b"), strength_KHW=strength)

    assert found.strongest_HW() == pytest.approx(np.array([[0.3, 0.7]]))
    assert found.share_affected() == {"a": 0.5, "b": 0.0}
