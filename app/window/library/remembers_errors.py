"""The part of the catalog that keeps why files can't be read."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from app.catalog.photo_files import FileStamp


class RemembersErrors(Protocol):
    """As app.catalog.library_catalog.LibraryCatalog."""

    def remember_errors(self, reasons: Iterable[tuple[FileStamp, str]]) -> None:
        """Keep them until the files change."""

    def forget_errors(self, stamps: Sequence[FileStamp]) -> None:
        """Let files count as not tried yet."""
