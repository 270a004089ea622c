import cv2
import numpy as np
import pytest
import torch

from engine.networks.sight import WholePhoto
from engine.networks.whole_photo_sight import FrameSight
from engine.photos.resize import ResizeRule

FRAME = FrameSight(96, 64)


def photo(width, height):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize(
    ("size", "shape", "top", "left"),
    [
        ((96, 64), (64, 96, 3), 0, 0),
        ((96, 32), (64, 96, 3), 16, 0),
        ((60, 64), (96, 64, 3), 16, 2),
        ((64, 64), (64, 96, 3), 0, 16),
    ],
)
def test_a_photo_lies_in_the_middle_of_a_frame_that_turns_with_it(size, shape, top, left):
    width, height = size
    pixels = photo(width, height)
    view = FRAME.look(pixels).numpy()
    assert view.shape == FRAME.view_shape(width, height) == shape
    assert np.array_equal(view[top : top + height, left : left + width], pixels)
    border = np.ones(shape[:2], bool)
    border[top : top + height, left : left + width] = False
    assert (view[border] == 128).all()


def test_the_second_view_of_a_whole_photo_is_its_mirror_image():
    pixels = photo(90, 50)
    places = FRAME.fixed_places(90, 50, num_views=10)
    assert places == [WholePhoto(), WholePhoto(is_mirrored=True)]
    views = FRAME.cut(pixels, places)
    assert torch.equal(views[1], views[0].flip(1))
    assert FRAME.fixed_places(90, 50, num_views=1) == [WholePhoto()]
    assert (FRAME.num_views(10), FRAME.num_views(1), FRAME.num_random_views(10)) == (2, 1, 1)


def test_a_map_of_the_frame_is_laid_back_on_the_photo():
    map_hw = np.random.default_rng(1).random((8, 12), np.float32)
    found_HW = FRAME.stitch(map_hw[None], [WholePhoto()], width_px=96, height_px=32)
    enlarged = cv2.resize(map_hw, (96, 64), interpolation=cv2.INTER_CUBIC)
    np.testing.assert_array_equal(found_HW, enlarged[16:48])
    assert found_HW.dtype == np.float32


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (30, 20), (20000, 16), (999, 667)])
def test_whatever_the_rule_makes_of_a_photo_fits_in_the_frame(size):
    rule = ResizeRule(long_side_px=96, short_side_px=64)
    width, height = rule.size_for(*size, crop_px=FRAME.least_side_px)
    assert FRAME.look(photo(width, height)).shape == FRAME.view_shape(width, height)
    places = FRAME.covering_places(width, height)
    map_HW = FRAME.stitch(np.ones((1, 8, 12), np.float32), places, width_px=width, height_px=height)
    assert map_HW.shape == (height, width)
    assert map_HW == pytest.approx(1.0)


def test_a_photo_of_another_rule_is_refused():
    with pytest.raises(ValueError, match="A photo of 97 x 50 does not fit in"):
        FRAME.look(photo(97, 50))
    with pytest.raises(ValueError, match="A frame of 64 x 96 is none"):
        FrameSight(64, 96)
