"""Finding the photos that a label file names."""

import os
from collections.abc import Sequence
from pathlib import Path

_PARTS = frozenset("/\\:")  # what may part a path on some system
_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")


class PhotoFinder:
    """Finds named photos in folders, forgiving case, backslashes and a missing suffix.

    Each folder is listed once, so that a set of 40,000 photos takes no 40,000 look-ups.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._listings: dict[Path, dict[str, str]] = {}

    def find(self, name: str) -> Path:
        """The file of that name in the first folder that has it.

        If none has it, the path where it should have been in the first folder.
        """
        if name and not _PARTS.intersection(name):  # most names; a table may have a million
            for folder in self._folders:
                actual = self._entry(folder, name)
                if actual is not None:
                    return folder / actual
            return self._folders[0] / name
        for folder in self._folders if name else ():
            for spelling in (name, name.replace("\\", "/")):
                found = self._find_in(folder, Path(spelling))
                if found is not None:
                    return found
        return self._folders[0] / name.replace("\\", "/")

    def _find_in(self, folder: Path, relative: Path) -> Path | None:
        place = folder / relative
        actual = self._entry(place.parent, place.name)
        if actual is not None:
            return place.parent / actual
        parent = folder
        for part in relative.parts[:-1]:  # the folders of the name may differ in case, too
            step = part if os.path.isdir(parent / part) else self._entry(parent, part)
            if step is None:
                return None
            parent = parent / step
        actual = self._entry(parent, place.name)
        return parent / actual if actual is not None else None

    def _entry(self, folder: Path, name: str) -> str | None:
        """The entry of a folder with that name, exactly or but for case or suffix."""
        listing = self._listing(folder)
        if not listing:
            return None
        lowered = name.lower()
        for candidate in (name, lowered, *(lowered + suffix for suffix in _SUFFIXES)):
            if candidate in listing:
                return listing[candidate]
        return None

    def _listing(self, folder: Path) -> dict[str, str]:
        """Names in a folder: as they are, and lower-cased, each to the name as it is."""
        if folder not in self._listings:
            try:
                names = sorted(os.listdir(folder))
            except OSError:
                names = []
            lowered = {name.lower(): name for name in reversed(names)}
            self._listings[folder] = lowered | {name: name for name in names}
        return self._listings[folder]
