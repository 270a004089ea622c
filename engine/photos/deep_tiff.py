"""TIFF files whose samples Pillow can't hold, such as RGB in floats, read by OpenCV."""

from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from engine.photos.colour import in_eight_bits
from engine.photos.file_kind import BIG_TIFF
from engine.photos.limits import check_memory, check_shape, turn_for_large
from engine.photos.orientation import upright

# OpenCV's remarks are for nobody here.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

_WIDTH, _HEIGHT, _BITS, _ORIENTATION, _CHANNELS, _PROFILE = 256, 257, 258, 274, 277, 34675


def read_deep_tiff(path: Path, file: BinaryIO) -> tuple[Image.Image, bytes | None]:
    """The first page, upright, as L, RGB or RGBA in 8 bits, and its ICC profile.

    Which value is white follows `in_eight_bits`.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.photos.deep_tiff import read_deep_tiff
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "half.tif"
    ...     Image.new("F", (32, 16), 0.5).save(path)  # samples of 32 bits
    ...     with path.open("rb") as file:
    ...         image, profile = read_deep_tiff(path, file)
    >>> image.mode, image.size, image.getpixel((0, 0)), profile
    ('L', (32, 16), 128, None)
    """
    file.seek(0)
    tags = first_tags(file)
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise UnidentifiedImageError
    width_px, height_px = int(tags[_WIDTH]), int(tags[_HEIGHT])
    check_shape(path, width_px, height_px)
    sample_bytes = max(tags.get(_BITS, (8,))) // 8 + 1
    # The samples twice (as decoded and in RGB order), as float32 and as 8 bits.
    needed_bytes = width_px * height_px * int(tags.get(_CHANNELS, 1)) * (2 * sample_bytes + 5)
    check_memory(path, width_px, height_px, needed_bytes)
    with turn_for_large(needed_bytes):
        file.seek(0)
        encoded = np.frombuffer(file.read(), np.uint8)
        samples = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
        if samples is None:
            raise UnidentifiedImageError
        if samples.ndim == 3 and samples.shape[2] > 2:
            samples = samples[..., [2, 1, 0, 3][: samples.shape[2]]]
        image = Image.fromarray(in_eight_bits(samples))
    profile = tags.get(_PROFILE)
    return (
        upright(image, tags.get(_ORIENTATION, 1)),
        profile if isinstance(profile, bytes) else None,
    )


def first_tags(file: BinaryIO) -> TiffImagePlugin.ImageFileDirectory_v2:
    """What a TIFF file says of its first page.

    >>> from io import BytesIO
    >>> from PIL import Image
    >>> from engine.photos.deep_tiff import first_tags
    >>> file = BytesIO()
    >>> Image.new("L", (40, 30)).save(file, "TIFF")
    >>> tags = first_tags(BytesIO(file.getvalue()))
    >>> tags[256], tags[257]  # width and height
    (40, 30)
    """
    header = file.read(8)
    if header[:4] in BIG_TIFF:
        header += file.read(8)
    tags = TiffImagePlugin.ImageFileDirectory_v2(header)
    file.seek(tags.next)
    tags.load(file)
    return tags
