import numpy as np
import pytest
from scipy import fft, ndimage
from skimage import data
from skimage.transform import resize

from engine.explain.distortion_kinds import KINDS
from trainer.distortion.defects import DEFECTS


@pytest.fixture(scope="module")
def photo():
    return (resize(data.astronaut(), (256, 256), anti_aliasing=True) * 255).astype(np.uint8)


def grey(pixels_HW3):
    return pixels_HW3.astype(np.float64).mean(axis=2)


def sharpness(pixels_HW3):
    return np.var(ndimage.laplace(grey(pixels_HW3)))


def spoilt(photo, kind, strength, seed=0):
    return DEFECTS[kind](photo, strength, np.random.default_rng(seed))


def test_every_kind_has_its_defect_in_the_order_of_the_kinds():
    assert tuple(DEFECTS) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_depends_on_its_generator_alone_and_leaves_the_photo_as_it_was(photo, kind):
    before = photo.copy()

    first, again = spoilt(photo, kind, 0.5), spoilt(photo, kind, 0.5)

    assert first.dtype == np.uint8
    assert first.shape == photo.shape
    assert np.array_equal(first, again)
    assert np.array_equal(photo, before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_grows_with_its_strength(photo, kind):
    for seed in range(4):
        changes = [
            np.abs(spoilt(photo, kind, strength, seed).astype(int) - photo).mean()
            for strength in (0.0, 0.5, 1.0)
        ]
        assert changes == sorted(changes)
        assert changes[0] > 0.5
        assert changes[2] > 1.5 * changes[0]


@pytest.mark.parametrize("kind", ["blur", "motion blur"])
def test_blur_takes_sharpness_and_keeps_brightness(photo, kind):
    for seed in range(4):
        blurred = spoilt(photo, kind, 0.6, seed)

        assert sharpness(blurred) < 0.35 * sharpness(photo)
        assert blurred.mean() == pytest.approx(photo.mean(), abs=1.5)


def test_motion_blur_runs_in_one_direction_and_blur_in_none():
    rng = np.random.default_rng(0)
    grain = rng.integers(0, 256, (128, 128, 1), dtype=np.uint8).repeat(3, axis=2)

    def lopsidedness(kind, seed):
        power = np.abs(fft.fftshift(fft.fft2(grey(spoilt(grain, kind, 0.8, seed)) - 127))) ** 2
        y, x = np.mgrid[-64:64, -64:64]
        moments = np.array([[np.sum(power * x * x), np.sum(power * x * y)],
                            [np.sum(power * x * y), np.sum(power * y * y)]])  # fmt: skip
        low, high = np.linalg.eigvalsh(moments)
        return high / low

    for seed in range(4):
        assert lopsidedness("motion blur", seed) > 2.5
        assert lopsidedness("blur", seed) < 1.5


def test_noise_is_as_strong_as_said_and_leaves_the_mean(photo):
    even = np.full((200, 200, 3), 128, np.uint8)
    for seed in range(6):
        weak, strong = (spoilt(even, "noise", s, seed).astype(float) - 128 for s in (0.0, 1.0))

        assert abs(weak.mean()) < 0.5
        assert 6 < weak.std() < 10
        assert 33 < strong.std() < 52


def test_exposure_moves_light_by_stops_and_cuts_it_off(photo):
    even = np.full((4, 4, 3), 100, np.uint8)
    assert spoilt(even, "over-exposure", 0.5).mean() > 150
    assert spoilt(even, "under-exposure", 0.5).mean() < 60
    assert (spoilt(photo, "over-exposure", 1.0) == 255).mean() > 0.3
    assert spoilt(photo, "under-exposure", 1.0).max() < 100


def test_compression_makes_jpeg_blocks_or_blotches_but_keeps_the_picture(photo):
    for seed in range(6):
        compressed = spoilt(photo, "compression", 0.3, seed)
        correlation = np.corrcoef(grey(compressed).ravel(), grey(photo).ravel())[0, 1]

        assert correlation > 0.98
        assert np.abs(compressed.astype(int) - photo).max() > 10


def test_a_cast_or_haze_changes_colour_or_contrast(photo):
    for seed in range(8):
        changed = spoilt(photo, "colour cast or haze", 0.7, seed)
        balance = changed.mean((0, 1)) / photo.mean((0, 1))
        is_cast = balance.max() / balance.min() > 1.25
        is_hazy = grey(changed).std() < 0.75 * grey(photo).std()

        assert is_cast or is_hazy
