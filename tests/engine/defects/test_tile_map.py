import numpy as np
import pytest

from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_finder import DefectFinder
from engine.defects.tile_map import TileMap, network_tiles, pixel_kinds


@pytest.fixture(scope="module")
def finder():
    return DefectFinder.open(bundled_defect_network(), is_quick=False)


@pytest.mark.parametrize(("width", "height"), [(6000, 4000), (451, 300), (449, 64), (40, 3000)])
def test_every_pixel_is_in_one_tile(width, height):
    times = np.zeros((height, width), np.uint8)
    for tile in network_tiles(width, height):
        assert tile.left_px % 8 == tile.top_px % 8 == 0
        assert max(tile.width_px, tile.height_px) <= 456
        times[tile.top_px : tile.bottom_px, tile.left_px : tile.right_px] += 1
    assert (times == 1).all()


def test_a_photo_of_one_tile_has_the_map_of_a_single_look(finder):
    photo = np.random.default_rng(0).integers(60, 190, (256, 320, 3), np.uint8)
    seen = TileMap(finder, photo)
    (tile,) = network_tiles(320, 256)
    seen.look_at(tile)

    found = seen.distortions().strength_KHW
    loudest = finder.calm(finder.logits(photo).numpy())
    loudest = loudest.reshape(len(finder.kinds), 32, 2, 40, 2).max(axis=(2, 4))
    channels = [finder.kinds.index(kind) for kind in pixel_kinds(finder.kinds)]
    np.testing.assert_array_equal(found, finder.strengths(loudest)[channels])


def test_a_spoilt_place_lies_where_it_is_in_the_whole_map(finder):
    photo = np.full((700, 1200, 3), 128, np.uint8)
    rng = np.random.default_rng(1)
    photo[400:560, 640:900] = rng.normal(128, 45, (160, 260, 3)).clip(0, 255).astype(np.uint8)
    seen = TileMap(finder, photo)
    for tile in network_tiles(1200, 700):
        seen.look_at(tile)

    found = seen.distortions()
    assert found.kinds == ("blur", "motion blur", "noise", "compression")
    noise = found.strength_KHW[found.kinds.index("noise")]
    assert noise.shape == (88, 150)
    assert noise[52:68, 82:110].mean() > 0.9
    assert noise[:40].mean() < 0.1
    assert noise[:, :70].mean() < 0.1


def test_nothing_is_said_of_what_was_not_seen(finder):
    seen = TileMap(finder, np.zeros((300, 1000, 3), np.uint8))
    assert seen.distortions().strength_KHW.max() == 0
