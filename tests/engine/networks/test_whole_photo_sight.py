import cv2
import numpy as np
import pytest
import torch

from engine.networks.sight import WholePhoto
from engine.networks.whole_photo_sight import FrameSight, inside_of_frames
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


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((96, 64), (64, 96, 3)),
        ((96, 33), (64, 96, 3)),
        ((96, 32), (32, 96, 3)),
        ((60, 64), (64, 64, 3)),
        ((31, 96), (96, 32, 3)),
        ((500, 1), (32, 96, 3)),
    ],
)
def test_a_tight_frame_is_no_larger_than_the_photo_needs(size, shape):
    tight = FrameSight(96, 64, step_px=32)
    pixels = photo(*size)
    view = tight.look(pixels)
    assert tuple(view.shape) == tight.view_shape(*size) == shape
    inside = inside_of_frames(view[None])[0]
    assert int(inside.sum()) == min(size[0], 96) * size[1]
    map_GG = np.ones((shape[0] // 32, shape[1] // 32), np.float32)
    assert tight.unfold(map_GG, width_px=size[0], height_px=size[1]).shape == size[::-1]


@pytest.mark.parametrize("step", [0, -32, 24])
def test_a_frame_that_steps_do_not_fill_is_refused(step):
    with pytest.raises(ValueError, match=f"64 are no multiples of {step}"):
        FrameSight(96, 64, step_px=step)


def test_what_lies_beside_the_photo_is_found_in_every_view():
    sizes = [(96, 64), (96, 20), (70, 64), (64, 30)]
    views = torch.stack([FRAME.look(photo(*size)) for size in sizes])
    inside = inside_of_frames(views)
    assert [int(one.sum()) for one in inside] == [width * height for width, height in sizes]
    for one, (width, height) in zip(inside, sizes, strict=True):
        top, left = (64 - height) // 2, (96 - width) // 2
        assert bool(one[top : top + height, left : left + width].all())


def test_grey_places_within_a_photo_belong_to_it_and_a_grey_photo_is_all_photo():
    pixels = photo(96, 40)
    pixels[10:20] = 128
    pixels[:, 30:50] = 128
    assert int(inside_of_frames(FRAME.look(pixels)[None]).sum()) == 96 * 40
    grey = np.full((40, 96, 3), 128, np.uint8)
    assert bool(inside_of_frames(FRAME.look(grey)[None]).all())


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
