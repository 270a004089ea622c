import numpy as np
import pytest
import torch

from engine.networks.sight import CropSight
from engine.networks.whole_photo_sight import FrameSight, inside_of_frames
from trainer.config import VarietyConfig
from trainer.photo_cache import CachedPhotos
from trainer.varied_source import VariedSource, varied_source
from trainer.view_source import open_source

CPU = torch.device("cpu")
SIZES = [(96, 64), (64, 96), (96, 60), (90, 64), (96, 62), (70, 70)]  # width, height
CROPS, FRAMES = CropSight(32), FrameSight(96, 96, step_px=32)


@pytest.fixture(scope="module")
def photos():
    """Each of one colour on the left and another on the right, with a little noise."""
    rng = np.random.default_rng(1)
    pieces = []
    for number, (width, height) in enumerate(SIZES):
        piece = rng.integers(0, 9, (height, width, 3)) + 20 * number
        piece[:, width // 2 :] += 100
        pieces.append(piece.astype(np.uint8))
    areas = [width * height for width, height in SIZES]
    return CachedPhotos(
        pixels_P3=np.concatenate([piece.reshape(-1, 3) for piece in pieces]),
        first_N=np.cumsum([0, *areas[:-1]]),
        width_N=np.array([width for width, _ in SIZES]),
        height_N=np.array([height for _, height in SIZES]),
        unreadable={},
    )


def batches(photos, sight, *, seed=(1, 2), first=0, batch_size=2, **variety):
    plain = open_source(photos, sight, device=CPU)
    source = varied_source(plain, VarietyConfig(**variety), CPU)
    plan = source.random_plan(range(6), views_per_photo=1, batch_size=batch_size, seed=seed)
    return list(source.batches(plan, batch_size, first=first)), plain, plan


@pytest.mark.parametrize("sight", [CROPS, FRAMES], ids=["crops", "frames"])
def test_without_variety_the_source_is_left_as_it_is(photos, sight):
    plain = open_source(photos, sight, device=CPU)
    assert varied_source(plain, VarietyConfig(), CPU) is plain
    assert isinstance(varied_source(plain, VarietyConfig(harmless=0.1), CPU), VariedSource)


@pytest.mark.parametrize("sight", [CROPS, FRAMES], ids=["crops", "frames"])
def test_the_seed_and_the_place_in_the_plan_decide_everything(photos, sight):
    variety = {"smallest_share": 0.6, "harmless": 0.5}
    made, _, _ = batches(photos, sight, **variety)
    again, _, _ = batches(photos, sight, **variety)
    other, _, _ = batches(photos, sight, seed=(1, 3), **variety)
    rest, _, _ = batches(photos, sight, first=1, **variety)
    assert all(torch.equal(*pair) for pair in zip(made, again, strict=True))
    assert all(torch.equal(*pair) for pair in zip(made[1:], rest, strict=True))
    assert not all(torch.equal(*pair) for pair in zip(made, other, strict=True))


def test_a_crop_at_half_the_size_shows_twice_as_much_of_the_photo(photos):
    made, _, plan = batches(photos, CROPS, smallest_share=0.5, largest_share=0.5)
    for number, views in enumerate(made):
        assert views.shape == (2, 32, 32, 3)
        part = plan.part(2 * number, 2 * number + 2)
        for view, index, is_mirrored, left, top in zip(
            views, part.photo_M, part.is_mirrored_M, part.left_M, part.top_M, strict=True
        ):
            pixels = photos.photo(int(index)).astype(np.float64)
            side = min(64, *(min(photos.photo(int(one)).shape[:2]) for one in part.photo_M))
            height, width = pixels.shape[:2]
            x = round(left / (width - 32) * (width - side))
            y = round(top / (height - 32) * (height - side))
            region = pixels[y : y + side, x : x + side]
            region = region[:, ::-1] if is_mirrored else region
            assert view.numpy().mean() == pytest.approx(region.mean(), abs=2)
            halves = view[:, :8].numpy().mean() - view[:, -8:].numpy().mean()
            theirs = region[:, : side // 4].mean() - region[:, -side // 4 :].mean()
            assert halves == pytest.approx(theirs, abs=4)


def test_a_crop_at_twice_the_size_shows_half_as_much(photos):
    made, _, _ = batches(photos, CROPS, smallest_share=2, largest_share=2)
    assert {tuple(views.shape) for views in made} == {(2, 32, 32, 3)}


def test_photos_are_not_made_so_small_that_a_crop_would_not_fit(photos):
    made, _, _ = batches(photos, CROPS, smallest_share=0.1, largest_share=0.1)
    assert {tuple(views.shape) for views in made} == {(2, 32, 32, 3)}


def test_whole_photos_shrink_in_their_frames_and_share_one(photos):
    made, _, plan = batches(photos, FRAMES, smallest_share=0.5, largest_share=0.5)
    for number, views in enumerate(made):
        indices = plan.photo_M[2 * number : 2 * number + 2]
        assert views.shape[0] == 2
        for view, index in zip(views, indices, strict=True):
            height, width = (round(side / 2) for side in photos.photo(int(index)).shape[:2])
            inside = inside_of_frames(view[None])[0]
            assert int(inside.sum()) == height * width
            found = view[inside].double().mean()
            assert float(found) == pytest.approx(photos.photo(int(index)).mean(), abs=2)
    assert max(views.shape[1] for views in made) <= 64


def test_as_many_views_as_asked_are_changed_and_only_a_little(photos):
    for share in (0.0, 1.0):
        made, plain, plan = batches(photos, CROPS, harmless=share, smallest_share=0.99)
        source = varied_source(plain, VarietyConfig(smallest_share=0.99), CPU)
        unchanged = list(source.batches(plan, 2))
        differs = [
            not torch.equal(view, same)
            for views, others in zip(made, unchanged, strict=True)
            for view, same in zip(views, others, strict=True)
        ]
        assert differs == [bool(share)] * 6


@pytest.mark.parametrize("sight", [CROPS, FRAMES], ids=["crops", "frames"])
def test_what_photos_are_scored_by_does_not_vary(photos, sight):
    plain = open_source(photos, sight, device=CPU)
    source = varied_source(plain, VarietyConfig(smallest_share=0.5, harmless=1.0), CPU)
    plan = source.fixed_plan([0, 1, 2], num_views=2)
    for part, same in zip(source.parts(plan, 2), plain.parts(plan, 2), strict=True):
        assert torch.equal(source.cut(part), plain.cut(same))
    assert source.num_batches(range(6), views_per_photo=1, batch_size=2) == plain.num_batches(
        range(6), views_per_photo=1, batch_size=2
    )


def test_distorted_frames_keep_the_grey_beside_the_photo(photos):
    views = torch.stack([FrameSight(96, 96).look(photos.photo(index)) for index in (0, 2)])
    changed = FrameSight(96, 96).framed_as(torch.zeros_like(views), views)
    assert inside_of_frames(changed).sum() == 96 * (64 + 60)
    assert int(changed.sum()) == 128 * 3 * 96 * (96 - 64 + 96 - 60)
    assert torch.equal(CropSight(96).framed_as(torch.zeros_like(views), views), views * 0)
