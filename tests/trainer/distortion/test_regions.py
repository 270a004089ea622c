import numpy as np
import pytest
from scipy import ndimage

from trainer.distortion.regions import irregular, whole


@pytest.mark.parametrize("share", [1 / 36, 1 / 9, 1 / 4])
def test_a_region_covers_the_share_asked_for_in_one_piece(share):
    for seed in range(8):
        weights_HW = irregular(240, 320, share=share, rng=np.random.default_rng(seed))

        inside_HW = weights_HW >= 0.5
        pieces_HW, num_pieces = ndimage.label(inside_HW)
        sizes = ndimage.sum_labels(inside_HW, pieces_HW, range(1, num_pieces + 1))
        assert inside_HW.mean() == pytest.approx(share, rel=0.02)
        assert max(sizes) > 0.9 * inside_HW.sum()


def test_a_region_has_no_hard_edge():
    for seed in range(8):
        weights_HW = irregular(240, 320, share=0.1, rng=np.random.default_rng(seed))

        steepest = max(np.abs(np.diff(weights_HW, axis=axis)).max() for axis in (0, 1))
        assert weights_HW.min() == 0
        assert weights_HW.max() == 1
        assert steepest < 0.5


def test_regions_differ_in_outline_but_not_from_one_run_to_the_next():
    first, again, other = (
        irregular(120, 160, share=0.2, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )

    assert np.array_equal(first, again)
    assert np.abs(first - other).mean() > 0.05


@pytest.mark.parametrize("share", [0.0, 1.0, -0.2])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        irregular(50, 50, share=share, rng=np.random.default_rng(0))


def test_the_whole_photo_is_all_ones():
    assert whole(3, 5).tolist() == [[1.0] * 5] * 3
