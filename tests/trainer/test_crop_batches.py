import numpy as np
import pytest
import torch

from engine.photos.crops import fixed_crops
from trainer.crop_batches import CropPlan, CropSource, fixed_plan, random_plan
from trainer.photo_cache import CachedPhotos

CROP_PX = 8
CPU = torch.device("cpu")


@pytest.fixture
def photos():
    """Six photos of random pixels in sizes from just one crop to several."""
    rng = np.random.default_rng(1)
    sizes = [(8, 8), (20, 8), (8, 20), (17, 13), (30, 24), (9, 9)]  # width, height
    pieces = [rng.integers(0, 256, (height, width, 3), np.uint8) for width, height in sizes]
    areas = [width * height for width, height in sizes]
    return CachedPhotos(
        pixels_P3=np.concatenate([piece.reshape(-1, 3) for piece in pieces]),
        first_N=np.cumsum([0, *areas[:-1]]),
        width_N=np.array([width for width, _ in sizes]),
        height_N=np.array([height for _, height in sizes]),
        unreadable={},
    )


@pytest.fixture
def source(photos):
    return CropSource(photos, crop_px=CROP_PX, device=CPU)


@pytest.fixture
def behind_pin(source, monkeypatch):
    """A source whose pixels stay in main memory, as when the GPU has no room for them."""
    if not torch.cuda.is_available():
        monkeypatch.setattr(torch.Tensor, "pin_memory", lambda tensor: tensor)
    source.is_on_device = False
    return source


def plan_of(photos, **options):
    settings = {"crop_px": CROP_PX, "crops_per_photo": 3, "seed": [1, 2]}
    return random_plan(photos, range(6), **{**settings, **options})


def cut_by_hand(photos, plan, number):
    photo = photos.photo(int(plan.photo_M[number]))
    left, top = int(plan.left_M[number]), int(plan.top_M[number])
    crop = photo[top : top + CROP_PX, left : left + CROP_PX]
    return crop[:, ::-1] if plan.is_mirrored_M[number] else crop


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in CropPlan.__slots__
    )


def test_crops_are_the_photos_pixels_mirrored_where_the_plan_says(photos, source):
    plan = plan_of(photos, crops_per_photo=10)
    crops = source.cut(plan)
    assert crops.shape == (60, CROP_PX, CROP_PX, 3)
    assert crops.dtype == torch.uint8
    assert 0 < plan.is_mirrored_M.sum() < 60
    for number, crop in enumerate(crops.numpy()):
        assert np.array_equal(crop, cut_by_hand(photos, plan, number))


def test_a_random_plan_shows_every_photo_equally_often(photos):
    plan = plan_of(photos)
    assert np.bincount(plan.photo_M).tolist() == [3, 3, 3, 3, 3, 3]
    assert plan.photo_M.tolist() != sorted(plan.photo_M.tolist())


def test_a_random_plan_keeps_to_the_photos_it_is_given(photos):
    plan = random_plan(photos, [4, 1], crop_px=CROP_PX, crops_per_photo=5, seed=[0])
    assert set(plan.photo_M.tolist()) == {1, 4}


def test_random_crops_lie_inside_their_photos_and_reach_every_edge(photos):
    plan = plan_of(photos, crops_per_photo=400)
    room_x = photos.width_N[plan.photo_M] - CROP_PX
    room_y = photos.height_N[plan.photo_M] - CROP_PX
    assert plan.left_M.min() == 0
    assert plan.top_M.min() == 0
    assert np.all(plan.left_M <= room_x)
    assert np.all(plan.top_M <= room_y)
    of_largest = plan.photo_M == 4
    assert plan.left_M[of_largest].max() == room_x[of_largest][0]
    assert plan.top_M[of_largest].max() == room_y[of_largest][0]


def test_one_seed_gives_one_plan(photos):
    assert same(plan_of(photos), plan_of(photos))
    assert not same(plan_of(photos), plan_of(photos, seed=[1, 3]))


def test_fixed_crops_are_those_of_the_scorer(photos):
    plan = fixed_plan(photos, [3, 4], crop_px=CROP_PX, num_crops=5)
    expected = [
        (photo, box.left_px, box.top_px)
        for photo, width, height in ((3, 17, 13), (4, 30, 24))
        for box in fixed_crops(width, height, crop_px=CROP_PX, num_crops=5)
    ]
    assert list(zip(plan.photo_M, plan.left_M, plan.top_M, strict=True)) == expected
    assert not plan.is_mirrored_M.any()


def test_batches_follow_the_plan_and_leave_the_incomplete_one(photos, source):
    plan = plan_of(photos)  # 18 crops
    batches = list(source.batches(plan, 4))
    assert [len(batch) for batch in batches] == [4, 4, 4, 4]
    assert torch.equal(torch.cat(batches), source.cut(plan.part(0, 16)))


def test_batches_can_go_on_from_any_number(photos, source):
    plan = plan_of(photos)
    whole = list(source.batches(plan, 4))
    for first in range(6):
        rest = list(source.batches(plan, 4, first=first))
        assert len(rest) == max(0, 4 - first)
        assert all(torch.equal(a, b) for a, b in zip(rest, whole[first:], strict=True))


def test_batches_cut_ahead_are_the_same(photos, behind_pin):
    plan = plan_of(photos, crops_per_photo=20)
    ahead = list(behind_pin.batches(plan, 4, first=1))
    assert torch.equal(torch.cat(ahead), behind_pin.cut(plan.part(4, 120)))


def test_cutting_ahead_ends_when_nobody_takes_the_batches(photos, behind_pin):
    batches = behind_pin.batches(plan_of(photos, crops_per_photo=20), 4)
    next(batches)
    batches.close()  # waits for the thread; one that went on cutting would hang here


def test_an_error_while_cutting_ahead_reaches_the_one_who_waits(photos, behind_pin):
    plan = plan_of(photos)
    beyond = CropPlan(plan.photo_M, plan.left_M + 10_000, plan.top_M, plan.is_mirrored_M)
    with pytest.raises(IndexError, match="out of range"):
        list(behind_pin.batches(beyond, 4))


@pytest.mark.gpu
def test_a_gpu_cuts_the_same_crops_as_the_processor(photos, source):
    plan = plan_of(photos)
    on_gpu = CropSource(photos, crop_px=CROP_PX, device=torch.device("cuda"))
    assert on_gpu.is_on_device
    batches = list(on_gpu.batches(plan, 4))
    assert batches[0].device.type == "cuda"
    on_gpu.is_on_device = False
    on_gpu._pixels_P3 = on_gpu._pixels_P3.cpu()
    ahead = list(on_gpu.batches(plan, 4))
    assert ahead[0].device.type == "cuda"
    expected = torch.cat(list(source.batches(plan, 4)))
    assert torch.equal(torch.cat(batches).cpu(), expected)
    assert torch.equal(torch.cat(ahead).cpu(), expected)
