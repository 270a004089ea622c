"""The result of `discern rate` as CSV and JSON, always UTF-8.

Where visible defects were looked for, every kind has a column, or an entry under `distortions`:
the share of the photo that it affects, from 0 to 1. What the photo's own pixels show follows.
`uncertainty_is` says what the uncertainty is, "interval" or "spread"; `unlike` why a photo is like
none that the model learned from, empty for all others. A model that predicts how people's ratings
are spread adds the shares of people who would give 1 to 5.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.catalog.looks import StoredLook
from app.rating.familiarity_text import uncertainty_is, unlike_text
from app.rating.ranking import RankedPhoto
from engine.files.csv_text import csv_line, no_formula
from engine.ratings.answers import GOOD

CSV_COLUMNS = (
    "path",
    "score",
    "uncertainty",
    "uncertainty_is",
    "unlike",
    "percentile",
    "model",
    "width",
    "height",
    "seen_reduced",
    "error",
)
# Of models that predict how people's ratings are spread: the shares who would give 1 to 5, and at
# least 4.
RATING_COLUMNS = ("share_1", "share_2", "share_3", "share_4", "share_5", "share_good")
OWN_COLUMNS = (
    "focus_at_100",
    "focus_spread_px",
    "noise_at_100",
    "focus_left_px",
    "focus_top_px",
    "focus_width_px",
    "focus_height_px",
)
_DECIMALS = 4
_TRUTHS = {True: "true", False: "false", None: None}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInPhotos:
    """The kinds that were looked for, and what was found in the photos that could be read."""

    kinds: tuple[str, ...]
    of_photo: Mapping[Path, StoredLook]


def column_name(kind: str) -> str:
    """The CSV column of a kind of defect, such as `motion_blur_share`."""
    return f"{re.sub('[^a-z0-9]+', '_', kind.lower()).strip('_')}_share"


def csv_chunks(
    photos: Sequence[RankedPhoto], *, model_id: str, found: FoundInPhotos | None = None
) -> Iterator[bytes]:
    """The CSV, piece by piece. A file name that is no valid text is written with escapes."""
    columns: list[str] = [*CSV_COLUMNS]
    has_ratings = any(ranked.photo.ratings for ranked in photos)
    if has_ratings:
        columns += RATING_COLUMNS
    if found is not None:
        columns += [*(column_name(kind) for kind in found.kinds), *OWN_COLUMNS]
    yield _utf8(csv_line(columns))
    for ranked in photos:
        photo = ranked.photo
        row = (
            photo.path,
            _rounded(photo.score_0_100),
            _rounded(photo.uncertainty),
            uncertainty_is(photo),
            unlike_text(photo.familiarity),
            _rounded(ranked.percentile),
            no_formula(model_id),
            photo.width_px,
            photo.height_px,
            _TRUTHS[photo.is_seen_reduced],
            photo.error,
            *(_rating_cells(photo.ratings) if has_ratings else ()),
            *_look_cells(photo.path, found),
        )
        yield _utf8(csv_line(row))


def json_chunks(
    photos: Sequence[RankedPhoto],
    *,
    model_id: str,
    num_crops: int,
    is_complete: bool,
    found: FoundInPhotos | None = None,
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
            "uncertainty_is": uncertainty_is(photo),
            "unlike": unlike_text(photo.familiarity),
            "distance": None if photo.familiarity is None else photo.familiarity.distance,
            "percentile": _rounded(ranked.percentile),
            "model": model_id,
            "width": photo.width_px,
            "height": photo.height_px,
            "seen_reduced": photo.is_seen_reduced,
            "error": photo.error,
        }
        if photo.ratings:
            *shares, good = _rating_cells(photo.ratings)
            row["ratings"] = {"shares": shares, "good_or_better": good}
        if found is not None:
            look = found.of_photo.get(photo.path)
            row["distortions"] = None if look is None else _rounded_shares(look.shares)
            row["own_pixels"] = None if look is None else _own_pixels(look)
        yield separator + _utf8(json.dumps(row, ensure_ascii=False))
        separator = b",\n    "
    yield b"\n  ]\n}\n"


def _rating_cells(ratings: tuple[float, ...]) -> list[float | None]:
    """The shares of 1 to 5 and of at least 4; nothing for a photo that could not be rated."""
    if not ratings:
        return [None] * len(RATING_COLUMNS)
    return [*(_rounded(share) for share in ratings), _rounded(sum(ratings[GOOD - 1 :]))]


def _look_cells(path: Path, found: FoundInPhotos | None) -> list[float | None]:
    """The columns of the kinds and those of own pixels."""
    if found is None:
        return []
    look = found.of_photo.get(path)
    if look is None:
        return [None] * (len(found.kinds) + len(OWN_COLUMNS))
    box = look.focus_box
    place = (None,) * 4 if box is None else (box.left_px, box.top_px, box.width_px, box.height_px)
    numbers = (look.focus_at_100, look.focus_spread_px, look.noise_at_100)
    return [
        *(_rounded(look.shares.get(kind)) for kind in found.kinds),
        *(_rounded(number) for number in numbers),
        *place,
    ]


def _own_pixels(look: StoredLook) -> dict[str, object] | None:
    """What own pixels show; None where they were not looked at."""
    if not look.shares_at_100:
        return None
    return {
        "focus_at_100": _rounded(look.focus_at_100),
        "focus_spread_px": _rounded(look.focus_spread_px),
        "focus_box": None if look.focus_box is None else asdict(look.focus_box),
        "noise_at_100": _rounded(look.noise_at_100),
        "distortions": _rounded_shares(look.shares_at_100),
    }


def _rounded_shares(shares: Mapping[str, float]) -> dict[str, float | None]:
    return {kind: _rounded(share) for kind, share in shares.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", errors="backslashreplace")
