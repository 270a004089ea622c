"""Files of trusted formats that are decoded apart all the same, because of what they hold."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.photos.decode import read_photo
from engine.photos.header import read_header

EMPTY_SEGMENT = b"\xff\xe5\0\2"


def ordinary(path):
    pixels = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path.read_bytes()


def chunk(kind, content):
    tail = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I4s", len(content), kind) + content + tail


@pytest.fixture
def never_here(monkeypatch):
    def decode(*_, **__):
        raise AssertionError("this file must not be decoded here")

    monkeypatch.setattr("engine.photos.decode.decode_here", decode)
    monkeypatch.setattr("engine.photos.header._header_here", decode)


def long_jpeg(path):
    content = ordinary(path)
    path.write_bytes(content[:2] + 20_000 * EMPTY_SEGMENT + content[2:])


def long_png(path):
    content = ordinary(path)
    path.write_bytes(content[:33] + 150_000 * chunk(b"tEXt", b"a\0") + content[33:])


@pytest.mark.parametrize(("name", "make"), [("a.jpg", long_jpeg), ("a.png", long_png)])
@pytest.mark.usefixtures("never_here")
def test_a_picture_behind_endless_pieces_is_decoded_apart(tmp_path, name, make):
    make(tmp_path / name)
    assert read_photo(tmp_path / name).pixels_HW3.shape == (300, 400, 3)
    assert read_header(tmp_path / name).width_px == 400


@pytest.mark.usefixtures("never_here")
def test_a_file_that_would_be_read_whole_is_decoded_apart(tmp_path):
    path = tmp_path / "a.webp"
    ordinary(path)
    with path.open("r+b") as file:
        file.truncate(300_000_000)  # zeros that take no room
    assert read_photo(path).pixels_HW3.shape == (300, 400, 3)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif", "a.bmp"])
def test_an_ordinary_photo_is_decoded_here(tmp_path, monkeypatch, name):
    def the_pool():
        raise AssertionError("this file must be decoded here")

    monkeypatch.setattr("engine.photos.decode.the_pool", the_pool)
    monkeypatch.setattr("engine.photos.header.the_pool", the_pool)
    ordinary(tmp_path / name)
    assert read_photo(tmp_path / name).width_px == read_header(tmp_path / name).width_px == 400
