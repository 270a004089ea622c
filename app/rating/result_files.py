"""The result of `discern rate` as CSV and JSON, always UTF-8.

Where visible defects were looked for, every kind has a column, or an entry under `distortions`:
the share of the photo that it affects, from 0 to 1.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.rating.ranking import RankedPhoto
from engine.files.csv_text import csv_line, no_formula

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DistortionShares:
    """The kinds that were looked for, and what was found in the photos that could be read."""

    kinds: tuple[str, ...]
    of_photo: Mapping[Path, Mapping[str, float]]


def column_name(kind: str) -> str:
    """The CSV column of a kind of defect, such as `motion_blur_share`."""
    return f"{re.sub('[^a-z0-9]+', '_', kind.lower()).strip('_')}_share"


def csv_chunks(
    photos: Sequence[RankedPhoto], *, model_id: str, found: DistortionShares | None = None
) -> Iterator[bytes]:
    """The CSV, piece by piece. A file name that is no valid text is written with escapes."""
    kinds = () if found is None else found.kinds
    yield _utf8(csv_line((*CSV_COLUMNS, *(column_name(kind) for kind in kinds))))
    for ranked in photos:
        photo = ranked.photo
        shares = {} if found is None else found.of_photo.get(photo.path, {})
        row = (
            photo.path,
            _rounded(photo.score_0_100),
            _rounded(photo.uncertainty),
            _rounded(ranked.percentile),
            no_formula(model_id),
            photo.width_px,
            photo.height_px,
            photo.error,
            *(_rounded(shares.get(kind)) for kind in kinds),
        )
        yield _utf8(csv_line(row))


def json_chunks(
    photos: Sequence[RankedPhoto],
    *,
    model_id: str,
    num_crops: int,
    is_complete: bool,
    found: DistortionShares | None = None,
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
        if found is not None:
            shares = found.of_photo.get(photo.path)
            row["distortions"] = shares and {
                kind: _rounded(share) for kind, share in shares.items()
            }
        yield separator + _utf8(json.dumps(row, ensure_ascii=False))
        separator = b",\n    "
    yield b"\n  ]\n}\n"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", errors="backslashreplace")
