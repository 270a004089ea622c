import numpy as np
import pytest

from engine.errors import ModelFileError
from engine.photos.resize import ResizeRule, resize_photo

FIT = ResizeRule(long_side_px=512, short_side_px=384)
SHORT = ResizeRule(long_side_px=None, short_side_px=384)
LONG = ResizeRule(long_side_px=512, short_side_px=None)
KEEP = ResizeRule(long_side_px=None, short_side_px=None)


@pytest.mark.parametrize(
    ("rule", "size", "expected"),
    [
        (FIT, (6000, 4000), (512, 341)),
        (FIT, (4000, 6000), (341, 512)),
        (FIT, (4000, 3000), (512, 384)),
        (FIT, (3000, 3000), (384, 384)),
        (FIT, (320, 240), (512, 384)),
        (FIT, (8000, 1000), (1792, 224)),  # 512 x 64 would be smaller than the crop
        (SHORT, (6000, 4000), (576, 384)),
        (SHORT, (100, 200), (384, 768)),
        (LONG, (6000, 4000), (512, 341)),
        (LONG, (2000, 200), (2240, 224)),
        (KEEP, (6000, 4000), (6000, 4000)),
        (KEEP, (100, 50), (448, 224)),
    ],
)
def test_the_size_follows_the_rule_and_holds_a_crop(rule, size, expected):
    assert rule.size_for(*size, crop_px=224) == expected


def test_no_side_is_ever_smaller_than_the_crop_or_larger_than_the_frame_without_need():
    rng = np.random.default_rng(0)
    for width, height in rng.integers(16, 9000, (500, 2)).tolist():
        size = FIT.size_for(width, height, crop_px=224)
        assert min(size) >= 224
        assert min(size) == 224 or (max(size) <= 512 and min(size) <= 384)
        assert size[::-1] == FIT.size_for(height, width, crop_px=224)
        assert size[0] / size[1] == pytest.approx(width / height, rel=0.005)


def test_reducing_averages_instead_of_picking_pixels():
    checkerboard = (np.indices((512, 512)).sum(axis=0) % 2 * 255).astype(np.uint8)
    photo = np.repeat(checkerboard[..., None], 3, axis=2)
    reduced = resize_photo(photo, ResizeRule(long_side_px=None, short_side_px=64), crop_px=32)
    assert reduced.shape == (64, 64, 3)
    assert np.abs(reduced.astype(int) - 127).max() <= 2


def test_resizing_gives_the_same_contiguous_writeable_bytes_each_time():
    photo = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    first, second = (resize_photo(photo, FIT, crop_px=224) for _ in range(2))
    assert first.shape == (384, 512, 3)
    assert first.dtype == np.uint8
    assert first.flags.c_contiguous
    assert first.flags.writeable
    assert (first == second).all()


def test_a_photo_of_the_right_size_comes_back_as_it_is():
    photo = np.random.default_rng(0).integers(0, 256, (384, 512, 3), dtype=np.uint8)
    assert (resize_photo(photo, FIT, crop_px=224) == photo).all()


@pytest.mark.parametrize("rule", [FIT, SHORT, LONG, KEEP])
def test_a_rule_survives_the_model_file(rule):
    assert ResizeRule.from_json(rule.to_json()) == rule


@pytest.mark.parametrize(
    "entries",
    [
        None,
        [],
        {},
        {"long_side_px": 512},
        {"long_side_px": 512, "short_side_px": 384, "depth_px": 3},
    ],
)
def test_other_entries_than_the_two_sides_are_refused(entries):
    with pytest.raises(ModelFileError, match="must have exactly the entries"):
        ResizeRule.from_json(entries)


@pytest.mark.parametrize("side", [0, -3, 1.5, "512", True, 10**9])
def test_a_side_that_is_no_sensible_number_is_refused(side):
    with pytest.raises(ModelFileError, match="makes no sense: short_side_px is"):
        ResizeRule.from_json({"long_side_px": None, "short_side_px": side})
    with pytest.raises(ValueError, match="long_side_px is"):
        ResizeRule(long_side_px=side, short_side_px=None)


def test_a_long_side_shorter_than_the_short_one_is_refused():
    with pytest.raises(ModelFileError, match=r"long_side_px \(300\) is less than short_side_px"):
        ResizeRule.from_json({"long_side_px": 300, "short_side_px": 400})
