"""Pictures that are no files: each is read as the file that it could have been saved to."""

import importlib.util
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from engine.errors import UnreadablePhoto
from engine.photos.decode import read_photo
from engine.photos.picture import checked_picture, checked_pictures, place_of
from engine.photos.read_picture import read_picture

RGB = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)


@pytest.fixture(scope="module")
def write_dng():
    """Writes a small camera RAW file, as the tests of RAW files do."""
    spec = importlib.util.spec_from_file_location(
        "test_raw", Path(__file__).with_name("test_raw.py")
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.write_dng


def pixels(picture, **options):
    return read_picture(picture, **options).pixels_HW3


def saved(array, path, **options):
    Image.fromarray(array).save(path, **options)
    return path


def test_path_text_bytes_image_and_array_are_one_picture(tmp_path):
    path = saved(RGB, tmp_path / "photo.png")
    with Image.open(path) as image:
        for picture in (path, str(path), path.read_bytes(), image, np.asarray(image)):
            photo = read_picture(picture)
            np.testing.assert_array_equal(photo.pixels_HW3, RGB)
            assert (photo.width_px, photo.height_px) == (60, 40)


def test_other_kinds_of_bytes_are_taken_too(tmp_path):
    content = saved(RGB, tmp_path / "photo.png").read_bytes()
    for picture in (bytearray(content), memoryview(content)):
        np.testing.assert_array_equal(pixels(picture), RGB)


@pytest.mark.parametrize("scale", [1, 3])
def test_a_large_array_is_reduced_as_its_file_is(tmp_path, scale):
    large = np.kron(RGB, np.ones((20 * scale, 20 * scale, 1), np.uint8))
    path = saved(large, tmp_path / "large.png")
    expected = read_photo(path, short_side_px=100)
    found = read_picture(large, short_side_px=100)
    np.testing.assert_array_equal(found.pixels_HW3, expected.pixels_HW3)
    assert (found.width_px, found.height_px) == (expected.width_px, expected.height_px)


def test_grey_is_the_same_in_all_three_channels():
    grey = RGB[:, :, 0]
    for array in (grey, grey[:, :, None]):
        np.testing.assert_array_equal(pixels(array), np.stack([grey] * 3, axis=2))


def test_alpha_shows_the_mid_grey_that_a_file_shows(tmp_path):
    alpha = np.random.default_rng(1).integers(0, 256, (40, 60, 1), np.uint8)
    rgba = np.concatenate([RGB, alpha], axis=2)
    expected = read_photo(saved(rgba, tmp_path / "alpha.png")).pixels_HW3
    np.testing.assert_array_equal(pixels(rgba), expected)
    share = alpha / 255
    np.testing.assert_allclose(pixels(rgba), RGB * share + 128 * (1 - share), atol=1)


@pytest.mark.parametrize("dtype", ["<u2", ">u2"])
def test_16_bits_keep_their_upper_half(dtype):
    deep = (RGB.astype(np.uint16) * 256 + 255).astype(dtype)
    np.testing.assert_array_equal(pixels(deep), RGB)
    np.testing.assert_array_equal(pixels(deep[:, :, 0])[:, :, 1], RGB[:, :, 0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
def test_floats_from_0_to_1_are_rounded_to_levels(dtype):
    np.testing.assert_array_equal(pixels((RGB / 255).astype(dtype)), RGB)
    dark = np.full((40, 60, 3), 0.2, dtype)
    assert set(pixels(dark).ravel()) == {51}  # 0.2 * 255, whatever else the picture holds


def test_what_resampling_oversteps_is_cut_off():
    over = np.full((40, 60), 1.003)
    over[0] = -0.003
    found = pixels(over)
    assert set(found[0].ravel()) == {0}
    assert set(found[1:].ravel()) == {255}


@pytest.mark.parametrize("values", [(0, 255), (-1, 1), (0, 1.01)])
def test_floats_of_another_range_are_a_type_error(values):
    array = np.resize(np.array(values, np.float32), (40, 60, 3))
    with pytest.raises(TypeError, match=f"run from {values[0]:g} to {values[1]:g}; .* 0 to 1"):
        read_picture(array)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_numbers_make_a_picture_unreadable(odd):
    array = np.zeros((40, 60, 3))
    array[3, 4, 1] = odd
    with pytest.raises(UnreadablePhoto, match="holds values that are not numbers"):
        read_picture(array)


def test_the_order_in_memory_does_not_matter():
    bgr = RGB[:, :, ::-1]
    np.testing.assert_array_equal(pixels(bgr[:, :, ::-1]), RGB)
    np.testing.assert_array_equal(pixels(np.asfortranarray(RGB)), RGB)
    np.testing.assert_array_equal(pixels(RGB[::-2, ::2]), RGB[::-2, ::2].copy())


def test_an_array_is_neither_kept_nor_changed():
    array = RGB.copy()
    array.flags.writeable = False
    found = pixels(array)
    assert not np.shares_memory(found, array)
    assert found.flags.writeable


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ((0, 0, 3), "0 x 0 pixels, too small"),
        ((0, 60), "60 x 0 pixels, too small"),
        ((15, 60, 3), "60 x 15 pixels, too small"),
        ((16, 1700), "1700 x 16 pixels, too narrow"),
    ],
)
def test_a_picture_that_no_file_would_be_rated_for_is_unreadable(shape, reason):
    with pytest.raises(UnreadablePhoto, match=reason) as caught:
        read_picture(np.zeros(shape, np.uint8))
    assert str(caught.value).startswith("picture in memory: ")
    if min(shape) > 0:
        with pytest.raises(UnreadablePhoto, match=reason):
            read_picture(Image.new("L", (shape[1], shape[0])))


def test_a_picture_too_large_for_any_file_is_refused_before_it_is_copied():
    huge = np.broadcast_to(np.uint8(0), (40_000, 40_000, 3))
    with pytest.raises(UnreadablePhoto, match="the limit is 1000 megapixels"):
        read_picture(huge)


@pytest.mark.parametrize(
    ("picture", "text"),
    [
        (None, "no picture but a NoneType"),
        (7, "no picture but an int"),
        (["a.jpg"], "no picture but a list"),
        (io.BytesIO(b"x"), "no picture but a BytesIO"),
        (RGB.astype(np.int64), r"an array of int64 with the shape \(40, 60, 3\)"),
        (RGB > 7, "an array of bool"),
        (RGB.astype(np.complex64), "an array of complex64"),
        (RGB.astype(object), "an array of object"),
        (RGB.astype(np.longdouble), "an array of float128"),
        (np.uint8(7) + np.zeros((), np.uint8), "no picture but an uint8"),
        (RGB[None], r"shape \(1, 40, 60, 3\)"),
        (RGB[:, :, :2], r"shape \(40, 60, 2\)\. Taken"),
        (RGB[0], None),
        (RGB.transpose(2, 0, 1), r"Channels come last here: array.transpose\(1, 2, 0\)\."),
        (np.zeros(40, np.uint8), r"shape \(40,\)"),
    ],
)
def test_anything_else_is_a_type_error_that_names_what_is_taken(picture, text):
    if text is None:  # a row of a photo is a grey picture, and too narrow for one
        with pytest.raises(UnreadablePhoto, match="too small"):
            read_picture(picture)
        return
    with pytest.raises(TypeError, match=text) as caught:
        read_picture(picture)
    assert "Taken are the path of a photo (str or Path), the bytes of" in str(caught.value)


@pytest.mark.parametrize(
    "one", ["a.jpg", Path("a.jpg"), b"a", bytearray(b"a"), Image.new("L", (20, 20)), RGB]
)
def test_a_single_picture_is_not_taken_for_several(one):
    with pytest.raises(TypeError, match=r"Several pictures are wanted, .* Put it into a list\."):
        checked_pictures(one)
    assert checked_pictures([one]) == [one]


def test_a_stack_of_arrays_is_several_pictures_and_a_number_is_none():
    assert checked_pictures(RGB[None]) is not None
    with pytest.raises(TypeError, match="Several pictures are wanted, and this is an int"):
        checked_pictures(7)


def test_an_image_is_turned_as_its_exif_says(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    path = saved(RGB, tmp_path / "turned.png", exif=exif)
    expected = read_photo(path)
    with Image.open(path) as image:
        found = read_picture(image)
    np.testing.assert_array_equal(found.pixels_HW3, expected.pixels_HW3)
    assert (found.width_px, found.height_px) == (expected.width_px, expected.height_px) == (40, 60)


def test_an_image_keeps_its_colour_profile(tmp_path):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(RGB, tmp_path / "profile.png", icc_profile=lab)
    with Image.open(path) as image:
        np.testing.assert_array_equal(pixels(image), read_photo(path).pixels_HW3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"])
def test_an_image_of_any_mode_is_read_as_its_file_and_left_as_it_is(tmp_path, mode):
    image = Image.fromarray(RGB).convert("L" if mode in ("I;16", "I", "F") else mode)
    if image.mode != mode:
        image = Image.fromarray(
            np.asarray(image).astype({"I;16": "u2", "I": "i4", "F": "f4"}[mode])
        )
    assert image.mode == mode
    path = tmp_path / "photo.tif"
    image.save(path)
    before = image.tobytes()
    np.testing.assert_array_equal(pixels(image), read_photo(path).pixels_HW3)
    assert (image.mode, image.tobytes()) == (mode, before)


def test_of_an_animation_the_frame_that_is_shown_is_read(tmp_path):
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "two.gif", save_all=True, append_images=frames[1:])
    with Image.open(tmp_path / "two.gif") as image:
        image.seek(1)
        assert tuple(pixels(image)[5, 5]) == (0, 0, 255)


def test_an_image_that_cannot_be_loaded_says_why(tmp_path, odd_files):
    with (
        Image.open(odd_files.truncated_jpeg(tmp_path)) as image,
        pytest.raises(UnreadablePhoto, match="Pillow can't load this picture: image file is trunc"),
    ):
        read_picture(image)


@pytest.mark.parametrize("content", [b"", b"no photo", b"\xff\xd8\xff\xe0half"])
def test_bytes_that_are_no_photo_are_unreadable_without_a_path(content):
    with pytest.raises(UnreadablePhoto) as caught:
        read_picture(content)
    assert str(caught.value).startswith("picture in memory: ")
    assert caught.value.path == place_of(content)


@pytest.mark.parametrize("has_preview", [False, True])
def test_the_bytes_of_a_camera_raw_file_are_its_photo_and_not_its_thumbnail(
    tmp_path, write_dng, has_preview
):
    buffer = io.BytesIO()
    Image.new("RGB", (24, 16), "blue").save(buffer, "JPEG")
    preview = buffer.getvalue() if has_preview else b""
    path = write_dng(tmp_path / "photo.dng", preview=preview)
    expected = read_photo(path)
    found = read_picture(path.read_bytes())
    np.testing.assert_array_equal(found.pixels_HW3, expected.pixels_HW3)
    assert (found.width_px, found.height_px) == (96, 64)


def test_an_ordinary_tiff_in_bytes_is_no_raw_file(tmp_path):
    path = saved(RGB, tmp_path / "photo.tif")
    np.testing.assert_array_equal(pixels(path.read_bytes()), RGB)


def test_a_checked_path_is_a_path():
    assert checked_picture("a.jpg") == Path("a.jpg")


def test_a_tiff_that_ends_within_its_tags_is_told_as_damaged(tmp_path):
    content = saved(RGB, tmp_path / "photo.tif").read_bytes()
    with pytest.raises(UnreadablePhoto, match="picture in memory: "):
        read_picture(content[:12])
