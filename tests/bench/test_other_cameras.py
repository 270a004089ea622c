import numpy as np
import pytest
from PIL import Image

from bench.other_cameras import (
    REMADE,
    cropped,
    recompressed,
    resized,
    sharpened,
    table_of_moves,
    toned,
)
from engine.scorer import Scorer


@pytest.fixture
def pixels():
    rng = np.random.default_rng(0)
    ramp = np.linspace(20, 220, 120)[None, :, None]
    return np.clip(ramp + rng.normal(0, 6, (80, 120, 3)), 0, 255).astype(np.uint8)


def test_sizes_and_aspects_are_as_stated(pixels):
    assert resized(pixels, 256).shape == (171, 256, 3)
    assert cropped(pixels, 4 / 3).shape == (80, 107, 3)
    assert cropped(pixels, 9 / 16).shape == (80, 45, 3)
    assert np.array_equal(cropped(pixels, 9 / 16), pixels[:, 37:82])


def test_a_lower_quality_changes_more(pixels):
    errors = [
        np.abs(recompressed(pixels, quality).astype(int) - pixels).mean() for quality in (95, 60)
    ]
    assert 0 < errors[0] < errors[1] < 6


def test_tone_curves_keep_black_white_and_order(pixels):
    for gamma, contrast in ((0.87, 0.0), (1.15, 0.0), (1.0, 0.25), (1.0, -0.2)):
        every = np.arange(256, dtype=np.uint8).reshape(1, 256, 1).repeat(3, axis=2)
        curve = toned(every, gamma, contrast)[0, :, 0].astype(int)
        assert (curve[0], curve[255]) == (0, 255)
        assert (np.diff(curve) >= 0).all()
        assert 4 < np.abs(curve - np.arange(256)).max() < 32
    assert np.array_equal(toned(pixels, 1.0, 0.0), pixels)


def test_sharpening_adds_contrast_at_edges_alone():
    step = np.full((20, 40, 3), 80, np.uint8)
    step[:, 20:] = 160
    found = sharpened(step, 0.4)
    assert found[10, 19, 0] < 80
    assert found[10, 20, 0] > 160
    assert (found[10, [0, 10, 30, 39], 0] == [80, 80, 160, 160]).all()


def test_the_table_says_how_scores_move(tiny_model, pixels, tmp_path):
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(np.roll(pixels, 30 * number, axis=1)).save(paths[-1])
    table = table_of_moves(Scorer.open(tiny_model, device="cpu"), paths, tmp_path)
    lines = table.splitlines()
    assert len(lines) == 2 + len(REMADE) + 1
    assert lines[-1].startswith("| all | | ")
    sizes = [float(line.split("|")[3]) for line in lines[2:-1]]
    assert all(size >= 0 for size in sizes)
    assert float(lines[-1].split("|")[3]) == pytest.approx(np.mean(sizes), abs=0.01)
