"""Strengths: a half from the proof on, and as far as the defect reaches from there."""

import numpy as np
import pytest
from scipy import ndimage, special

from engine.defects.proven_strength import KindLevel, proven_strengths, smoothed

LEVEL = KindLevel(proof=2.0, extent=0.0, contrast=2.0)


def strengths(logits, level=LEVEL):
    return proven_strengths(np.array([logits], np.float32), [level])[0]


def test_what_belongs_to_a_loud_place_counts_from_the_extent_on():
    found = strengths([[3.0, 0.5, -1.0, 0.5]])

    # The last place is as loud as the second, but parted from the proof.
    wanted = special.expit(2 * np.array([3.0, 0.5, -1.0 - 2.0, 0.5 - 2.0]))
    assert found[0] == pytest.approx(wanted, abs=1e-6)
    assert (found[0] >= 0.5).tolist() == [True, True, False, False]


def test_places_that_touch_at_a_corner_belong_together():
    found = strengths([[3.0, -5.0], [-5.0, 0.5]])

    assert found[1, 1] > 0.5


def test_a_wide_area_needs_no_louder_place():
    wide = KindLevel(proof=9.0, extent=0.0, reach=0.5)

    assert (strengths([[0.5, 0.5, -3.0, -3.0]], wide) >= 0.5).tolist() == [
        [True, True, False, False]
    ]
    assert strengths([[0.5, -3.0, 0.5, -3.0]], wide).max() < 0.5  # two areas of a quarter


def test_without_proof_nothing_reaches_a_half():
    found = strengths(np.array([[1.99, -1.0, 1.99]]))

    assert found.max() < 0.5


def test_equal_levels_are_a_plain_sigmoid():
    logits = np.linspace(-4, 4, 9)[None]

    assert strengths(logits, KindLevel()) == pytest.approx(special.expit(logits), abs=1e-6)


def test_every_kind_has_its_own_level():
    logits = np.zeros((2, 1, 1), np.float32)

    found = proven_strengths(logits, [KindLevel(), KindLevel(proof=1.0, extent=1.0)])

    assert found[:, 0, 0] == pytest.approx([0.5, special.expit(-1.0)])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"proof": float("nan")}, "must be numbers"),
        ({"extent": float("-inf")}, "must be numbers"),
        ({"proof": True}, "must be numbers"),
        ({"extent": 1.0}, "must not be above proof"),
        ({"reach": 0.0}, "reach is 0.0"),
        ({"reach": 1.5}, "at most 1"),
        ({"contrast": 0.0}, "above 0"),
        ({"contrast": "2"}, "above 0"),
    ],
)
def test_a_level_that_makes_no_sense_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        KindLevel(**wrong)


def test_smoothing_is_that_of_scipy_away_from_the_edge():
    logits = np.random.default_rng(0).normal(0, 3, (2, 40, 48)).astype(np.float32)

    calm = smoothed(logits, 1.5)

    expected = ndimage.gaussian_filter(logits, (0, 1.5, 1.5), truncate=4)
    np.testing.assert_allclose(calm[:, 8:-8, 8:-8], expected[:, 8:-8, 8:-8], atol=0.02)
