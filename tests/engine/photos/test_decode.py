import io
import os
import socket
import struct
import sys
import threading
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from engine.errors import UnreadablePhoto
from engine.photos.decode import read_photo

DATA = Path(__file__).parent / "data"


def reason(path: Path, **options) -> str:
    with pytest.raises(UnreadablePhoto) as caught:
        read_photo(path, **options)
    assert caught.value.path == path
    return caught.value.reason


def corner_colours(photo) -> list[str]:
    """The colours of the quarters: upper left, upper right, lower left, lower right."""
    names = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}
    height, width = photo.pixels_HW3.shape[:2]
    quarters = [
        (y, x) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)
    ]
    return [
        min(names, key=lambda name: np.abs(photo.pixels_HW3[place] - np.array(names[name])).sum())
        for place in quarters
    ]


def four_corners(width=96, height=64) -> Image.Image:
    image = Image.new("RGB", (width, height))
    for left, top, colour in ((0, 0, "red"), (1, 0, "lime"), (0, 1, "blue"), (1, 1, "yellow")):
        quarter = Image.new("RGB", (width // 2, height // 2), colour)
        image.paste(quarter, (left * width // 2, top * height // 2))
    return image


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "bmp", "gif", "avif"])
def test_every_ordinary_format_gives_the_picture(tmp_path, odd_files, suffix):
    path = tmp_path / f"photo.{suffix}"
    picture = odd_files.picture()
    picture.save(path, **({"quality": 95} if suffix in ("jpg", "webp", "avif") else {}))
    photo = read_photo(path)
    assert (photo.width_px, photo.height_px) == (320, 240)
    assert photo.pixels_HW3.shape == (240, 320, 3)
    assert photo.pixels_HW3.dtype == np.uint8
    assert photo.pixels_HW3.flags.c_contiguous
    assert photo.pixels_HW3.flags.writeable
    assert np.abs(photo.pixels_HW3.astype(int) - np.asarray(picture)).mean() < 12


def test_a_heic_photo_is_read_and_turned_once():
    photo = read_photo(DATA / "turned.heic")
    assert (photo.width_px, photo.height_px) == (64, 96)
    assert corner_colours(photo) == ["blue", "red", "yellow", "lime"]


UPRIGHT = {
    1: ["red", "lime", "blue", "yellow"],
    2: ["lime", "red", "yellow", "blue"],
    3: ["yellow", "blue", "lime", "red"],
    4: ["blue", "yellow", "red", "lime"],
    5: ["red", "blue", "lime", "yellow"],
    6: ["blue", "red", "yellow", "lime"],
    7: ["yellow", "lime", "blue", "red"],
    8: ["lime", "yellow", "red", "blue"],
}


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "avif"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_every_orientation_is_turned_upright(tmp_path, suffix, orientation):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    path = tmp_path / f"photo.{suffix}"
    four_corners().save(path, exif=exif)
    for short_side_px in (None, 16):
        photo = read_photo(path, short_side_px=short_side_px)
        lies = orientation >= 5
        assert (photo.width_px, photo.height_px) == ((64, 96) if lies else (96, 64))
        assert (photo.pixels_HW3.shape[0] > photo.pixels_HW3.shape[1]) == lies
        assert corner_colours(photo) == UPRIGHT[orientation]


def test_a_nonsense_orientation_is_ignored(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 77
    four_corners().save(tmp_path / "photo.jpg", exif=exif)
    assert corner_colours(read_photo(tmp_path / "photo.jpg")) == UPRIGHT[1]


def test_all_readable_odd_files_are_read(tmp_path, odd_files):
    for path in odd_files.make_readable(tmp_path):
        photo = read_photo(path)
        expected = (240, 320) if path.name == "rotated.jpg" else (320, 240)
        assert (photo.width_px, photo.height_px) == expected
        assert photo.pixels_HW3.shape == (*expected[::-1], 3)
        assert 110 < photo.pixels_HW3.mean() < 145


def test_unreadable_odd_files_say_what_is_wrong(tmp_path, odd_files):
    reasons = [reason(path) for path in odd_files.make_unreadable(tmp_path)]
    assert reasons == [
        "The file ends early. It may still be copying.",
        "The file is empty.",
        "This is not a photo in a format Discern reads.",
        "The picture is 1 x 1 pixels, too small to judge.",
    ]


def test_the_first_frame_of_an_animation_is_read(tmp_path, odd_files):
    pixels = read_photo(odd_files.animated_gif(tmp_path)).pixels_HW3.astype(int)
    assert np.abs(pixels - np.asarray(odd_files.picture())).mean() < 16


def test_a_reduced_photo_keeps_its_size_on_record_and_enough_pixels(tmp_path, odd_files):
    odd_files.picture(1200, 900).save(tmp_path / "photo.jpg")
    odd_files.picture(1200, 900).save(tmp_path / "photo.png")
    for name in ("photo.jpg", "photo.png"):
        for short_side_px in (16, 60, 112, 449, 450, 451, 5000):
            photo = read_photo(tmp_path / name, short_side_px=short_side_px)
            assert (photo.width_px, photo.height_px) == (1200, 900)
            assert min(photo.pixels_HW3.shape[:2]) >= min(900, 2 * short_side_px)
            assert min(photo.pixels_HW3.shape[:2]) < 8 * short_side_px


def test_reading_twice_gives_the_same_pixels(tmp_path, odd_files):
    odd_files.picture(1200, 900).save(tmp_path / "photo.jpg")
    first, second = (read_photo(tmp_path / "photo.jpg", short_side_px=200) for _ in range(2))
    assert (first.pixels_HW3 == second.pixels_HW3).all()


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "bmp", "gif", "avif", "heic"])
def test_a_file_cut_anywhere_is_unreadable_and_nothing_else(tmp_path, odd_files, suffix):
    path = tmp_path / f"cut.{suffix}"
    if suffix == "heic":
        whole = (DATA / "turned.heic").read_bytes()
    else:
        odd_files.picture().save(path, **({"compression": "tiff_lzw"} if suffix == "tif" else {}))
        whole = path.read_bytes()
    for length in {*range(1, 60, 3), *range(60, int(0.95 * len(whole)), len(whole) // 12)}:
        path.write_bytes(whole[:length])
        assert reason(path) in (
            "The file ends early. It may still be copying.",
            "The file is damaged or ends early. It may still be copying.",
            "This is not a photo in a format Discern reads.",
        )


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "gif", "avif", "heic"])
def test_scrambled_bytes_never_raise_anything_else(tmp_path, odd_files, suffix):
    path = tmp_path / f"scrambled.{suffix}"
    if suffix == "heic":
        whole = bytearray((DATA / "turned.heic").read_bytes())
    else:
        odd_files.picture(64, 48).save(path)
        whole = bytearray(path.read_bytes())
    rng = np.random.default_rng(1)
    reasons: list[str] = []
    for _ in range(60):
        damaged = bytearray(whole)
        for place in rng.integers(0, min(len(whole), 1500), 4):
            damaged[place] = rng.integers(0, 256)
        path.write_bytes(damaged)
        try:
            read_photo(path)
        except UnreadablePhoto as error:
            reasons.append(error.reason)
    assert all(text.endswith(".") for text in reasons)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), "not enough memory"),
        (cv2.error("Insufficient memory"), "not enough memory"),
        (OverflowError("too large"), "damaged"),
        (struct.error("unpack"), "damaged"),
        (SyntaxError("broken PNG file"), "damaged"),
        (zlib.error("Error -3"), "damaged"),
        (RuntimeError("decoder"), "damaged"),
        (UserWarning("odd"), "damaged"),
        (EOFError("unexpected EOF"), "ends early"),
        (OSError("image file is truncated"), "ends early"),
        (OSError(5, "Input/output error"), r"could not be read: Input/output error\."),
        (PermissionError(13, "Permission denied"), "not allowed to open"),
    ],
)
def test_whatever_a_decoder_raises_becomes_a_reason(
    tmp_path, odd_files, monkeypatch, error, expected
):
    path = odd_files.good_jpeg(tmp_path)

    def fail(*_args, **_options):
        raise error

    monkeypatch.setattr(Image, "open", fail)
    with pytest.raises(UnreadablePhoto, match=expected) as caught:
        read_photo(path)
    assert caught.value.__cause__ is error


def test_missing_files_and_folders_are_named_as_such(tmp_path):
    assert reason(tmp_path / "missing.jpg") == "There is no such file."
    assert reason(tmp_path) == "This is a folder, not a photo."
    assert reason(Path("nul\0byte.jpg")).startswith("The file is damaged")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_or_a_device_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert reason(tmp_path / "pipe.jpg") == "This is a device or a pipe, not a photo."
    assert reason(Path("/dev/zero")) == "This is a device or a pipe, not a photo."
    if sys.platform == "linux":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "s.jpg"))
            assert reason(tmp_path / "s.jpg") == "This is a device or a pipe, not a photo."


@pytest.mark.skipif(sys.platform == "win32", reason="sparse files are not made by truncation")
def test_a_file_of_200_gigabytes_is_refused_unopened(tmp_path):
    with (tmp_path / "huge.nef").open("wb") as file:
        file.truncate(200_000_000_000)
    assert reason(tmp_path / "huge.nef") == (
        "The file has 200.0 GB; the limit for a photo is 4 GB."
    )


def test_what_libtiff_says_of_a_damaged_file_reaches_no_terminal(tmp_path, odd_files, capfd):
    path = tmp_path / "a.tif"
    odd_files.picture().save(path, compression="tiff_lzw")
    whole = path.read_bytes()
    path.write_bytes(whole[:400] + b"\xff" * 200 + whole[600:])
    reason(path)
    assert capfd.readouterr() == ("", "")


def test_a_strip_is_too_narrow_and_fifteen_pixels_are_too_few(tmp_path):
    Image.new("L", (3000, 20)).save(tmp_path / "strip.png")
    Image.new("L", (15, 400)).save(tmp_path / "small.png")
    Image.new("L", (16, 400)).save(tmp_path / "enough.png")
    assert reason(tmp_path / "strip.png") == "The picture is 3000 x 20 pixels, too narrow to judge."
    assert reason(tmp_path / "small.png") == "The picture is 15 x 400 pixels, too small to judge."
    assert read_photo(tmp_path / "enough.png").pixels_HW3.shape == (400, 16, 3)


def test_a_format_that_could_run_programs_is_not_opened(tmp_path):
    image = io.BytesIO()
    Image.new("RGB", (64, 64)).save(image, "EPS")
    (tmp_path / "script.jpg").write_bytes(image.getvalue())
    assert reason(tmp_path / "script.jpg") == "This is not a photo in a format Discern reads."


def corrupt_exif_jpeg(path: Path) -> Path:
    """An EXIF tag whose data lie outside: Pillow warns about it."""
    tag = struct.pack("<HHII", 0x010F, 2, 4000, 100)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + tag
    exif += struct.pack("<HHIHH", ExifTags.Base.Orientation, 3, 1, 6, 0) + b"\0\0\0\0"
    four_corners().save(path, exif=exif)
    return path


def orientation_by_plain_pillow(path: Path) -> object:
    with Image.open(path) as image:
        return image.getexif().get(ExifTags.Base.Orientation)


def test_pillows_warnings_reach_nobody(tmp_path):
    path = corrupt_exif_jpeg(tmp_path / "photo.jpg")
    with pytest.warns(UserWarning, match="Skipping tag 271"):
        orientation_by_plain_pillow(path)
    assert read_photo(path).pixels_HW3.shape == (96, 64, 3)  # any warning is an error here


def test_threads_read_the_same_as_one_thread(tmp_path, odd_files):
    paths = [*odd_files.make_readable(tmp_path), corrupt_exif_jpeg(tmp_path / "corrupt.jpg")]
    alone = [read_photo(path).pixels_HW3 for path in paths]
    failures: list[object] = []

    def read_all() -> None:
        for _ in range(4):
            for path, expected in zip(paths, alone, strict=True):
                try:
                    if not (read_photo(path).pixels_HW3 == expected).all():
                        failures.append(path)
                except UnreadablePhoto as error:
                    failures.append(error)

    threads = [threading.Thread(target=read_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
