"""Edges of known spread, which SciPy draws: the measure has to find it whatever lies over them."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage, special

from engine.defects.line_spread import line_spread_px


def edge(spread_px, *, angle=0.3, contrast=130, noise=0.0, side=192):
    """A step from dark to light through the middle, spread by a Gaussian; rounded to levels."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    away = x * np.cos(angle) + y * np.sin(angle)
    step = 60 + contrast * 0.5 * (1 + special.erf(away / spread_px / np.sqrt(2)))
    step += np.random.default_rng(0).normal(0, noise, step.shape)
    return np.clip(np.rint(step), 0, 255).astype(np.float32)


@pytest.mark.parametrize("angle", [0.3, 0.785, 1.4])
@pytest.mark.parametrize("spread_px", [0.7, 1.0, 1.6, 2.5, 4.0, 6.0])
def test_a_step_edge_of_known_spread_is_measured_within_a_tenth(spread_px, angle):
    assert line_spread_px(edge(spread_px, angle=angle)) == pytest.approx(spread_px, rel=0.1)


@pytest.mark.parametrize("contrast", [40, 80, 180])
def test_contrast_does_not_matter(contrast):
    assert line_spread_px(edge(1.5, contrast=contrast)) == pytest.approx(1.5, rel=0.1)


@pytest.mark.parametrize("spread_px", [1.0, 2.0, 4.0])
def test_noise_costs_a_fifth_at_most(spread_px):
    assert line_spread_px(edge(spread_px, noise=4.0)) == pytest.approx(spread_px, rel=0.2)


@pytest.mark.parametrize("radius_px", [3.0, 5.0, 8.0])
def test_the_disc_of_a_lens_spreads_lines_by_half_its_radius(radius_px):
    y, x = np.mgrid[-10:11, -10:11]
    disc = np.clip(radius_px + 0.5 - np.hypot(x, y), 0, 1)
    step = ndimage.convolve(edge(0.3).astype(np.float64), disc / disc.sum(), mode="nearest")
    found = line_spread_px(np.rint(step).astype(np.float32))
    assert found == pytest.approx(radius_px / 2, rel=0.3)


def test_the_blocks_of_a_stored_picture_are_no_edges():
    smooth = edge(6.0, contrast=60)
    buffer = io.BytesIO()
    Image.fromarray(smooth.astype(np.uint8)).save(buffer, "JPEG", quality=60)
    found = line_spread_px(np.asarray(Image.open(buffer), np.float32))
    assert found is None or found > 4


def test_nothing_is_said_where_there_is_no_edge():
    assert line_spread_px(np.full((96, 96), 90, np.float32)) is None
    noise = np.random.default_rng(0).normal(120, 12, (192, 192)).astype(np.float32)
    assert line_spread_px(noise) is None


def test_every_blur_of_a_photo_lowers_it():
    rng = np.random.default_rng(1)
    drawn = ndimage.zoom(rng.integers(0, 256, (16, 16)).astype(np.float64), 12, order=0)
    spreads = [
        line_spread_px(ndimage.gaussian_filter(drawn, blur).astype(np.float32))
        for blur in (0.2, 0.5, 0.8, 1.2, 2, 3, 4.5)
    ]
    assert spreads == sorted(spreads)
    assert len(set(spreads)) == len(spreads)
