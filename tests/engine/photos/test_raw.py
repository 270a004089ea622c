import io
import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import rawpy
from PIL import ExifTags, Image

from engine.errors import UnreadablePhoto
from engine.photos.apart.answers import answer
from engine.photos.apart.frames import FrameWriter
from engine.photos.decode import read_photo

_LETTER = {1: "B", 2: "B", 3: "H", 4: "I", 5: "I", 10: "i"}
_NUMBERS_PER_VALUE = {5: 2, 10: 2}


def tiff_directory(entries: list[tuple[int, int, list[int]]], at: int) -> bytes:
    """One directory of a little-endian TIFF that begins at byte `at`; its long values follow it."""
    body = struct.pack("<H", len(entries))
    after = at + 2 + 12 * len(entries) + 4
    tail = b""
    for tag, kind, values in sorted(entries):
        data = struct.pack(f"<{len(values)}{_LETTER[kind]}", *values)
        count = len(values) // _NUMBERS_PER_VALUE.get(kind, 1)
        body += struct.pack("<HHI", tag, kind, count)
        if len(data) <= 4:
            body += data.ljust(4, b"\0")
        else:
            body += struct.pack("<I", after + len(tail))
            tail += data + b"\0" * (len(data) % 2)
    return body + struct.pack("<I", 0) + tail


def write_dng(
    path: Path,
    *,
    width=96,
    height=64,
    orientation=1,
    preview: bytes = b"",
    is_bitmap=False,
    level=20000,
) -> Path:
    """A small DNG: an evenly orange 16-bit sensor, and a preview if given (JPEG or RGB bytes)."""
    sensor = np.full((height, width), level // 2, np.uint16)
    sensor[0::2, 0::2], sensor[1::2, 1::2] = level, level // 4
    pixels_at, preview_at = 4096, 4096 + sensor.nbytes
    raw = [
        (254, 4, [0]), (256, 4, [width]), (257, 4, [height]), (258, 3, [16]), (259, 3, [1]),
        (262, 3, [32803]), (273, 4, [pixels_at]), (277, 3, [1]), (278, 4, [height]),
        (279, 4, [sensor.nbytes]), (33421, 3, [2, 2]), (33422, 1, [0, 1, 1, 2]),
        (50714, 3, [0]), (50717, 4, [65535]),
    ]  # fmt: skip
    camera = [
        (271, 2, [*b"Test\0"]), (272, 2, [*b"Test Camera\0"]), (274, 3, [orientation]),
        (50706, 1, [1, 4, 0, 0]), (50708, 2, [*b"Test Camera\0"]), (50778, 3, [21]),
        (50721, 10, [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]),
        (50728, 5, [1, 1, 1, 1, 1, 1]),
    ]  # fmt: skip
    head = b"II*\0" + struct.pack("<I", 8)
    if preview:
        preview_width, preview_height = width, height
        if not is_bitmap:
            with Image.open(io.BytesIO(preview)) as image:
                preview_width, preview_height = image.size
        first = [
            (254, 4, [1]), (256, 4, [preview_width]), (257, 4, [preview_height]),
            (258, 3, [8, 8, 8]), (259, 3, [1 if is_bitmap else 7]),
            (262, 3, [2 if is_bitmap else 6]), (273, 4, [preview_at]),
            (277, 3, [3]), (278, 4, [preview_height]), (279, 4, [len(preview)]),
            (330, 4, [2048]),
        ]  # fmt: skip
        head += tiff_directory(camera + first, 8)
        head = head.ljust(2048, b"\0") + tiff_directory(raw, 2048)
    else:
        head += tiff_directory(camera + raw, 8)
    path.write_bytes(head.ljust(pixels_at, b"\0") + sensor.astype("<u2").tobytes() + preview)
    return path


def blue_preview(width: int, height: int, orientation: int | None = None) -> bytes:
    """Blue, with the left half lighter, so that turning shows."""
    image = Image.new("RGB", (width, height), (0, 0, 160))
    image.paste((120, 120, 255), (0, 0, width // 2, height))
    exif = Image.Exif()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=95, exif=exif)
    return encoded.getvalue()


def is_orange(photo) -> bool:
    red, green, blue = photo.pixels_HW3.reshape(-1, 3).mean(axis=0)
    return red > green and red > blue


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_sensor_without_a_preview_is_developed_upright(tmp_path, orientation):
    path = write_dng(tmp_path / "photo.dng", orientation=orientation)
    photo = read_photo(path)
    size = (64, 96) if orientation in (6, 8) else (96, 64)
    assert (photo.width_px, photo.height_px) == size
    assert photo.pixels_HW3.shape == (size[1], size[0], 3)
    assert is_orange(photo)


def test_half_the_sensor_is_developed_where_that_is_enough(tmp_path):
    path = write_dng(tmp_path / "photo.dng")
    photo = read_photo(path, short_side_px=16)
    assert photo.pixels_HW3.shape == (32, 48, 3)
    assert (photo.width_px, photo.height_px) == (96, 64)
    assert read_photo(path, short_side_px=17).pixels_HW3.shape == (64, 96, 3)


def test_an_underexposed_sensor_is_not_brightened(tmp_path):
    bright = read_photo(write_dng(tmp_path / "bright.dng", level=40000)).pixels_HW3.mean()
    dark = read_photo(write_dng(tmp_path / "dark.dng", level=2000)).pixels_HW3.mean()
    assert dark < bright / 3


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("states_it", [True, False])
def test_a_preview_that_is_large_enough_is_taken_and_turned(tmp_path, orientation, states_it):
    preview = blue_preview(96, 64, orientation if states_it else None)
    path = write_dng(tmp_path / "photo.dng", orientation=orientation, preview=preview)
    photo = read_photo(path)
    pixels = photo.pixels_HW3.astype(int)
    assert not is_orange(photo)
    if orientation == 6:
        assert pixels.shape == (96, 64, 3)
        assert pixels[10, 32, 0] > pixels[85, 32, 0] + 80  # the left half is now on top
    else:
        assert pixels.shape == (64, 96, 3)
        assert pixels[32, 10, 0] > pixels[32, 85, 0] + 80


def test_a_small_preview_serves_small_needs_only(tmp_path):
    path = write_dng(tmp_path / "photo.dng", width=192, height=128, preview=blue_preview(96, 64))
    small = read_photo(path, short_side_px=32)
    assert not is_orange(small)
    assert (small.width_px, small.height_px) == (192, 128)
    assert is_orange(read_photo(path, short_side_px=40))
    assert is_orange(read_photo(path))


def test_a_preview_without_compression_is_taken(tmp_path):
    preview = bytes((10, 20, 200)) * (96 * 64)
    path = write_dng(tmp_path / "photo.dng", preview=preview, is_bitmap=True)
    assert (read_photo(path).pixels_HW3 == (10, 20, 200)).all()
    path.write_bytes(path.read_bytes()[:-100])
    assert is_orange(read_photo(path))


def test_a_preview_that_was_cut_gives_way_to_the_sensor(tmp_path):
    preview = blue_preview(96, 64)
    path = write_dng(tmp_path / "photo.dng", preview=preview)
    whole = path.read_bytes()
    for num_missing in (1, 20, len(preview) // 2, len(preview) - 1):
        for _ in range(10):  # LibRaw fills up with what the last reading left in memory
            path.write_bytes(whole)
            assert not is_orange(read_photo(path))
            path.write_bytes(whole[:-num_missing])
            assert is_orange(read_photo(path))


def test_a_preview_that_is_no_picture_gives_way_to_the_sensor(tmp_path):
    preview = blue_preview(96, 64)
    path = write_dng(tmp_path / "photo.dng", preview=preview)
    path.write_bytes(path.read_bytes()[: -len(preview)] + bytes(len(preview)))
    assert is_orange(read_photo(path))


def test_a_jpeg_named_raw_is_read_as_what_it_is(tmp_path, odd_files):
    path = tmp_path / "photo.cr2"
    odd_files.picture().save(path, "JPEG")
    assert read_photo(path).pixels_HW3.shape == (240, 320, 3)


def test_broken_raw_files_say_so(tmp_path, capfd):
    whole = write_dng(tmp_path / "whole.dng").read_bytes()
    path = tmp_path / "cut.dng"
    for length in (6, 50, 1000, len(whole) - 1000):
        path.write_bytes(whole[:length])
        with pytest.raises(UnreadablePhoto, match="damaged or ends early"):
            read_photo(path)
    path.write_text("a shopping list\n" * 500)
    with pytest.raises(UnreadablePhoto, match="not a photo in a format Discern reads"):
        read_photo(path)
    capfd.readouterr()  # LibRaw writes to the terminal


def test_a_sensor_that_is_too_large_is_refused(tmp_path):
    path = write_dng(tmp_path / "photo.dng")
    data = path.read_bytes()
    for tag, side in ((256, 96), (257, 64), (278, 64)):
        data = data.replace(
            struct.pack("<HHII", tag, 4, 1, side), struct.pack("<HHII", tag, 4, 1, 12000)
        )
    path.write_bytes(data)
    with pytest.raises(UnreadablePhoto, match=r"12000 x 12000 pixels \(144 megapixels\)"):
        read_photo(path)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text elsewhere")
def test_a_name_that_is_no_text_is_read_all_the_same(tmp_path):
    plain = write_dng(tmp_path / "plain.dng")
    odd = tmp_path / os.fsdecode(b"caf\xe9.dng")
    odd.write_bytes(plain.read_bytes())
    assert (read_photo(odd).pixels_HW3 == read_photo(plain).pixels_HW3).all()


def test_no_memory_for_libraw_is_said_plainly(tmp_path, monkeypatch):
    path = write_dng(tmp_path / "photo.dng")

    def fail(_path):
        raise rawpy.LibRawUnsufficientMemoryError

    monkeypatch.setattr(rawpy, "imread", fail)
    with pytest.raises(UnreadablePhoto, match="not enough memory"):
        # As the decoding process does it, but here, where LibRaw can be replaced.
        answer({"do": "photo", "path": str(path), "short_side_px": None}, FrameWriter("-1"))
