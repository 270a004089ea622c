"""The result of `discern rate` as CSV and JSON, always UTF-8."""

import csv
import io
import json
from collections.abc import Iterator, Sequence

from app.ranking import RankedPhoto

CSV_COLUMNS = (
    "path",
    "score",
    "uncertainty",
    "percentile",
    "model",
    "width",
    "height",
    "error",
)
_DECIMALS = 4


def csv_chunks(photos: Sequence[RankedPhoto], *, model_id: str) -> Iterator[bytes]:
    """The CSV, piece by piece. A file name that is no valid text is written with escapes."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for ranked in photos:
        photo = ranked.photo
        writer.writerow(
            (
                photo.path,
                _rounded(photo.score_0_100),
                _rounded(photo.uncertainty),
                _rounded(ranked.percentile),
                model_id,
                photo.width_px,
                photo.height_px,
                photo.error,
            )
        )
        yield _taken(buffer)
    yield _taken(buffer)


def json_chunks(
    photos: Sequence[RankedPhoto],
    *,
    model_id: str,
    num_crops: int,
    is_complete: bool,
) -> Iterator[bytes]:
    """The JSON, piece by piece; escapes stand for what is no valid text, and read back exactly."""
    head = {"model": model_id, "num_crops": num_crops, "is_complete": is_complete}
    yield json.dumps(head, indent=2)[:-2].encode() + b',\n  "photos": ['
    separator = b"\n    "
    for ranked in photos:
        photo = ranked.photo
        row: dict[str, object] = {
            "path": str(photo.path),
            "score": _rounded(photo.score_0_100),
            "uncertainty": _rounded(photo.uncertainty),
            "percentile": _rounded(ranked.percentile),
            "model": model_id,
            "width": photo.width_px,
            "height": photo.height_px,
            "error": photo.error,
        }
        yield separator + _utf8(json.dumps(row, ensure_ascii=False))
        separator = b",\n    "
    yield b"\n  ]\n}\n"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return _utf8(text)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", errors="backslashreplace")
