"""Canvases: stitched as they should be, spoilt where it is said, and blur that ranks."""

import numpy as np
import pytest
from PIL import Image
from skimage import data

from bench.own_pixels import TILE_PX, canvas, focus_rows, planted_in, sharp_photos


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Eight photos, best first: two sharp and six ever softer."""
    folder = tmp_path_factory.mktemp("photos")
    photo = Image.fromarray(data.astronaut())
    paths = []
    for number in range(8):
        soft = photo.resize((512 >> (number // 2),) * 2).resize((512, 512))
        paths.append(folder / f"{number}.png")
        soft.save(paths[-1])
    return paths


def test_the_sharper_half_of_the_best_is_taken(paths):
    assert sharp_photos([paths[6], paths[0], paths[4], paths[1], *paths * 2][:16]) == [
        paths[0],
        paths[1],
    ]


def test_a_canvas_shows_photos_at_their_own_size(paths):
    whole = canvas(paths[:1], (2, 3), np.random.default_rng(0))

    assert whole.shape == (3 * TILE_PX, 2 * TILE_PX, 3)
    assert np.array_equal(whole[TILE_PX : 2 * TILE_PX, TILE_PX:], data.astronaut())


@pytest.mark.parametrize("kind", ["blur", "motion blur", "noise", "compression"])
def test_a_defect_lies_where_it_is_said_and_nowhere_far_from_it(paths, kind):
    clean = canvas(paths[:2], (2, 2), np.random.default_rng(0))

    spoilt, is_inside = planted_in(clean, kind, 1.0, 1 / 16, np.random.default_rng(1))

    change = np.abs(spoilt.astype(int) - clean).mean(axis=2)
    assert is_inside.mean() == pytest.approx(1 / 16, rel=0.1)
    assert change[is_inside].mean() > 3
    assert (change > 0).mean() < 4 / 16


def test_focus_ranks_with_the_true_radius_of_the_blur(paths):
    rows = focus_rows(paths[:4], 1, size=(1, 1))

    assert [row.of for row in rows] == [
        "",
        "Gaussian",
        "as it is",
        "with noise and JPEG",
        "disc",
    ]
    assert rows[0].measured.num == 44
    assert rows[0].measured.value > 0.8
