import io

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from engine.defects.grain import noise_0_100, noise_at_100


def scene(noise, *, seed=0):
    """Half smooth shading, half hard texture, with noise over all of it."""
    rng = np.random.default_rng(seed)
    photo = np.tile(np.linspace(60, 180, 768), (512, 1))
    photo[:, 384:] += 60 * rng.integers(0, 2, (64, 48)).repeat(8, 0).repeat(8, 1)
    return np.clip(np.rint(photo + rng.normal(0, noise, photo.shape)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("noise", [1.0, 3.0, 8.0, 20.0])
def test_noise_of_known_spread_is_found_beside_texture(noise):
    assert noise_at_100(scene(noise)) == pytest.approx(noise, rel=0.1)


def test_more_noise_is_more_even_after_storage():
    given, found = [], []
    for number, noise in enumerate(np.linspace(0.5, 16, 12)):
        buffer = io.BytesIO()
        Image.fromarray(scene(noise, seed=number)).save(buffer, "JPEG", quality=85)
        given.append(noise)
        found.append(noise_at_100(np.asarray(Image.open(buffer))))
    assert stats.spearmanr(given, found).statistic > 0.97


def test_a_clean_picture_has_next_to_none():
    assert noise_at_100(scene(0.0)) < 0.5
    assert noise_0_100(noise_at_100(scene(0.0))) == 0


def test_where_everything_is_cut_off_nothing_is_said():
    assert noise_at_100(np.full((256, 256), 255, np.uint8)) is None
    assert noise_at_100(np.full((40, 256), 90, np.uint8)) is None  # not one cell
