"""Reading one photo, whatever the format, as upright sRGB pixels in bounded memory."""

import logging
from pathlib import Path

from engine.errors import UnreadablePhoto
from engine.photos.apart.distrust import TRUSTED_FORMATS, distrusted_decoder, trusted_decoder
from engine.photos.apart.long_header import is_better_apart
from engine.photos.apart.pool import the_pool
from engine.photos.decode_here import decode_here
from engine.photos.failures import reason_for
from engine.photos.file_kind import HEAD_BYTES
from engine.photos.in_hand import holding, needs_care
from engine.photos.photo import Photo
from engine.photos.quiet_decoders import silence_decoder_warnings
from engine.photos.regular_file import open_regular

_log = logging.getLogger(__name__)


def read_photo(path: Path, *, short_side_px: int | None = None) -> Photo:
    """The photo as uint8 sRGB, upright, C-contiguous; UnreadablePhoto whatever is wrong with it.

    With short_side_px the photo may come reduced, as long as its short side stays at least twice
    that; without, it comes whole. Of several frames or pages the first is read. `colour` says how
    other colours become sRGB, `limits` what is too large or too small. May be called from several
    threads at once; large pictures then wait for each other. Formats whose decoders are not
    trusted are decoded in another process, so that a file can end that process and not this one;
    so are photos that a program had in hand when it died.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.photos.decode import read_photo
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "clear red.png"
    ...     Image.new("RGBA", (40, 30), (255, 0, 0, 0)).save(path)
    ...     photo = read_photo(path)
    >>> photo.pixels_HW3.shape, photo.pixels_HW3[0, 0].tolist()  # mid-grey shows through
    ((30, 40, 3), [128, 128, 128])
    """
    silence_decoder_warnings()
    head = b""
    try:
        with open_regular(path) as file:
            head = file.read(HEAD_BYTES)
            decoder = distrusted_decoder(path, head)
            if decoder is None and (needs_care(path) or is_better_apart(file, head)):
                decoder = trusted_decoder(head)
            if decoder is None:
                file.seek(0)
                with holding(path):
                    return decode_here(
                        path, file, short_side_px=short_side_px, formats=TRUSTED_FORMATS
                    )
    except UnreadablePhoto:
        raise
    # The edge to foreign decoders: what they raise for broken bytes has no common base or limit,
    # and one bad file must cost one row.
    except Exception as error:
        _log.debug("Could not decode %s", path, exc_info=True)
        raise UnreadablePhoto(path, reason_for(error, head)) from error
    return the_pool().photo(path, decoder, short_side_px=short_side_px)
