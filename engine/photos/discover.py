"""Finding the photographs that a list of files and folders stands for."""

import logging
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.photos.suffixes import PHOTO_SUFFIXES

_log = logging.getLogger(__name__)


def find_photos(paths: Sequence[Path]) -> list[Path]:
    """The photos in these files and folders, sorted, each once.

    Folders are walked to the bottom, hidden files and folders left out; a folder that can't be
    listed is logged and passed over. A path named here that is no folder is kept whatever it is,
    even missing or of an unknown suffix, so that reading it can say what is wrong. A photo that
    can be reached by several names keeps the name that needs no symbolic link.
    """
    search = _Search()
    for path in paths:
        if path.is_dir():
            search.walk(path)
        else:
            search.take(path)
    search.follow_links()
    return sorted(search.found)


class _Search:
    """What was found so far, and the links that are still to be followed."""

    def __init__(self) -> None:
        self.found: list[Path] = []
        self._linked: list[Path] = []
        self._seen_files: set[str] = set()
        self._seen_folders: set[str] = set()

    def take(self, path: Path) -> None:
        """Keeps a file unless it was found before under another name."""
        self._keep(path, _identity(path))

    def walk(self, top: Path) -> None:
        """Takes every photo below a folder; links are put aside, so that real names win."""
        pending = [top]
        while pending:
            folder = pending.pop()
            real_folder = _identity(folder)
            if real_folder in self._seen_folders:
                continue
            self._seen_folders.add(real_folder)
            for entry in _visible_entries(folder):
                path = Path(entry.path)
                if entry.is_symlink():
                    self._linked.append(path)
                elif entry.is_dir(follow_symlinks=False):
                    pending.append(path)
                elif path.suffix.lower() in PHOTO_SUFFIXES:
                    self._keep(path, os.path.join(real_folder, os.path.normcase(entry.name)))

    def follow_links(self) -> None:
        """Follows the links put aside, and those found on the way; loops end by themselves."""
        while self._linked:
            links, self._linked = sorted(self._linked), []
            for link in links:
                if link.is_dir():
                    self.walk(link)
                elif link.suffix.lower() in PHOTO_SUFFIXES:
                    self.take(link)

    def _keep(self, path: Path, identity: str) -> None:
        if identity not in self._seen_files:
            self._seen_files.add(identity)
            self.found.append(path)


def _identity(path: Path) -> str:
    """One spelling for every name of a file: absolute, without links, in the system's case."""
    return os.path.normcase(os.path.realpath(path))


def _visible_entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        _log.warning("The folder %s was left out: %s.", folder, error.strerror or error)
        return
    for entry in listed:
        if not entry.name.startswith(".") and not _is_marked_hidden(entry):
            yield entry


def _is_marked_hidden(entry: os.DirEntry[str]) -> bool:
    """Whether Windows hides this entry; other systems hide by the leading dot alone."""
    if sys.platform == "win32":
        try:
            attributes = entry.stat(follow_symlinks=False).st_file_attributes
        except OSError:
            return False
        return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)
    else:  # noqa: RET505 - so that a type checker skips one branch on each system
        return False
