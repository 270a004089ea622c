from itertools import product

import numpy as np
import pytest

from engine.photos.crops import CropBox, covering_crops, fixed_crops, random_crops

SIZES = ((512, 512), (512, 384), (384, 512), (512, 340), (340, 512), (640, 500), (1200, 230))


def times_seen(crops, width_px, height_px):
    seen = np.zeros((height_px, width_px), dtype=int)
    for crop in crops:
        assert crop.left_px >= 0
        assert crop.top_px >= 0
        assert crop.left_px + crop.size_px <= width_px
        assert crop.top_px + crop.size_px <= height_px
        rows = slice(crop.top_px, crop.top_px + crop.size_px)
        seen[rows, crop.left_px : crop.left_px + crop.size_px] += 1
    return seen


def row_lengths(crops):
    tops = [crop.top_px for crop in crops]
    return [tops.count(top) for top in sorted(set(tops))]


@pytest.mark.parametrize("size", [(512, 512), (512, 384), (384, 512), (512, 340)])
def test_ten_crops_show_every_pixel_of_a_usual_photo(size):
    crops = fixed_crops(*size, crop_px=224, num_crops=10)
    assert len(set(crops)) == 10
    assert times_seen(crops, *size).min() >= 1


def test_rows_hold_different_numbers_where_that_shows_more():
    assert row_lengths(fixed_crops(512, 512, crop_px=224, num_crops=10)) == [3, 4, 3]
    assert row_lengths(fixed_crops(512, 384, crop_px=224, num_crops=10)) == [5, 5]
    assert row_lengths(fixed_crops(512, 384, crop_px=224, num_crops=5)) == [2, 1, 2]


def test_the_order_runs_row_by_row_and_never_changes():
    crops = fixed_crops(512, 384, crop_px=224, num_crops=4)
    assert crops == [
        CropBox(0, 0, 224),
        CropBox(288, 0, 224),
        CropBox(0, 160, 224),
        CropBox(288, 160, 224),
    ]


def test_one_crop_is_taken_from_the_middle():
    assert fixed_crops(512, 384, crop_px=224, num_crops=1) == [CropBox(144, 80, 224)]


def test_a_photo_with_room_gets_exactly_as_many_distinct_crops_as_asked():
    for (width, height), num_crops in product(SIZES, range(1, 26)):
        crops = fixed_crops(width, height, crop_px=224, num_crops=num_crops)
        assert len(crops) == len(set(crops)) == num_crops
        times_seen(crops, width, height)  # checks that each lies inside


def test_hardly_any_room_is_used_to_the_last_place():
    for width, height, num_crops in product(range(10, 16), range(10, 16), range(1, 40)):
        crops = fixed_crops(width, height, crop_px=10, num_crops=num_crops)
        assert len(crops) == num_crops
        assert len(set(crops)) == min(num_crops, (width - 9) * (height - 9))


def test_crops_are_mirrored_from_top_to_bottom():
    for (width, height), num_crops in product(SIZES, range(1, 26)):
        crops = fixed_crops(width, height, crop_px=224, num_crops=num_crops)
        mirrored = times_seen(crops, width, height)[::-1]
        if height <= width and height % 2 == 0:
            assert (mirrored == times_seen(crops, width, height)).all()


def test_from_four_crops_on_the_corners_are_seen():
    for (width, height), num_crops in product(SIZES, range(4, 26)):
        seen = times_seen(
            fixed_crops(width, height, crop_px=224, num_crops=num_crops), width, height
        )
        assert min(seen[0, 0], seen[0, -1], seen[-1, 0], seen[-1, -1]) >= 1


def test_a_portrait_is_cut_like_the_landscape_turned():
    for (width, height), num_crops in product(SIZES, (1, 2, 5, 7, 10, 11)):
        if width == height:
            continue
        turned = {
            (crop.top_px, crop.left_px)
            for crop in fixed_crops(height, width, crop_px=224, num_crops=num_crops)
        }
        crops = fixed_crops(width, height, crop_px=224, num_crops=num_crops)
        assert {(crop.left_px, crop.top_px) for crop in crops} == turned


def test_a_caller_may_change_the_list_it_got():
    fixed_crops(512, 384, crop_px=224, num_crops=10).clear()
    assert len(fixed_crops(512, 384, crop_px=224, num_crops=10)) == 10


def test_covering_crops_show_every_pixel_and_overlap_as_asked():
    for (width, height), overlap in product((*SIZES, (224, 224), (225, 1000)), (0.0, 0.5, 0.75)):
        crops = covering_crops(width, height, crop_px=224, overlap=overlap)
        assert len(set(crops)) == len(crops)
        assert times_seen(crops, width, height).min() >= 1
        lefts = sorted({crop.left_px for crop in crops})
        assert max(np.diff(lefts), default=0) <= 224 * (1 - overlap)


def test_covering_crops_are_no_more_than_needed():
    assert len(covering_crops(448, 224, crop_px=224, overlap=0.0)) == 2
    assert len(covering_crops(448, 224, crop_px=224)) == 3
    assert len(covering_crops(224, 224, crop_px=224)) == 1


def test_random_crops_lie_inside_reach_the_edges_and_repeat_with_their_seed():
    crops = random_crops(30, 25, crop_px=20, num_crops=2000, rng=np.random.default_rng(3))
    times_seen(crops, 30, 25)
    assert {crop.left_px for crop in crops} == set(range(11))
    assert {crop.top_px for crop in crops} == set(range(6))
    assert crops == random_crops(30, 25, crop_px=20, num_crops=2000, rng=np.random.default_rng(3))


def test_a_crop_larger_than_the_photo_is_refused():
    for cut in (
        lambda: fixed_crops(300, 200, crop_px=224, num_crops=10),
        lambda: covering_crops(300, 200, crop_px=224),
        lambda: random_crops(300, 200, crop_px=224, num_crops=1, rng=np.random.default_rng()),
    ):
        with pytest.raises(ValueError, match="224 pixels does not fit in 300 x 200"):
            cut()


def test_no_crops_and_full_overlap_are_refused():
    with pytest.raises(ValueError, match="num_crops is 0"):
        fixed_crops(300, 300, crop_px=224, num_crops=0)
    with pytest.raises(ValueError, match=r"overlap is 1.0"):
        covering_crops(300, 300, crop_px=224, overlap=1.0)
