"""What to say of photos that Discern had in hand when it ended unexpectedly."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from app.catalog.photo_files import FileStamp, stamp_of

_NUM_NAMED = 3

LEFT_OUT = "Left out, because Discern ended unexpectedly while it read this photo."
"""The reason that such a photo gets when the person wants it left out."""


class RemembersReasons(Protocol):
    """The part of app.catalog.library_catalog.LibraryCatalog that is needed here."""

    def remember_errors(self, reasons: Iterable[tuple[FileStamp, str]]) -> None:
        """Keep them until the files change."""


def leave_out(catalog: RemembersReasons, photos: Iterable[Path]) -> None:
    """Let the catalog say of photos that they can't be read, until they change."""
    stamps = []
    for path in photos:
        with suppress(OSError):  # it has gone
            stamps.append(stamp_of(path))
    catalog.remember_errors([(stamp, LEFT_OUT) for stamp in stamps])


def said_of(photos: Sequence[Path]) -> str:
    """One sentence that names them, and one that says what is done about it."""
    named = ", ".join(str(photo) for photo in photos[:_NUM_NAMED])
    if len(photos) > _NUM_NAMED:
        named += f" and {len(photos) - _NUM_NAMED} more"
    subject = "It is" if len(photos) == 1 else "They are"
    pronoun = "it" if len(photos) == 1 else "they"
    return (
        f"Discern ended unexpectedly the last time, with {named} in hand. {subject} read apart "
        f"from now on, so that {pronoun} can't end the program again."
    )
