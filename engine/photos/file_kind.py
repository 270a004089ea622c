"""What kind of file one is, by its name and its first bytes."""

from pathlib import Path

from engine.photos.suffixes import RAW_SUFFIXES

HEAD_BYTES = 16
"""How many of a file's first bytes the functions here want to see."""

BIG_TIFF = (b"II+\0", b"MM\0+")
_KNOWN_BEGINNINGS = (
    b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"GIF8", b"BM",
)  # fmt: skip
_ORDINARY_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG")


def is_raw(path: Path, head: bytes) -> bool:
    """Whether LibRaw should read the file; most RAW files look like a TIFF from the inside.

    >>> from pathlib import Path
    >>> from engine.photos.file_kind import is_raw
    >>> is_raw(Path("a.NEF"), b"MM"), is_raw(Path("a.jpg"), b"MM")
    (True, False)
    >>> is_raw(Path("a.nef"), bytes([0xFF, 0xD8, 0xFF]))  # a JPEG under a wrong name
    False
    """
    return path.suffix.lower() in RAW_SUFFIXES and not head.startswith(_ORDINARY_BEGINNINGS)


def is_tiff(head: bytes) -> bool:
    """Whether a file begins as TIFF files do.

    >>> from engine.photos.file_kind import is_tiff
    >>> is_tiff(bytes([73, 73, 42, 0])), is_tiff(b"GIF89a")  # "II", then 42 in two bytes
    (True, False)
    """
    return head.startswith((b"II*\0", b"MM\0*", *BIG_TIFF))


def begins_like_a_photo(head: bytes) -> bool:
    """Whether a file begins as one of the formats that can be told by that.

    >>> from engine.photos.file_kind import begins_like_a_photo
    >>> begins_like_a_photo(b"GIF89a"), begins_like_a_photo(b"Dear Anna,")
    (True, False)
    """
    is_webp = head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"")
    is_heif = head[4:8] == b"ftyp"
    return is_webp or is_heif or head.startswith(_KNOWN_BEGINNINGS)
