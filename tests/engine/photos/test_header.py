import io
import os
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import UnreadablePhoto
from engine.photos.header import read_header

HEIC = Path(__file__).parent / "data" / "turned.heic"
MAKE, EXPOSURE_S, EXIF_BLOCK = 271, 0x829A, 0x8769


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "avif"])
def test_size_and_camera_are_found(tmp_path, suffix):
    exif = Image.Exif()
    exif[MAKE] = "Maker"
    exif.get_ifd(EXIF_BLOCK)[EXPOSURE_S] = 0.25
    path = tmp_path / f"a.{suffix}"
    Image.new("RGB", (96, 64)).save(path, exif=exif)
    header = read_header(path)
    assert (header.width_px, header.height_px) == (96, 64)
    assert header.tags[MAKE] == "Maker"
    if suffix != "tif":  # Pillow writes no block of camera tags into a TIFF
        assert float(header.camera_tags[EXPOSURE_S]) == 0.25


def test_the_header_of_a_heic_is_read_apart():
    header = read_header(HEIC)
    assert sorted((header.width_px, header.height_px)) == [64, 96]


def test_a_header_that_kills_its_decoder_is_unreadable(tmp_path):
    path = tmp_path / "crashing.heic"
    path.write_bytes(HEIC.read_bytes().replace(b"Exif", b"\xe5xif", 1))
    with pytest.raises(UnreadablePhoto, match="made the HEIF decoder fail"):
        read_header(path)


def test_what_is_no_photo_is_said(tmp_path):
    script = io.BytesIO()
    Image.new("RGB", (64, 64)).save(script, "EPS")
    path = tmp_path / "a.jpg"
    path.write_bytes(script.getvalue())
    with pytest.raises(UnreadablePhoto, match="not a photo in a format"):
        read_header(path)
    with pytest.raises(UnreadablePhoto, match="no such file"):
        read_header(tmp_path / "none.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(UnreadablePhoto, match="a device or a pipe"):
        read_header(tmp_path / "pipe.jpg")
