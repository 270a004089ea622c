"""What was found in photos, remembered per content and defect network."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.catalog import plausible
from app.catalog.photo_files import FileStamp, find_content
from engine.defects.box import Box
from engine.defects.sharpness import sharpness_0_100

if TYPE_CHECKING:  # loads torch
    from engine.defects.own_pixels import OwnPixels

_MOST_LEVELS = 1000.0  # of a spread in pixels and of noise alike; far more than is ever measured
_MOST_SIDE_PX = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLook:
    """The share of a photo that each kind of defect affects, and what its own pixels show.

    `shares_at_100` are shares of the tiles that were looked at. The rest is None, and they are
    empty, where own pixels were not looked at, or no edge or no smooth place was found.
    """

    shares: Mapping[str, float]
    shares_at_100: Mapping[str, float] = field(default_factory=dict)
    focus_spread_px: float | None = None
    focus_box: Box | None = None
    noise_at_100: float | None = None  # standard deviation in levels of 255

    @property
    def focus_at_100(self) -> float | None:
        """How sharp the sharpest part is, 0 to 100."""
        return None if self.focus_spread_px is None else sharpness_0_100(self.focus_spread_px)

    @classmethod
    def of(cls, shares: Mapping[str, float], own: "OwnPixels | None") -> "StoredLook":
        """What is kept of a look at the whole photo and one at its own pixels."""
        if own is None:
            return cls(shares=shares)
        return cls(
            shares=shares,
            shares_at_100=own.shares,
            focus_spread_px=None if own.focus is None else own.focus.spread_px,
            focus_box=None if own.focus is None else own.focus.box,
            noise_at_100=own.noise_at_100,
        )


def find_looks(
    connection: sqlite3.Connection, num_asked: int, *, look_id: str
) -> list[StoredLook | None]:
    """The looks of the photos in the table `asked`, in their order; see asked_photos."""
    rows = connection.execute(
        """
        SELECT asked.number, look.shares, look.shares_at_100, look.focus_spread_px,
            look.focus_left_px, look.focus_top_px, look.focus_width_px, look.focus_height_px,
            look.noise_at_100
        FROM asked
        JOIN photo_file AS file ON file.path = asked.path
            AND file.size_bytes = asked.size_bytes AND file.mtime_ns = asked.mtime_ns
        JOIN look ON look.content_hash = file.content_hash AND look.look_id = ?
        """,
        (look_id,),
    )
    found: list[StoredLook | None] = [None] * num_asked
    for number, *values in rows:
        found[number] = _look(values)
    return found


def store_looks(
    connection: sqlite3.Connection,
    looks: Iterable[tuple[FileStamp, StoredLook]],
    *,
    look_id: str,
) -> list[FileStamp]:
    """Remember looks at files whose content is known; returns the stamps of the others."""
    unknown = []
    for stamp, look in looks:
        content = find_content(connection, stamp)
        if content is None:
            unknown.append(stamp)
            continue
        box = look.focus_box
        place = (None,) * 4 if box is None else (
            box.left_px, box.top_px, box.width_px, box.height_px
        )  # fmt: skip
        connection.execute(
            "INSERT OR REPLACE INTO look VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                content,
                look_id,
                _written(look.shares),
                _written(look.shares_at_100),
                look.focus_spread_px,
                *place,
                look.noise_at_100,
            ),
        )
    return unknown


def _written(shares: Mapping[str, float]) -> str:
    return json.dumps({kind: float(share) for kind, share in shares.items()})


def _look(values: Sequence[object]) -> StoredLook | None:
    """The look in a row; None if no Discern ever wrote such a one: the photo is looked at again."""
    shares, shares_at_100, spread, left, top, width, height, noise = values
    spread_px, noise_at_100 = (plausible.number(one, 0, _MOST_LEVELS) for one in (spread, noise))
    is_odd = (spread_px is None) != (spread is None) or (noise_at_100 is None) != (noise is None)
    box = None if spread is None else _box(left, top, width, height)
    if is_odd or (box is None) != (spread is None):
        return None
    kinds, kinds_at_100 = _shares(shares), _shares(shares_at_100)
    if kinds is None or kinds_at_100 is None:
        return None
    return StoredLook(
        shares=kinds,
        shares_at_100=kinds_at_100,
        focus_spread_px=spread_px,
        focus_box=box,
        noise_at_100=noise_at_100,
    )


def _box(left: object, top: object, width: object, height: object) -> Box | None:
    left_px, top_px = (plausible.whole(side, most=_MOST_SIDE_PX) for side in (left, top))
    width_px, height_px = (plausible.whole(side, 1, _MOST_SIDE_PX) for side in (width, height))
    if left_px is None or top_px is None or width_px is None or height_px is None:
        return None
    return Box(left_px=left_px, top_px=top_px, width_px=width_px, height_px=height_px)


def _shares(value: object) -> dict[str, float] | None:
    text = plausible.text(value)
    try:
        entries = None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return None
    if type(entries) is not dict:
        return None
    shares = {kind: plausible.number(share, 0, 1) for kind, share in entries.items()}
    found = {kind: share for kind, share in shares.items() if share is not None}
    return found if len(found) == len(shares) else None
