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


def distrusted_decoder(path: Path, head: bytes) -> str | None:
    """The name of the decoder for a file that begins with `head`; None if it is a trusted one.

    A file that is no photo is for the trusted ones too, which will say so.
    """
    if is_raw(path, head):
        return "RAW"
    if is_tiff(head) or head.startswith(_ODD_TIFF):
        return "TIFF"
    if head[4:8] == b"ftyp":
        return "AVIF" if head[8:12] in _AVIF_BRANDS else "HEIF"
    return None
