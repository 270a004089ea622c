"""Scene statistics: fits of known distributions, and what blur and noise do to them."""

import cv2
import numpy as np
import pytest
from scipy import ndimage, stats
from skimage import data

from engine.classical.scene_statistics import (
    NUM_FEATURES,
    asymmetric_fit,
    local_contrasts,
    scene_statistics,
    symmetric_fit,
)


@pytest.mark.parametrize("shape", [0.8, 1.0, 2.0, 4.0])
def test_the_shape_of_a_generalised_gaussian_is_found(shape):
    values = stats.gennorm.rvs(shape, scale=1.5, size=200_000, random_state=0)
    found, variance = symmetric_fit(values)
    assert found == pytest.approx(shape, rel=0.03)
    assert variance == pytest.approx(stats.gennorm.var(shape, scale=1.5), rel=0.02)


def test_the_two_sides_of_a_lopsided_one_are_told_apart():
    rng = np.random.default_rng(0)
    # Half-normals to both sides: shape 2; sides drawn in proportion to their widths.
    left = -np.abs(rng.normal(0, 1, 100_000))
    right = np.abs(rng.normal(0, 3, 300_000))
    shape, mean, variance_left, variance_right = asymmetric_fit(np.concatenate([left, right]))
    assert shape == pytest.approx(2.0, abs=0.05)
    assert variance_left == pytest.approx(1, rel=0.02)
    assert variance_right == pytest.approx(9, rel=0.02)
    # The mean of the density (Lasmar et al., 2009) for shape 2 is (right - left) * sqrt(2 / pi).
    assert mean == pytest.approx((3 - 1) * np.sqrt(2 / np.pi), rel=0.02)


def test_local_contrasts_are_those_of_scipy():
    grey = data.camera()[:128, :128].astype(np.float64)
    kernel = cv2.getGaussianKernel(7, 7 / 6)
    kernel = kernel @ kernel.T
    mean = ndimage.correlate(grey, kernel, mode="nearest")
    square = ndimage.correlate(grey**2, kernel, mode="nearest")
    expected = (grey - mean) / (np.sqrt(np.maximum(square - mean**2, 0)) + 1)
    np.testing.assert_allclose(local_contrasts(grey), expected, atol=1e-6)


def test_blur_and_noise_move_the_statistics_apart():
    clean = data.astronaut()
    blurred = cv2.GaussianBlur(clean, (0, 0), 3)
    noise = np.random.default_rng(0).normal(0, 25, clean.shape)
    noisy = (clean + noise).clip(0, 255).astype(np.uint8)
    of_clean, of_blurred, of_noisy = map(scene_statistics, (clean, blurred, noisy))
    assert of_clean.shape == (NUM_FEATURES,)
    assert of_blurred[0] < of_clean[0] < of_noisy[0]  # heavier tails, and nearly Gaussian
    assert of_noisy[1] > of_clean[1]


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_has_finite_statistics(level):
    assert np.isfinite(scene_statistics(np.full((40, 60, 3), level, dtype=np.uint8))).all()
