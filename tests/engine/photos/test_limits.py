import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import UnreadablePhoto
from engine.photos.decode import read_photo
from engine.photos.limits import (
    LARGE_DECODE_BYTES,
    LARGEST_DECODE_BYTES,
    LARGEST_PIXELS,
    check_memory,
    turn_for_large,
)
from engine.photos.memory_need import decode_bytes

PATH = Path("photo.png")


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width_px: int, height_px: int, *chunks: bytes, colour_type: int = 2) -> bytes:
    """A PNG that claims this size, with hardly any pixel data."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, colour_type, 0, 0, 0)
    data = png_chunk(b"IDAT", zlib.compress(bytes(3000)))
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + b"".join(chunks)
        + data
        + png_chunk(b"IEND", b"")
    )


def refusal(path: Path, **options) -> str:
    with pytest.raises(UnreadablePhoto) as caught:
        read_photo(path, **options)
    return caught.value.reason


def test_a_bomb_is_refused_by_its_header(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(png(50_000, 50_000))
    assert refusal(path, short_side_px=384) == (
        "The picture is 50000 x 50000 pixels (2500 megapixels); the limit is 1000 megapixels. "
        "Rate a smaller copy of it."
    )
    path.write_bytes(png(30_000, 30_000))
    assert refusal(path, short_side_px=384) == (
        "The picture is 30000 x 30000 pixels (900 megapixels) and would take 3.6 GB of memory; "
        "the limit is 1.6 GB. Rate a smaller copy of it."
    )


@pytest.mark.parametrize("suffix", ["gif", "bmp", "tif"])
def test_bombs_of_other_formats_are_refused_too(tmp_path, suffix):
    path = tmp_path / f"bomb.{suffix}"
    Image.new("P" if suffix == "gif" else "RGB", (64, 64)).save(path)
    data = bytearray(path.read_bytes())
    if suffix == "gif":
        data[6:10] = struct.pack("<HH", 65535, 65535)
    elif suffix == "bmp":
        data[18:26] = struct.pack("<ii", 45_000, 45_000)
    else:
        for tag in (256, 257):
            at = (
                data.index(struct.pack("<HH", tag, 4))
                if struct.pack("<HH", tag, 4) in data
                else (data.index(struct.pack("<HH", tag, 3)))
            )
            data[at : at + 12] = struct.pack("<HHII", tag, 4, 1, 45_000)
    path.write_bytes(data)
    assert "the limit is 1000 megapixels" in refusal(path)


def test_packed_text_and_profiles_stay_harmless(tmp_path):
    bomb = zlib.compress(bytes(200_000_000), 9)
    for name, chunk in (
        ("text", png_chunk(b"zTXt", b"note\0\0" + bomb)),
        ("profile", png_chunk(b"iCCP", b"icc\0\0" + bomb)),
    ):
        path = tmp_path / f"{name}.png"
        path.write_bytes(png(40, 20, chunk))
        try:
            read_photo(path)
        except UnreadablePhoto as error:
            message = error.reason
        else:
            message = "read"
        assert message in ("read", "The file is damaged or ends early. It may still be copying.")


def test_the_limits_themselves_are_allowed():
    check_memory(PATH, LARGEST_PIXELS, 1, LARGEST_DECODE_BYTES)
    with pytest.raises(UnreadablePhoto, match="the limit is 1000 megapixels"):
        check_memory(PATH, LARGEST_PIXELS + 1, 1, 1)
    with pytest.raises(UnreadablePhoto, match=r"the limit is 1\.6 GB"):
        check_memory(PATH, 1, 1, LARGEST_DECODE_BYTES + 1)


def test_large_pictures_wait_for_each_other_and_small_ones_do_not():
    inside, release, done = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with turn_for_large(LARGE_DECODE_BYTES + 1):
            inside.set()
            release.wait(10)

    def follow() -> None:
        with turn_for_large(LARGE_DECODE_BYTES + 1):
            done.set()

    holder, follower = threading.Thread(target=hold), threading.Thread(target=follow)
    holder.start()
    assert inside.wait(10)
    follower.start()
    with turn_for_large(LARGE_DECODE_BYTES):
        assert not done.wait(0.05)
    release.set()
    assert done.wait(10)
    holder.join()
    follower.join()


def jpeg_need(path: Path, **options: object) -> int:
    Image.new("RGB", (640, 480)).save(path, **options)
    with Image.open(path) as image:
        image.draft(None, (80, 60))
        return decode_bytes(image, (640, 480), reduction=1)


def test_a_jpeg_of_several_scans_counts_its_coefficients(tmp_path):
    baseline = jpeg_need(tmp_path / "a.jpg")
    progressive = jpeg_need(tmp_path / "b.jpg", progressive=True)
    assert baseline == 80 * 60 * 15
    assert progressive - baseline == 640 * 480 * 2 * 3 // 2  # 4:2:0
    full = jpeg_need(tmp_path / "c.jpg", progressive=True, subsampling=0)
    assert full - baseline == 640 * 480 * 2 * 3


def test_a_first_scan_of_one_component_counts_as_several_scans(tmp_path):
    path = tmp_path / "a.jpg"
    single = jpeg_need(path)
    data = path.read_bytes()
    at = data.index(b"\xff\xda")
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    path.write_bytes(data[:at] + scan + data[at + 14 :])
    with Image.open(path) as image:
        image.draft(None, (80, 60))
        assert decode_bytes(image, (640, 480), reduction=1) > single


MEASURE = """
import resource, sys
from pathlib import Path
from engine.photos.decode import read_photo
scale = 1 if sys.platform == "darwin" else 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
photo = read_photo(Path(sys.argv[1]), short_side_px=384)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
print(after - before, photo.width_px, photo.height_px, *photo.pixels_HW3.shape[:2])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is read by getrusage")
@pytest.mark.parametrize(("suffix", "allowed_bytes"), [("jpg", 60_000_000), ("png", 260_000_000)])
def test_a_panorama_of_200_megapixels_takes_little_memory(tmp_path, suffix, allowed_bytes):
    path = tmp_path / f"panorama.{suffix}"
    Image.linear_gradient("L").resize((20_000, 10_000)).save(
        path, **({"compress_level": 1} if suffix == "png" else {})
    )
    result = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    used_bytes, width_px, height_px, rows, columns = map(int, result.stdout.split())
    assert (width_px, height_px) == (20_000, 10_000)
    assert 768 <= rows <= 1536
    assert columns == 2 * rows or abs(columns - 2 * rows) <= 2
    assert used_bytes < allowed_bytes
