"""What was found in photos, remembered per content and defect network."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.catalog.photo_files import FileStamp, find_content
from engine.defects.box import Box
from engine.defects.sharpness import sharpness_0_100

if TYPE_CHECKING:  # loads torch
    from engine.defects.own_pixels import OwnPixels


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
                json.dumps(dict(look.shares)),
                json.dumps(dict(look.shares_at_100)),
                look.focus_spread_px,
                *place,
                look.noise_at_100,
            ),
        )
    return unknown


def _look(values: Sequence[object]) -> StoredLook | None:
    shares, shares_at_100, spread_px, left_px, top_px, width_px, height_px, noise = values
    try:
        box = None
        if spread_px is not None:
            left, top, width, height = (
                int(side)  # type: ignore[call-overload]
                for side in (left_px, top_px, width_px, height_px)
            )
            box = Box(left_px=left, top_px=top, width_px=width, height_px=height)
        return StoredLook(
            shares=_shares(shares),
            shares_at_100=_shares(shares_at_100),
            focus_spread_px=None if spread_px is None else float(spread_px),  # type: ignore[arg-type]
            focus_box=box,
            noise_at_100=None if noise is None else float(noise),  # type: ignore[arg-type]
        )
    except (TypeError, ValueError, AttributeError, RecursionError):
        return None  # a row that nobody wrote like this: the photo is looked at again


def _shares(text: object) -> dict[str, float]:
    entries = json.loads(text)  # type: ignore[arg-type]
    return {str(kind): float(share) for kind, share in entries.items()}
