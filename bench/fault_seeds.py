"""Whole files of every kind that Discern opens, made by code: what broken ones are made from."""

import io
import sqlite3
import struct
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from bench.heic_grid import heic_of

_DESCRIBED_HEIC = Path(__file__).parent / "data" / "described.heic"
_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3">'
    b"<xmp:MetadataDate>2026-01-01T00:00:00</xmp:MetadataDate>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole file: its content, and the suffix that it is opened under."""

    content: bytes
    suffix: str


def seeds_of(kind: str) -> tuple[Seed, ...]:
    """The seeds of a kind, the same every time."""
    return SEEDS[kind]()


def _picture(mode: str = "RGB") -> Image.Image:
    rows, columns = np.mgrid[0:64, 0:96]
    colours = np.stack([2 * columns, 3 * rows, 80 + 60 * np.sin(columns / 5)], -1)
    return Image.fromarray(colours.astype(np.uint8)).convert(mode)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[271], exif[274] = "Maker", 6
    return exif


def _saved(form: str, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    _picture(mode).save(out, form, **options)
    return out.getvalue()


def _jpeg() -> tuple[Seed, ...]:
    return (
        Seed(_saved("JPEG", exif=_exif(), xmp=_XMP, quality=90), ".jpg"),
        Seed(_saved("JPEG", progressive=True), ".jpg"),
        Seed(_saved("JPEG", "CMYK"), ".jpg"),
        Seed(_saved("JPEG", "L"), ".jpg"),
    )


def _png() -> tuple[Seed, ...]:
    modes = ("RGB", "P", "LA", "1")
    return tuple(Seed(_saved("PNG", mode, exif=_exif()), ".png") for mode in modes)


def _webp() -> tuple[Seed, ...]:
    lossless = _saved("WEBP", "RGBA", lossless=True)
    return (Seed(_saved("WEBP", exif=_exif(), xmp=_XMP), ".webp"), Seed(lossless, ".webp"))


def _gif_and_bmp() -> tuple[Seed, ...]:
    moving = _saved("GIF", "P", save_all=True, append_images=[Image.new("P", (96, 64))])
    return (
        Seed(_saved("GIF", "P"), ".gif"),
        Seed(moving, ".gif"),
        Seed(_saved("BMP"), ".bmp"),
        Seed(_saved("BMP", "P"), ".bmp"),
    )


def _tiff() -> tuple[Seed, ...]:
    packings = ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "tiff_deflate")
    tags = {700: _XMP}
    return (
        *(Seed(_saved("TIFF", compression=each, tiffinfo=tags), ".tif") for each in packings),
        Seed(_saved("TIFF", "1", compression="group4"), ".tif"),
        Seed(_saved("TIFF", "F"), ".tif"),
    )


def _avif() -> tuple[Seed, ...]:
    return (
        Seed(_saved("AVIF", exif=_exif(), xmp=_XMP), ".avif"),
        Seed(_saved("AVIF", "RGBA", speed=10), ".avif"),
    )


def _heif() -> tuple[Seed, ...]:
    described = _DESCRIBED_HEIC.read_bytes()
    return (Seed(described, ".heic"), Seed(described, ".heic"), Seed(heic_of(600, 500), ".heic"))


def _raw() -> tuple[Seed, ...]:
    with_preview = _dng(_saved("JPEG"))
    return (Seed(_dng(b""), ".dng"), Seed(with_preview, ".dng"), Seed(with_preview, ".nef"))


def _dng(preview: bytes) -> bytes:
    """A DNG of an orange sensor of 96 x 64 pixels, with or without a preview in JPEG."""
    width, height = 96, 64
    sensor = np.full((height, width), 9000, "<u2")
    sensor[::2, ::2] = 20000
    raw_at, pixels_at = 1024, 2048
    raw = [
        (254, 4, [0]), (256, 4, [width]), (257, 4, [height]), (258, 3, [16]), (259, 3, [1]),
        (262, 3, [32803]), (273, 4, [pixels_at]), (277, 3, [1]), (278, 4, [height]),
        (279, 4, [sensor.nbytes]), (33421, 3, [2, 2]), (33422, 1, [0, 1, 1, 2]),
        (50714, 3, [0]), (50717, 4, [65535]),
    ]  # fmt: skip
    camera = [
        (271, 2, [*b"Test\0"]), (272, 2, [*b"Test Camera\0"]), (274, 3, [1]),
        (50706, 1, [1, 4, 0, 0]), (50708, 2, [*b"Test Camera\0"]), (50778, 3, [21]),
    ]  # fmt: skip
    head = b"II*\0" + struct.pack("<I", 8)
    if preview:
        first = [
            (254, 4, [1]), (256, 4, [width]), (257, 4, [height]), (258, 3, [8, 8, 8]),
            (259, 3, [7]), (262, 3, [6]), (273, 4, [pixels_at + sensor.nbytes]), (277, 3, [3]),
            (278, 4, [height]), (279, 4, [len(preview)]), (330, 4, [raw_at]),
        ]  # fmt: skip
        head += _directory(camera + first, 8)
        head = head.ljust(raw_at, b"\0") + _directory(raw, raw_at)
    else:
        head += _directory(camera + raw, 8)
    return head.ljust(pixels_at, b"\0") + sensor.tobytes() + preview


def _directory(entries: Sequence[tuple[int, int, list[int]]], at: int) -> bytes:
    letters = {1: "B", 2: "B", 3: "H", 4: "I"}
    body = struct.pack("<H", len(entries))
    after = at + 2 + 12 * len(entries) + 4
    tail = b""
    for tag, kind, values in sorted(entries):
        data = struct.pack(f"<{len(values)}{letters[kind]}", *values)
        body += struct.pack("<HHI", tag, kind, len(values))
        if len(data) <= 4:
            body += data.ljust(4, b"\0")
        else:
            body += struct.pack("<I", after + len(tail))
            tail += data + b"\0" * (len(data) % 2)
    return body + struct.pack("<I", 0) + tail


def _xmp() -> tuple[Seed, ...]:
    inside = {".jpg": "JPEG", ".webp": "WEBP", ".avif": "AVIF"}
    chunk = b"XML:com.adobe.xmp\0\0\0\0\0" + _XMP
    png = _saved("PNG")
    text = struct.pack(">I4s", len(chunk), b"iTXt") + chunk + bytes(4)
    return (
        Seed(_XMP, ".xmp"),
        Seed(_XMP.decode().encode("utf-16"), ".xmp"),
        Seed(b'<?xml version="1.0" encoding="latin-1"?>' + _XMP, ".xmp"),
        *(Seed(_saved(form, xmp=_XMP), suffix) for suffix, form in inside.items()),
        Seed(png[:33] + text + png[33:], ".png"),
        Seed(_saved("TIFF", tiffinfo={700: _XMP}), ".tif"),
    )


def _labels() -> tuple[Seed, ...]:
    rows = [(f"a{number}.jpg", number / 3, number % 5) for number in range(40)]
    commas = "image,score,std\n" + "".join(f"{a},{b:.3f},{c}\n" for a, b, c in rows)
    other = "file;MOS;c1;c2\n" + "".join(f'"{a}";{c};1;2\n' for a, _, c in rows)
    return (
        Seed(commas.encode(), ".csv"),
        Seed(other.encode("utf-16"), ".csv"),
        Seed(commas.replace(",", "\t").encode("utf-8-sig"), ".tsv"),
    )


def _model() -> tuple[Seed, ...]:
    # Here, so that the other kinds do without torch.
    from bench.fault_models import small_models

    return tuple(Seed(content, ".safetensors") for content in small_models())


def _catalog() -> tuple[Seed, ...]:
    from app.catalog.connection import open_catalog

    with TemporaryDirectory() as folder:
        path = Path(folder, "catalog.sqlite3")
        with closing(open_catalog(path)) as connection:
            for number in range(30):
                name, content = f"/photos/{number}.jpg".encode(), bytes([number]) * 20
                connection.execute(
                    "INSERT INTO photo_file VALUES (?, ?, ?, ?)", (name, number, number, content)
                )
                scores = struct.pack("<2d", 1.0 + number, 2.0 + number)
                connection.execute(
                    "INSERT INTO score (content_hash, model_id, num_crops, score_0_100,"
                    " uncertainty, crop_scores, width_px, height_px)"
                    " VALUES (?, 'm@1', 2, ?, 1.0, ?, 640, 480)",
                    (content, 1.5 + number, scores),
                )
                connection.execute(
                    "INSERT INTO mark (path, size_bytes, mtime_ns, stars, flag, changed_ns)"
                    " VALUES (?, ?, ?, ?, 1, 7)",
                    (name, number, number, number % 6),
                )
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        return (Seed(path.read_bytes(), ".sqlite3"),)


SEEDS: dict[str, Callable[[], tuple[Seed, ...]]] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "gif and bmp": _gif_and_bmp,
    "tiff": _tiff,
    "avif": _avif,
    "heif": _heif,
    "raw": _raw,
    "xmp": _xmp,
    "labels": _labels,
    "model": _model,
    "catalog": _catalog,
}
