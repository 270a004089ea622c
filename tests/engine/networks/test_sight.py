import numpy as np

from engine.networks.sight import CropSight, WholePhoto, crop_boxes
from engine.networks.whole_photo_sight import FrameSight
from engine.photos.crops import CropBox, covering_crops, fixed_crops


def photo(width, height):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_crops_are_the_fixed_and_covering_ones():
    sight = CropSight(32)
    fixed = sight.fixed_places(96, 64, num_views=5)
    assert fixed == fixed_crops(96, 64, crop_px=32, num_crops=5)
    assert sight.covering_places(96, 64) == covering_crops(96, 64, crop_px=32, overlap=0.5)
    pixels = photo(96, 64)
    views = sight.cut(pixels, fixed)
    assert views.shape == (5, *sight.view_shape(96, 64))
    for view, box in zip(views, crop_boxes(fixed), strict=True):
        rows = slice(box.top_px, box.top_px + 32)
        assert np.array_equal(view, pixels[rows, box.left_px : box.left_px + 32])
    assert (sight.num_views(7), sight.num_random_views(3)) == (7, 3)
    assert sight.words(10) == "10 fixed crops of 32 pixels per photo"


def test_equal_sights_are_those_that_show_the_same():
    assert CropSight(32) == CropSight(32) != CropSight(48)
    assert FrameSight(96, 64) == FrameSight(96, 64) != FrameSight(96, 63)
    assert crop_boxes([CropBox(0, 0, 32), WholePhoto()]) == [CropBox(0, 0, 32)]
