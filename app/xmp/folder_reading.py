"""Taking over the marks that other programs gave to the photos of a folder."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.marks import DatedMarks
from app.catalog.photo_files import FileStamp
from app.xmp.photo_marks import DatedXmpMarks, read_marks
from app.xmp.sidecars import FolderNames

_log = logging.getLogger(__name__)

Unreadable = tuple[Path, str]
"""A file that can't be read, and why, as a sentence."""

_BATCH = 200
_UNFORESEEN = (
    "Its XMP could not be read, so that stars in it are not shown. The log has the details."
)


def take_over_xmp(
    catalog: LibraryCatalog,
    stamps: Iterable[FileStamp],
    *,
    on_changed: Callable[[list[FileStamp]], None],
    should_stop: Callable[[], bool],
    on_unreadable: Callable[[list[Unreadable]], None] = lambda _: None,
) -> None:
    """Read the XMP of photos that is new or has changed since it was read last.

    The newer word counts: stars that the user gave in Discern after a file was written stay.
    `on_changed` is told, batch by batch, of the photos whose marks are others now; asking the
    catalog for their entries gives them. `on_unreadable` is told of files that can't be read, and
    why; they are read anew the next time.

    Raises:
        CatalogUnavailable: the catalog can't be used now.
    """
    names: dict[Path, FolderNames] = {}
    coming = iter(stamps)
    while batch := list(islice(coming, _BATCH)):
        known = catalog.xmp_readings([stamp.path for stamp in batch])
        readings: dict[Path, bytes] = {}
        said: list[tuple[FileStamp, DatedXmpMarks]] = []
        unreadable: list[Unreadable] = []
        for stamp in batch:
            if should_stop():
                return
            folder = stamp.path.parent
            in_folder = names.get(folder) or names.setdefault(folder, FolderNames(folder))
            state = _state(stamp, in_folder.xmp_sidecars(stamp.path))
            if known.get(stamp.path) == state:
                continue
            is_first = b"|" not in known.get(stamp.path, b"")
            found, failures = _marks_of(stamp, in_folder)
            if failures:
                unreadable += failures
            else:
                readings[stamp.path] = state
            if found is not None:
                said.append((stamp, _first_word(found) if is_first else found))
        changed = _newer(catalog, said)
        if readings or changed:
            catalog.take_marks(changed, readings)
            if changed:
                on_changed([stamp for stamp, _ in changed])
        if unreadable:
            on_unreadable(unreadable)


def _marks_of(
    stamp: FileStamp, in_folder: FolderNames
) -> tuple[DatedXmpMarks | None, list[Unreadable]]:
    """What XMP says of one photo; whatever is wrong with it costs no other photo its stars."""
    failures: list[Unreadable] = []
    try:
        found = read_marks(
            stamp.path, in_folder, on_unreadable=lambda *failure: failures.append(failure)
        )
    except Exception:  # the edge to files of any origin: nobody can list what they may cause
        _log.exception("The XMP of %s could not be read", stamp.path)
        return None, [(stamp.path, _UNFORESEEN)]
    return found, failures


def _newer(
    catalog: LibraryCatalog, said: Sequence[tuple[FileStamp, DatedXmpMarks]]
) -> list[tuple[FileStamp, DatedMarks]]:
    changed = []
    known = catalog.marks_of([stamp for stamp, _ in said])
    for (stamp, found), before in zip(said, known, strict=True):
        marks = found.marks.applied_to(before.marks)
        if found.changed_ns > before.changed_ns and marks != before.marks:
            changed.append((stamp, DatedMarks(marks, found.changed_ns)))
    return changed


def _first_word(found: DatedXmpMarks) -> DatedXmpMarks:
    """The marks of a photo that had no sidecar before. No stars there are no word against stars.

    Programs write a rating of 0 with whatever else they keep of a photo.
    """
    return replace(found, marks=replace(found.marks, stars=found.marks.stars or None))


def _state(photo: FileStamp, sidecars: Sequence[Path]) -> bytes:
    """What changes whenever the photo or a sidecar does; the sidecars follow after a bar each."""
    parts = [f"{photo.size_bytes}/{photo.mtime_ns}".encode()]
    for path in sidecars:
        try:
            info = path.stat()
        except OSError:
            continue
        parts.append(
            f"{path.name}/{info.st_size}/{info.st_mtime_ns}".encode(errors="surrogateescape")
        )
    return b"|".join(parts)
