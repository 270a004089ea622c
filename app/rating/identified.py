"""Files by their content, read a few ahead, so that a photo that was moved or copied is known."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.catalog.photo_files import FileStamp, HashingStopped, content_hash, stamp_of
from engine.photos.file_kind import HEAD_BYTES, begins_like_a_photo, is_raw
from engine.photos.regular_file import open_file

_LOOKED_AT_BYTES = 64 << 20  # before a larger file is read whole, its first bytes are looked at


@dataclass(frozen=True, slots=True)
class Identified:
    """A file with what it will be remembered under; None where that can't be had."""

    path: Path
    stamp: FileStamp | None
    content: bytes | None

    @property
    def is_unchanged(self) -> bool:
        """Whether the file is still the one that was read."""
        try:
            return self.stamp is not None and stamp_of(self.path) == self.stamp
        except OSError:
            return False


def identify(path: Path, should_stop: Callable[[], bool]) -> Identified:
    """The file's stamp and content; without them where it can't be read or is no photo."""
    try:
        stamp = stamp_of(path)
        if stamp.size_bytes <= _LOOKED_AT_BYTES or _may_be_photo(path):
            return Identified(path, stamp, content_hash(path, should_stop=should_stop))
    except (OSError, HashingStopped):
        pass  # whoever reads the photo will say what is wrong with it
    return unidentified(path)


def unidentified(path: Path) -> Identified:
    """A file that nothing will be remembered of."""
    return Identified(path, None, None)


def _may_be_photo(path: Path) -> bool:
    with open_file(path) as file:
        head = file.read(HEAD_BYTES)
    return begins_like_a_photo(head) or is_raw(path, head)
