"""What the decoding process is asked, and how it answers: pixels, or the data beside them."""

from pathlib import Path

import numpy as np
from PIL import Image

from engine.errors import UnreadablePhoto
from engine.photos.apart.every_format import FORMATS, decode_any
from engine.photos.apart.frames import FrameWriter
from engine.photos.apart.wire import Message
from engine.photos.failures import reason_for
from engine.photos.file_kind import HEAD_BYTES
from engine.photos.quiet_decoders import silence_decoder_warnings
from engine.photos.regular_file import open_regular


def answer(request: Message, frames: FrameWriter) -> Message:
    """The reply to one request, its bytes laid into the frame. Raises UnreadablePhoto.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.photos.apart.answers import answer
    >>> from engine.photos.apart.frames import FrameReader, FrameWriter
    >>> frames = FrameReader()
    >>> with TemporaryDirectory() as folder:
    ...     Image.new("L", (40, 30), 128).save(Path(folder) / "grey.png")
    ...     request = {"do": "photo", "path": f"{folder}/grey.png", "short_side_px": None}
    ...     reply = answer(request, FrameWriter(frames.argument))
    >>> reply["shape"], frames.take(reply["ticket"], reply["num_bytes"])[:3].tolist()
    ((30, 40, 3), [128, 128, 128])
    >>> frames.close()
    """
    silence_decoder_warnings()
    path = Path(request["path"])
    head = b""
    try:
        with open_regular(path) as file:
            head = file.read(HEAD_BYTES)
            file.seek(0)
            if request["do"] == "metadata":
                with Image.open(file, formats=FORMATS) as image:
                    return _metadata(image, frames)
            photo = decode_any(path, file, head, request["short_side_px"])
    except UnreadablePhoto:
        raise
    # The edge to foreign decoders, as in engine.photos.decode.
    except Exception as error:
        raise UnreadablePhoto(path, reason_for(error, head)) from error
    return {
        "ticket": frames.put(photo.pixels_HW3),
        "num_bytes": photo.pixels_HW3.size,
        "shape": photo.pixels_HW3.shape,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
    }


def _metadata(image: Image.Image, frames: FrameWriter) -> Message:
    exif, xmp = (
        found if isinstance(found := image.info.get(key), bytes) else b"" for key in ("exif", "xmp")
    )
    joined = np.frombuffer(exif + xmp, np.uint8)
    ticket = frames.put(joined) if joined.size else ""
    return {
        "ticket": ticket,
        "num_bytes": joined.size,
        "exif_bytes": len(exif),
        "width_px": image.width,
        "height_px": image.height,
    }
