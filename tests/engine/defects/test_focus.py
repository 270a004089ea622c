import cv2
import numpy as np
import pytest

from engine.defects.box import Box
from engine.defects.focus import FocusPlace, apart, by_detail, focus_of, focus_places, tiles_of


def drawing(width, height, seed=0):
    """Crisp shapes in greys all over."""
    rng = np.random.default_rng(seed)
    photo = np.full((height, width), 120, np.uint8)
    for _ in range(width * height // 900):
        corners = rng.integers(0, (width, height), (1, 2)) + rng.integers(-40, 40, (3, 2))
        cv2.fillPoly(photo, [corners.astype(np.int32)], int(rng.integers(20, 236)))
    return photo


@pytest.fixture(scope="module")
def partly_sharp():
    """1536 x 1024 pixels out of focus, but for a square of 400 at (900, 300)."""
    crisp = drawing(1536, 1024)
    photo = cv2.GaussianBlur(crisp, (0, 0), 4.0)
    photo[300:700, 900:1300] = crisp[300:700, 900:1300]
    return photo


@pytest.mark.parametrize(("width", "height"), [(600, 256), (1000, 700), (256, 256), (90, 300)])
def test_tiles_leave_no_pixel_out_and_stay_inside(width, height):
    seen = np.zeros((height, width), bool)
    for box in tiles_of(width, height, 256):
        assert box.left_px >= 0
        assert box.right_px <= width
        assert box.bottom_px <= height
        seen[box.top_px : box.bottom_px, box.left_px : box.right_px] = True
    assert seen.all()


def test_the_sharpest_place_is_the_one_that_is_in_focus(partly_sharp):
    boxes = tiles_of(1536, 1024, 256)
    for candidates in (boxes, by_detail(partly_sharp, boxes)[:8]):
        best = focus_places(partly_sharp, candidates)[0]
        x, y = best.box.middle_px
        assert 850 < x < 1350
        assert 250 < y < 750
        assert best.spread_px < 0.8
    rest = [place for place in focus_places(partly_sharp, boxes) if place.box.left_px < 512]
    assert np.median([place.spread_px for place in rest]) == pytest.approx(4, rel=0.25)


def test_the_middle_of_the_five_sharpest_speaks_for_the_photo():
    box = Box(left_px=0, top_px=0, width_px=256, height_px=256)
    places = [FocusPlace(box=box, spread_px=spread) for spread in (0.1, 0.5, 0.9, 1.0, 1.1, 9.0)]
    assert focus_of(places).spread_px == 0.9
    assert focus_of(places[:1]).spread_px == 0.1
    assert focus_of([]) is None


def test_places_to_jump_to_do_not_touch(partly_sharp):
    found = apart(focus_places(partly_sharp, tiles_of(1536, 1024, 256)))
    assert 2 <= len(found) <= 12
    assert [place.spread_px for place in found] == sorted(place.spread_px for place in found)
    for number, place in enumerate(found):
        for other in found[:number]:
            assert place.box.distance_px(other.box) >= 384
