import numpy as np
import pytest
from skimage.color import rgb2xyz

from trainer.distortion.light import to_light, to_pixels


def test_light_is_what_scikit_image_says_it_is():
    grey = np.arange(256, dtype=np.uint8)[:, None, None].repeat(3, axis=2)

    luminance = rgb2xyz(grey / 255)[:, 0, 1]  # Y of a grey is its linear value

    assert to_light(grey)[:, 0, 0] == pytest.approx(luminance, abs=1e-5)


def test_every_pixel_value_survives_the_way_there_and_back():
    values = np.arange(256, dtype=np.uint8)[:, None, None].repeat(3, axis=2)

    assert np.abs(to_pixels(to_light(values)).astype(int) - values).max() <= 1
    assert np.array_equal(to_pixels(to_light(values))[8:], values[8:])


def test_too_much_light_is_white():
    assert to_pixels(np.full((1, 1, 3), 7.5, np.float32)).tolist() == [[[255, 255, 255]]]
