import numpy as np
import pytest
import torch

from engine.networks.sight import CropSight
from engine.networks.whole_photo_sight import FrameSight
from trainer.crop_batches import CropSource
from trainer.photo_cache import CachedPhotos
from trainer.view_source import WholePhotoSource, open_source

CPU = torch.device("cpu")
SIGHT = FrameSight(24, 16)
SIZES = [(24, 16), (16, 24), (20, 16), (24, 10), (12, 24), (24, 16), (24, 12)]  # width, height
LANDSCAPES, PORTRAITS = {0, 2, 3, 5, 6}, {1, 4}


@pytest.fixture
def photos():
    rng = np.random.default_rng(1)
    pieces = [rng.integers(0, 256, (height, width, 3), np.uint8) for width, height in SIZES]
    areas = [width * height for width, height in SIZES]
    return CachedPhotos(
        pixels_P3=np.concatenate([piece.reshape(-1, 3) for piece in pieces]),
        first_N=np.cumsum([0, *areas[:-1]]),
        width_N=np.array([width for width, _ in SIZES]),
        height_N=np.array([height for _, height in SIZES]),
        unreadable={},
    )


@pytest.fixture
def source(photos):
    return WholePhotoSource(photos, SIGHT, device=CPU)


def plan_of(source, *, batch_size=2, seed=(1, 2)):
    return source.random_plan(range(7), views_per_photo=1, batch_size=batch_size, seed=seed)


def test_the_sight_says_which_source_it_wants(photos):
    assert isinstance(open_source(photos, CropSight(8), device=CPU), CropSource)
    assert isinstance(open_source(photos, SIGHT, device=CPU), WholePhotoSource)


def test_every_batch_holds_photos_of_one_shape(source):
    plan = plan_of(source)
    batches = list(source.batches(plan, 2))
    assert len(batches) == source.num_batches(range(7), views_per_photo=1, batch_size=2) == 3
    assert sorted(tuple(batch.shape) for batch in batches) == [
        (2, 16, 24, 3),
        (2, 16, 24, 3),
        (2, 24, 16, 3),
    ]
    assert len(set(plan.photo_M.tolist())) == 6  # five landscapes leave one over


def test_a_shape_with_less_than_a_batch_fills_one_up(source):
    plan = plan_of(source, batch_size=4)
    groups = [set(plan.photo_M[start : start + 4].tolist()) for start in (0, 4)]
    assert PORTRAITS in groups
    assert any(group < LANDSCAPES and len(group) == 4 for group in groups)
    assert source.num_batches(range(7), views_per_photo=1, batch_size=4) == 2


def test_the_seed_alone_decides_the_plan(source):
    first, again, other = (plan_of(source, seed=seed) for seed in ((1,), (1,), (2,)))
    assert np.array_equal(first.photo_M, again.photo_M)
    assert np.array_equal(first.is_mirrored_M, again.is_mirrored_M)
    assert not np.array_equal(first.photo_M, other.photo_M)


def test_views_are_the_photos_as_the_sight_shows_them(source, photos):
    plan = plan_of(source)
    views = torch.cat([batch.flatten(1) for batch in source.batches(plan, 2)])
    for number, index in enumerate(plan.photo_M):
        pixels = photos.photo(int(index))
        if plan.is_mirrored_M[number]:
            pixels = np.ascontiguousarray(pixels[:, ::-1])
        assert torch.equal(views[number], SIGHT.look(pixels).flatten())


def test_an_epoch_that_was_cut_off_goes_on_with_the_batch_it_had_come_to(source):
    plan = plan_of(source)
    whole, rest = list(source.batches(plan, 2)), list(source.batches(plan, 2, first=1))
    assert len(rest) == 2
    assert all(torch.equal(one, other) for one, other in zip(whole[1:], rest, strict=True))


def test_photos_are_scored_as_they_are_and_mirrored_in_their_order(source):
    plan = source.fixed_plan([4, 0, 2], num_views=10)
    assert plan.photo_M.tolist() == [4, 4, 0, 0, 2, 2]
    assert plan.is_mirrored_M.tolist() == [False, True] * 3
    assert source.fixed_plan([4, 0], num_views=1).is_mirrored_M.tolist() == [False, False]


def test_a_plan_is_cut_where_a_batch_is_full_or_the_shape_changes(source):
    plan = source.fixed_plan([0, 2, 1, 3], num_views=2)
    parts = [part.photo_M.tolist() for part in source.parts(plan, 3)]
    assert parts == [[0, 0, 2], [2], [1, 1], [3, 3]]
    assert all(source.cut(part).shape[0] == len(part) for part in source.parts(plan, 3))
