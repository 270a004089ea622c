import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from engine.photos.colour import in_eight_bits
from engine.photos.decode import read_photo

# Profiles are made by hand here, as none but sRGB comes with Pillow.


def pixels_of(image: Image.Image, path: Path, **options: object) -> np.ndarray:
    image.save(path, **options)
    return read_photo(path).pixels_HW3.astype(int)


def flat(mode: str, colour: object) -> Image.Image:
    return Image.new(mode, (32, 24), colour)


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def red_and_green_exchanged() -> bytes:
    """The sRGB profile with the primaries of red and green in each other's place."""
    return (
        srgb_profile().replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")
    )


def icc_tag_table(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    size = offset + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"prtr", space, b"Lab ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp")
    header = header.ljust(68, b"\0") + struct.pack(">iii", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + table + body


def cmyk_profile_that_sees_only_black() -> bytes:
    """A CMYK profile by which C, M and Y leave no ink: lightness is 100 - K."""
    ramp = bytes(range(256))
    nodes = b"".join(
        bytes((0 if k else 255, 128, 128))
        for _c in (0, 1) for _m in (0, 1) for _y in (0, 1) for k in (0, 1)
    )  # fmt: skip
    identity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    lut = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + ramp * 4 + nodes + ramp * 3
    white = b"XYZ \0\0\0\0" + struct.pack(">iii", 63190, 65536, 54061)
    text = b"text\0\0\0\0made for a test\0"
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(8 + 3 + 67)
    return icc_tag_table(b"CMYK", {b"desc": name, b"cprt": text, b"wtpt": white, b"A2B0": lut})


def test_an_embedded_profile_is_converted_to_srgb(tmp_path):
    red = flat("RGB", (255, 0, 0))
    for name in ("a.png", "a.jpg", "a.tif", "a.webp", "a.avif"):
        plain = pixels_of(red, tmp_path / name)
        exchanged = pixels_of(red, tmp_path / name, icc_profile=red_and_green_exchanged())
        assert np.abs(plain - (255, 0, 0)).max() < 12
        assert np.abs(exchanged - (0, 255, 0)).max() < 12


def test_the_srgb_profile_changes_nothing(tmp_path, odd_files):
    picture = odd_files.picture()
    with_profile = pixels_of(picture, tmp_path / "a.png", icc_profile=srgb_profile())
    assert np.abs(with_profile - np.asarray(picture)).max() <= 1


@pytest.mark.parametrize("profile", [b"nonsense", srgb_profile()[:200], b"\0" * 500])
def test_a_broken_profile_is_ignored(tmp_path, profile):
    pixels = pixels_of(flat("RGB", (200, 100, 50)), tmp_path / "a.png", icc_profile=profile)
    assert (pixels == (200, 100, 50)).all()


def test_a_colour_profile_on_a_grey_picture_applies_and_on_cmyk_does_not(tmp_path):
    grey = pixels_of(flat("L", 120), tmp_path / "a.png", icc_profile=srgb_profile())
    assert np.abs(grey - 120).max() <= 1
    cmyk = pixels_of(flat("CMYK", (0, 0, 0, 55)), tmp_path / "a.tif", icc_profile=srgb_profile())
    assert np.abs(cmyk - 200).max() <= 1


def test_cmyk_goes_through_its_profile(tmp_path):
    cyan = flat("CMYK", (255, 0, 0, 0))
    for name in ("a.tif", "a.jpg"):
        plain = pixels_of(cyan, tmp_path / name)
        assert np.abs(plain - (0, 255, 255)).max() <= 3
        through = pixels_of(cyan, tmp_path / name, icc_profile=cmyk_profile_that_sees_only_black())
        assert through.min() >= 250


def test_a_cmyk_jpeg_is_not_shown_as_its_negative(tmp_path, odd_files):
    pixels = read_photo(odd_files.cmyk_jpeg(tmp_path)).pixels_HW3.astype(int)
    assert np.abs(pixels - np.asarray(odd_files.picture())).mean() < 3


def test_transparency_shows_mid_grey(tmp_path):
    clear, half, solid = ((200, 0, 0, alpha) for alpha in (0, 128, 255))
    assert (pixels_of(flat("RGBA", clear), tmp_path / "a.png") == 128).all()
    assert (pixels_of(flat("RGBA", solid), tmp_path / "a.png") == (200, 0, 0)).all()
    assert np.abs(pixels_of(flat("RGBA", half), tmp_path / "a.png") - (164, 64, 64)).max() <= 1
    assert (pixels_of(flat("LA", (0, 0)), tmp_path / "a.png") == 128).all()
    keyed = pixels_of(flat("RGB", (9, 8, 7)), tmp_path / "a.png", transparency=(9, 8, 7))
    assert (keyed == 128).all()
    assert (pixels_of(flat("L", 7), tmp_path / "a.png", transparency=7) == 128).all()


def test_palettes_give_their_colours_and_their_transparency(tmp_path):
    image = flat("RGB", (10, 20, 200)).quantize(4)
    index = image.getpixel((0, 0))
    assert (pixels_of(image, tmp_path / "a.png") == (10, 20, 200)).all()
    assert (pixels_of(image, tmp_path / "a.png", transparency=index) == 128).all()
    by_entry = bytes(0 if entry == index else 255 for entry in range(4))
    assert (pixels_of(image, tmp_path / "b.png", transparency=by_entry) == 128).all()


def test_transparent_parts_do_not_bleed_when_a_photo_is_reduced(tmp_path):
    pixels = np.zeros((400, 400, 4), dtype=np.uint8)
    pixels[::2] = (250, 250, 250, 255)  # every other row solid, the others clear black
    Image.fromarray(pixels).save(tmp_path / "a.png")
    reduced = read_photo(tmp_path / "a.png", short_side_px=20).pixels_HW3.astype(int)
    assert reduced.shape == (40, 40, 3)
    assert np.abs(reduced - (250 + 128) / 2).max() <= 2


def test_one_bit_grey_and_lab_are_read(tmp_path):
    assert (pixels_of(flat("1", 1), tmp_path / "a.png") == 255).all()
    assert (pixels_of(flat("1", 0), tmp_path / "a.tif", compression="group4") == 0).all()
    assert (pixels_of(flat("L", 77), tmp_path / "a.png") == 77).all()
    lab = ImageCms.profileToProfile(
        flat("RGB", (200, 100, 50)),
        ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )
    assert np.abs(pixels_of(lab, tmp_path / "lab.tif") - (200, 100, 50)).max() <= 3


def grey_ramp() -> np.ndarray:
    return np.repeat(np.arange(256, dtype=np.uint8)[None], 24, axis=0)


@pytest.mark.parametrize(
    ("scale", "dtype"),
    [(257, np.uint16), (1, np.int32), (257, np.int32), (1 / 255, np.float32), (1, np.float32),
     (257, np.float32), (1e6, np.float32)],
)  # fmt: skip
def test_deep_grey_keeps_its_tones(tmp_path, scale, dtype):
    ramp = (grey_ramp() * float(scale)).astype(dtype)
    Image.fromarray(ramp).save(tmp_path / "a.tif")
    pixels = read_photo(tmp_path / "a.tif").pixels_HW3.astype(int)
    assert np.abs(pixels - grey_ramp()[..., None]).max() <= 1


def test_sixteen_bits_are_cut_to_the_upper_eight(tmp_path, odd_files):
    Image.fromarray(grey_ramp().astype(np.uint16) * 256 + 255).save(tmp_path / "a.png")
    assert (read_photo(tmp_path / "a.png").pixels_HW3[..., 0] == grey_ramp()).all()
    colour = read_photo(odd_files.sixteen_bit_png(tmp_path)).pixels_HW3
    assert (colour == np.asarray(odd_files.picture())).all()


@pytest.mark.parametrize(
    ("factor", "dtype"),
    [(257, np.uint16), (1 / 255, np.float32), (1 / 255, np.float64), (257.0, np.float32)],
)
def test_deep_colour_tiffs_are_read(tmp_path, odd_files, factor, dtype):
    picture = np.asarray(odd_files.picture())
    assert cv2.imwrite(
        str(tmp_path / "a.tif"), (picture[..., ::-1].astype(float) * factor).astype(dtype)
    )
    photo = read_photo(tmp_path / "a.tif", short_side_px=1000)
    assert (photo.width_px, photo.height_px) == (320, 240)
    assert np.abs(photo.pixels_HW3.astype(int) - picture).max() <= 1
    assert read_photo(tmp_path / "a.tif", short_side_px=30).pixels_HW3.shape == (60, 80, 3)


def test_deep_samples_with_nothing_to_go_by_have_a_rule():
    odd = np.array([np.nan, -5.0, np.inf, 0.5, 1.0])
    assert in_eight_bits(odd).tolist() == [0, 0, 255, 128, 255]
    assert in_eight_bits(np.array([-7, 0, 100, 255])).tolist() == [0, 0, 100, 255]
    assert in_eight_bits(np.array([0, 65535])).tolist() == [0, 255]
    assert in_eight_bits(np.array([0, 2**20, 2**21])).tolist() == [0, 128, 255]
    assert in_eight_bits(np.zeros((2, 2), np.float32)).tolist() == [[0, 0], [0, 0]]
    assert in_eight_bits(np.full(2, np.nan)).tolist() == [0, 0]
    assert in_eight_bits(np.array([4095], np.uint16), bits=12).tolist() == [255]
