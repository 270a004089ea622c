"""Finding the photographs that a list of files and folders stands for."""

import errno
import logging
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto
from pathlib import Path

from engine.files.leftovers import is_leftover_name, remove_leftover
from engine.photos.suffixes import PHOTO_SUFFIXES

_log = logging.getLogger(__name__)

# Links to nothing, or to themselves: nobody misses a photo there.
_LEADS_NOWHERE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}
_ENDLESS = "This is a device or a pipe"
_NUMBER = re.compile(r"(\d+)")


def find_photos(paths: Sequence[Path]) -> list[Path]:
    """The photos in these files and folders, sorted, each once.

    Folders are walked to the bottom, hidden files and folders left out; a folder that can't be
    listed and a link that can't be followed are logged and passed over. A path named here that is
    no folder is kept whatever it is, even missing or of an unknown suffix, so that reading it can
    say what is wrong. A photo that can be reached by several names keeps the name that needs no
    symbolic link.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.photos.discover import find_photos
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("sea.jpg", "notes.txt", ".hidden.jpg"):
    ...         (Path(folder) / name).touch()
    ...     [path.name for path in find_photos([Path(folder)])]
    ['sea.jpg']
    """
    return sorted(each_photo(paths))


def each_photo(
    paths: Sequence[Path], *, on_left_out: Callable[[Path, str], None] | None = None
) -> Iterator[Path]:
    """The photos that find_photos finds, as they are found.

    What a killed Discern left of files that it was writing there is removed on the way.

    A folder's own photos come first, then those below it, as people count: photo2 before photo10;
    what lies behind links comes last. `on_left_out` is told of folders that can't be listed, links
    that can't be followed and pipes named like photos, and why; without it they are logged.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.photos.discover import each_photo
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("photo10.jpg", "photo2.jpg"):
    ...         (Path(folder) / name).touch()
    ...     [path.name for path in each_photo([Path(folder)])]
    ['photo2.jpg', 'photo10.jpg']
    """
    search = _Search(on_left_out or _log_left_out)
    for path in paths:
        if os.path.isdir(path):  # False, not an error, where it may not be looked at
            yield from search.walk(path)
        else:
            yield from search.take(path)
    yield from search.follow_links()


class _Search:
    """What was seen so far, and the links that are still to be followed."""

    def __init__(self, on_left_out: Callable[[Path, str], None]) -> None:
        self._on_left_out = on_left_out
        self._linked: list[Path] = []
        self._seen_files: set[str] = set()
        self._seen_folders: set[str] = set()

    def take(self, path: Path) -> Iterator[Path]:
        """A file, unless it was found before under another name."""
        if self._is_new(_identity(path)):
            yield path

    def walk(self, top: Path) -> Iterator[Path]:
        """Every photo below a folder; links are put aside, so that real names win."""
        pending = [top]
        while pending:
            folder = pending.pop()
            real_folder = _identity(folder)
            if real_folder in self._seen_folders:
                continue
            self._seen_folders.add(real_folder)
            prefix = os.path.join(real_folder, "")
            below = []
            for entry in self._visible_entries(folder):
                kind = _kind(entry)
                if kind is _Kind.LINK:
                    self._linked.append(Path(entry.path))
                elif kind is _Kind.FOLDER:
                    below.append(Path(entry.path))
                elif (
                    kind is _Kind.FILE
                    and _is_photo_name(entry.name)
                    and self._is_new(prefix + os.path.normcase(entry.name))
                ):
                    yield Path(entry.path)
                elif kind is _Kind.ENDLESS and _is_photo_name(entry.name):
                    self._on_left_out(Path(entry.path), _ENDLESS)
            pending.extend(reversed(below))

    def follow_links(self) -> Iterator[Path]:
        """Follows the links put aside, and those found on the way; loops end by themselves."""
        while self._linked:
            links, self._linked = sorted(self._linked), []
            for link in links:
                yield from self._follow(link)

    def _follow(self, link: Path) -> Iterator[Path]:
        try:
            mode = link.stat().st_mode
        except OSError as error:
            # Reading a photo says what is wrong with it; whatever else it is must be said here.
            if _is_photo_name(link.name):
                yield from self.take(link)
            elif error.errno not in _LEADS_NOWHERE:
                self._on_left_out(link, error.strerror or str(error))
            return
        if stat.S_ISDIR(mode):
            yield from self.walk(link)
        elif _is_photo_name(link.name):
            if stat.S_ISREG(mode):
                yield from self.take(link)
            else:
                self._on_left_out(link, _ENDLESS)

    def _is_new(self, identity: str) -> bool:
        if identity in self._seen_files:
            return False
        self._seen_files.add(identity)
        return True

    def _visible_entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=_as_people_count)
        except OSError as error:
            self._on_left_out(folder, error.strerror or str(error))
            return
        for entry in listed:
            if is_leftover_name(entry.name):
                remove_leftover(entry.path)
            elif not entry.name.startswith(".") and not _is_marked_hidden(entry):
                yield entry


class _Kind(Enum):
    LINK = auto()
    FOLDER = auto()
    FILE = auto()
    ENDLESS = auto()  # a pipe or a device


def _kind(entry: os.DirEntry[str]) -> _Kind:
    """What an entry is; a file where the file system will not say."""
    try:
        if entry.is_symlink():
            return _Kind.LINK
        if entry.is_dir(follow_symlinks=False):
            return _Kind.FOLDER
        return _Kind.FILE if entry.is_file(follow_symlinks=False) else _Kind.ENDLESS
    except OSError:
        return _Kind.FILE


def _is_photo_name(name: str) -> bool:
    return name[name.rfind(".") :].lower() in PHOTO_SUFFIXES


def _as_people_count(entry: os.DirEntry[str]) -> tuple[list[str | int], str]:
    """Sorts photo2 before photo10; text and numbers take turns, so that they never meet."""
    parts: list[str | int] = [*_NUMBER.split(entry.name.casefold())]
    parts[1::2] = [int(part) for part in parts[1::2]]
    return parts, entry.name


def _log_left_out(path: Path, reason: str) -> None:
    what = "link" if path.is_symlink() else "folder" if path.is_dir() else "file"
    _log.warning("The %s %s was left out: %s.", what, path, reason)


def _identity(path: Path) -> str:
    """One spelling for every name of a file: absolute, without links, in the system's case."""
    return os.path.normcase(os.path.realpath(path))


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
