"""One map from the maps of overlapping crops."""

import numpy as np
import pytest

from engine.explain.crop_mosaic import stitch_maps
from engine.photos.crops import covering_crops

SIZES = [(512, 341), (224, 224), (224, 900), (300, 299)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_equal_maps_stay_equal_and_cover_every_pixel(width, height):
    boxes = covering_crops(width, height, crop_px=224)
    maps = np.full((len(boxes), 14, 14), 2.5, np.float32)
    stitched = stitch_maps(maps, boxes, width_px=width, height_px=height)
    assert stitched.shape == (height, width)
    np.testing.assert_allclose(stitched, 2.5, rtol=1e-4)


def test_a_slope_over_the_photo_shows_no_seams():
    width, height = 512, 384
    boxes = covering_crops(width, height, crop_px=224)
    centre = (np.arange(14) + 0.5) * 16
    maps = np.stack([np.tile(box.left_px + centre, (14, 1)) for box in boxes]).astype(np.float32)
    stitched = stitch_maps(maps, boxes, width_px=width, height_px=height)
    expected = np.arange(width) + 0.5
    inner = slice(16, width - 16)  # outside, a patch has no neighbour to slope to
    assert np.abs(stitched[:, inner] - expected[inner]).max() < 4
    assert np.abs(np.diff(stitched[:, inner], axis=1) - 1).max() < 0.5
