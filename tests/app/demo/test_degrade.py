import cv2
import numpy as np
import pytest

from app.demo.degrade import DEGRADATIONS, blurred, noisy, overexposed, underexposed
from app.demo.photographs import read_photographs


@pytest.fixture(scope="module")
def photo():
    return read_photographs()["cat"]


@pytest.mark.parametrize("fault", DEGRADATIONS)
def test_the_same_photo_is_spoilt_the_same_way_every_time(photo, fault):
    spoil = DEGRADATIONS[fault]
    once, again = spoil(photo), spoil(photo.copy())
    assert once.dtype == np.uint8
    assert once.shape == photo.shape
    assert not np.array_equal(once, photo)
    np.testing.assert_array_equal(once, again)


def _sharpness(pixels_HW3):
    return cv2.Laplacian(cv2.cvtColor(pixels_HW3, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var()


def test_blur_takes_detail_and_noise_adds_it(photo):
    assert _sharpness(blurred(photo)) < 0.1 * _sharpness(photo)
    assert _sharpness(noisy(photo)) > 5 * _sharpness(photo)


def test_exposure_is_counted_in_stops_of_light():
    # Of full light, sRGB 118 is 18.1 %, a grey card, and three stops down 2.3 %, which is sRGB 41;
    # sRGB 50 is 3.2 %, and three stops up 25.5 %, which is sRGB 138.
    assert underexposed(np.full((4, 4, 3), 118, np.uint8))[0, 0].tolist() == [41, 41, 41]
    assert overexposed(np.full((4, 4, 3), 50, np.uint8))[0, 0].tolist() == [138, 138, 138]


def test_overexposure_burns_out_and_underexposure_sinks(photo):
    assert np.mean(overexposed(photo) == 255) > 0.1
    assert underexposed(photo).mean() < 0.5 * photo.mean()
