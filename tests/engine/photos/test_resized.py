import numpy as np
import pytest

from engine.errors import UnreadablePhoto
from engine.photos import resized
from engine.photos.decode import read_photo
from engine.photos.resize import ResizeRule, resize_photo
from engine.photos.resized import read_resized

NATIVE = ResizeRule(long_side_px=None, short_side_px=None)


def rule(long_side_px, short_side_px):
    return ResizeRule(long_side_px=long_side_px, short_side_px=short_side_px)


@pytest.fixture
def large_jpeg(tmp_path, odd_files):
    """1600 x 1200 pixels, which a JPEG decoder can bring as 800 x 600, 400 x 300 or 200 x 150."""
    path = tmp_path / "large.jpg"
    odd_files.picture(1600, 1200).save(path, quality=92)
    return path


def test_the_photo_comes_in_the_size_of_the_rule_and_says_its_own(large_jpeg):
    photo = read_resized(large_jpeg, rule(200, 150), crop_px=64)

    assert photo.pixels_HW3.shape == (150, 200, 3)
    assert photo.pixels_HW3.dtype == np.uint8
    assert (photo.width_px, photo.height_px) == (1600, 1200)


def test_a_portrait_is_measured_upright(tmp_path, odd_files):
    photo = read_resized(odd_files.rotated_phone_photo(tmp_path), rule(200, 150), crop_px=64)

    assert photo.pixels_HW3.shape == (200, 150, 3)
    assert (photo.width_px, photo.height_px) == (240, 320)


def test_the_reduced_decoding_hardly_shows(large_jpeg):
    whole = resize_photo(read_photo(large_jpeg).pixels_HW3, rule(200, 150), crop_px=64)
    photo = read_resized(large_jpeg, rule(200, 150), crop_px=64)

    assert np.abs(photo.pixels_HW3.astype(int) - whole).mean() < 1


@pytest.mark.parametrize(
    ("sides", "crop_px", "asked_px"),
    [
        ((512, 384), 224, 384),
        ((None, 300), 224, 300),
        ((500, None), 224, 500),  # a square photo comes to 500 x 500
        ((100, 80), 224, 224),  # the crop must fit
        ((None, None), 224, None),
    ],
)
def test_the_decoder_is_asked_for_no_more_than_the_rule_needs(
    large_jpeg, monkeypatch, sides, crop_px, asked_px
):
    asked = []

    def read(path, *, short_side_px):
        asked.append(short_side_px)
        return read_photo(path, short_side_px=short_side_px)

    monkeypatch.setattr(resized, "read_picture", read)
    read_resized(large_jpeg, rule(*sides), crop_px=crop_px)

    assert asked == [asked_px]


def test_a_photo_in_its_own_size_comes_as_it_is(large_jpeg):
    photo = read_resized(large_jpeg, NATIVE, crop_px=64)

    assert np.array_equal(photo.pixels_HW3, read_photo(large_jpeg).pixels_HW3)


def test_a_small_photo_is_enlarged_until_the_crop_fits(tmp_path, odd_files):
    path = tmp_path / "small.png"
    odd_files.picture(40, 20).save(path)

    assert read_resized(path, NATIVE, crop_px=64).pixels_HW3.shape == (64, 128, 3)


def test_the_same_file_gives_the_same_pixels(large_jpeg):
    first, second = (read_resized(large_jpeg, rule(200, 150), crop_px=64) for _ in range(2))

    assert np.array_equal(first.pixels_HW3, second.pixels_HW3)


def test_whatever_is_wrong_with_a_file_is_one_kind_of_error(tmp_path, odd_files):
    for path in [*odd_files.make_unreadable(tmp_path), tmp_path / "gone.jpg"]:
        with pytest.raises(UnreadablePhoto, match=path.name):
            read_resized(path, rule(200, 150), crop_px=64)


def test_too_little_memory_to_resize_is_told_of_the_photo(large_jpeg, monkeypatch):
    def fail(*_args, **_options):
        raise MemoryError

    monkeypatch.setattr(resized, "resize_photo", fail)
    with pytest.raises(UnreadablePhoto, match="not enough memory to resize 1600 x 1200"):
        read_resized(large_jpeg, rule(200, 150), crop_px=64)
