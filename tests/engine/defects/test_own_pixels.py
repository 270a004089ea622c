import cv2
import numpy as np
import pytest

from engine.defects.bundled import bundled_defect_network
from engine.defects.close_reading import read_glimpse
from engine.defects.defect_finder import DefectFinder
from engine.defects.own_pixels import glimpse, look_quickly, look_through
from engine.defects.tile_map import pixel_kinds


@pytest.fixture(scope="module")
def finder():
    return DefectFinder.open(bundled_defect_network())


@pytest.fixture(scope="module")
def photo():
    """1500 x 900 pixels, soft but for the right third, with a little noise."""
    rng = np.random.default_rng(0)
    crisp = np.full((900, 1500, 3), 120, np.uint8)
    for _ in range(1500):
        corners = rng.integers(0, (1500, 900), (1, 2)) + rng.integers(-40, 40, (3, 2))
        cv2.fillPoly(crisp, [corners.astype(np.int32)], rng.integers(30, 226, 3).tolist())
    soft = cv2.GaussianBlur(crisp, (0, 0), 3.5)
    soft[:, 1000:] = crisp[:, 1000:]
    noisy = soft + rng.normal(0, 2, (900, 1500, 1))
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def test_a_quick_look_finds_where_it_is_sharp_and_how_noisy_it_is(finder, photo):
    own = look_quickly(photo, finder)
    assert own.focus.box.middle_px[0] > 1000
    assert own.focus.spread_px < 1
    assert own.noise_at_100 == pytest.approx(2, rel=0.3)
    assert set(own.shares) == set(pixel_kinds(finder.kinds))
    assert (own.width_px, own.height_px) == (1500, 900)


def test_the_look_through_all_tiles_begins_where_it_is_sharp_and_ends_having_seen_all(
    finder, photo
):
    looks = list(look_through(photo, finder))
    first, second, last = looks[0], looks[1], looks[-1]
    assert (first.num_done, first.tile, first.map) == (0, None, None)
    assert first.own.focus is not None
    assert second.tile.right_px > 1000
    assert [look.num_done for look in looks] == list(range(len(looks)))
    assert last.is_done
    assert len({look.tile for look in looks}) == len(looks)
    assert last.map.strength_KHW.shape == (4, 113, 188)
    assert last.own.shares == last.map.share_affected()
    assert last.own.focus.spread_px <= first.own.focus.spread_px


def test_the_look_stops_when_it_is_asked_to(finder, photo):
    answers = iter([False, True])
    looks = list(look_through(photo, finder, should_stop=lambda: next(answers)))
    assert [look.num_done for look in looks] == [0, 1]
    assert looks[-1].map.strength_KHW.max() >= 0  # what was seen is there


@pytest.mark.parametrize("shape", [(40, 3000, 3), (32, 32, 3), (300, 260, 3)])
def test_odd_shapes_are_looked_at_too(finder, shape):
    photo = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert look_quickly(photo, finder).width_px == shape[1]
    assert list(look_through(photo, finder))[-1].is_done


def test_only_large_photos_are_read_whole(tmp_path, photo):
    path = tmp_path / "large.png"
    large = np.tile(photo[:700, :750], (3, 3, 1))
    cv2.imwrite(str(path), large[..., ::-1])
    found = read_glimpse(path, width_px=2250, height_px=2100)
    assert found.own == glimpse(large).own
    assert read_glimpse(path, width_px=1500, height_px=900) is None
    assert read_glimpse(tmp_path / "gone.png", width_px=9000, height_px=900) is None
