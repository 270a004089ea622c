"""Which files this program does not decode by itself.

JPEG, PNG, WebP, GIF and BMP are read by small decoders that tens of thousands of broken files did
not bring down. HEIF, AVIF, TIFF and camera RAW are families of formats with large decoders; one
wrong byte in a HEIC can end the process that reads it.
"""

from pathlib import Path

from engine.photos.file_kind import is_raw, is_tiff

TRUSTED_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
"""Pillow's names of the formats that are decoded in the process that wants the photo."""

_AVIF_BRANDS = (b"avif", b"avis")
# What Pillow takes for TIFF beside the beginnings that are right.
_ODD_TIFF = (b"MM*\0", b"II\0*", b"IIRO", b"IIRS", b"MMOR", b"IIU\0")


_TRUSTED_BEGINNINGS = {
    b"\xff\xd8": "JPEG",
    b"\x89PNG": "PNG",
    b"RIFF": "WebP",
    b"GIF8": "GIF",
    b"BM": "BMP",
}


def trusted_decoder(head: bytes) -> str:
    """What to call the decoder of a trusted format, by a file's first bytes.

    >>> from engine.photos.apart.distrust import trusted_decoder
    >>> trusted_decoder(b"GIF89a"), trusted_decoder(b"nothing known")
    ('GIF', 'picture')
    """
    for beginning, name in _TRUSTED_BEGINNINGS.items():
        if head.startswith(beginning):
            return name
    return "picture"


def distrusted_decoder(path: Path, head: bytes) -> str | None:
    """The name of the decoder for a file that begins with `head`; None if it is a trusted one.

    A file that is no photo is for the trusted ones too, which will say so.

    >>> from pathlib import Path
    >>> from engine.photos.apart.distrust import distrusted_decoder
    >>> distrusted_decoder(Path("a.jpg"), bytes(4) + b"ftypheic")  # whatever its name says
    'HEIF'
    >>> distrusted_decoder(Path("a.jpg"), bytes([0xFF, 0xD8, 0xFF])) is None
    True
    """
    if is_raw(path, head):
        return "RAW"
    if is_tiff(head) or head.startswith(_ODD_TIFF):
        return "TIFF"
    if head[4:8] == b"ftyp":
        return "AVIF" if head[8:12] in _AVIF_BRANDS else "HEIF"
    return None
