"""From a signed map in points of score to the model's scale, and when a map means nothing."""

from pathlib import Path

import numpy as np
import pytest

from engine.explain.quality_map import to_common_scale
from engine.networks.model_card import MapScale
from engine.photo_score import PhotoScore

SCORE = PhotoScore(path=Path("photo.jpg"), score_0_100=50.0)
MEASURED = MapScale(top=2.0, weak_below=0.5)


def scaled(*values, scale=MEASURED):
    signed_HW = np.array([values], np.float32)
    return to_common_scale(signed_HW, np.zeros((1, len(values), 3), np.uint8), SCORE, scale)


def test_what_lowers_and_what_raises_are_parted_at_zero():
    quality_map = scaled(-1.0, 0.0, 1.5)

    np.testing.assert_allclose(quality_map.lowers_HW, [[0.5, 0, 0]])
    np.testing.assert_allclose(quality_map.raises_HW, [[0, 0, 0.75]])
    assert quality_map.lowers_HW.dtype == quality_map.raises_HW.dtype == np.float32
    assert quality_map.score == SCORE


def test_what_is_stronger_than_the_top_is_cut_off_there():
    quality_map = scaled(-9.0, 2.0, 3.0)

    np.testing.assert_allclose(quality_map.lowers_HW, [[1, 0, 0]])
    np.testing.assert_allclose(quality_map.raises_HW, [[0, 1, 1]])


def test_one_value_means_the_same_on_every_photo():
    mild, strong = scaled(-1.0, 0.0, 0.4), scaled(-1.0, 0.0, 4.0)

    np.testing.assert_allclose(mild.lowers_HW, strong.lowers_HW)


def test_a_flat_map_is_not_stretched():
    np.testing.assert_allclose(scaled(0.4, 0.4).raises_HW, [[0.2, 0.2]])


@pytest.mark.parametrize(
    ("strongest", "is_weak"), [(0.0, True), (0.4, True), (-0.4, True), (0.6, False), (-0.6, False)]
)
def test_evidence_is_weak_where_neither_side_reaches_the_level(strongest, is_weak):
    assert scaled(0.1, strongest, -0.1).is_evidence_weak is is_weak


def test_without_a_measured_scale_one_point_is_the_top():
    quality_map = scaled(-0.25, 0.5, scale=MapScale())

    np.testing.assert_allclose(quality_map.lowers_HW, [[0.25, 0]])
    np.testing.assert_allclose(quality_map.raises_HW, [[0, 0.5]])
    assert not quality_map.is_evidence_weak


def test_no_evidence_at_all_is_weak_on_any_scale():
    assert scaled(0.0, 0.0, scale=MapScale()).is_evidence_weak
