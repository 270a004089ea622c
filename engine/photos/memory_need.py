"""How much memory decoding a picture will take, from its header alone."""

import struct

from PIL import Image, JpegImagePlugin

_BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}
_CONVERSION_BYTES_PER_PIXEL = {"1": 1, "P": 4, "I;16": 3, "I;16B": 3, "I;16L": 3, "I": 9, "F": 9}
_DECODER_BYTES_PER_PIXEL = {"WEBP": 12, "AVIF": 8, "HEIF": 8, "TIFF": 4}
_RESULT_BYTES_PER_PIXEL = 11  # an RGB picture in Pillow, its bytes, and the array


def decode_bytes(image: Image.Image, full_size: tuple[int, int], *, reduction: int) -> int:
    """Peak bytes, estimated on the high side, for an opened picture that is not loaded yet.

    The picture may be drafted, so that image.size is less than full_size; `reduction` is the
    factor by which it will be reduced once it is decoded.

    >>> from PIL import Image
    >>> from engine.photos.memory_need import decode_bytes
    >>> photo = Image.new("RGB", (100, 100))
    >>> decode_bytes(photo, photo.size, reduction=1)  # 4 bytes a pixel to decode, 11 for the result
    150000
    >>> decode_bytes(photo, photo.size, reduction=2)  # of the result, a quarter of the pixels
    67500
    """
    per_pixel = _BYTES_PER_PIXEL.get(image.mode, 4)
    per_pixel += _CONVERSION_BYTES_PER_PIXEL.get(image.mode, 0)
    per_pixel += _DECODER_BYTES_PER_PIXEL.get(image.format or "", 0)
    if "transparency" in image.info and image.mode != "P":
        per_pixel += 4
    num_pixels = image.width * image.height
    needed = num_pixels * per_pixel + num_pixels * _RESULT_BYTES_PER_PIXEL // reduction**2
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        needed += _coefficient_bytes(image, full_size)
    return needed


def _coefficient_bytes(image: JpegImagePlugin.JpegImageFile, full_size: tuple[int, int]) -> int:
    """What a JPEG of several scans keeps in memory: every coefficient of the whole picture."""
    if not (image.info.get("progressive") or _has_several_scans(image)):
        return 0
    shares = [across * down for _, across, down, _ in image.layer]
    return 2 * full_size[0] * full_size[1] * sum(shares) // max([*shares, 1])


def _has_several_scans(image: JpegImagePlugin.JpegImageFile) -> bool:
    """Whether the first scan, whose header Pillow has just read, leaves a component out."""
    num_components = len(image.layer)
    header_bytes = 6 + 2 * num_components
    file = image.fp
    assert file is not None  # open until the picture is loaded
    end = file.tell()
    file.seek(max(0, end - header_bytes))
    beginning = file.read(3)
    file.seek(end)
    return beginning != struct.pack(">HB", header_bytes, num_components)
