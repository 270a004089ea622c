"""Recognising photos that were moved or renamed outside Discern, without rating them again."""

from collections.abc import Callable, Iterable, Sequence

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_files import FileStamp, HashingStopped, content_hash, stamp_of

_BATCH = 64


def recognise_moved(
    catalog: LibraryCatalog, stamps: Sequence[FileStamp], *, should_stop: Callable[[], bool]
) -> list[FileStamp]:
    """Hash the new files that may be known ones, and return those that were hashed.

    Asking the catalog for their entries again then gives the scores and marks of those that were
    moved. Runs for as long as reading these files takes.

    Raises:
        CatalogUnavailable: the catalog can't be used now.
    """
    return _identify(catalog, catalog.maybe_moved(stamps), should_stop)


def identify_marked(catalog: LibraryCatalog, *, should_stop: Callable[[], bool]) -> None:
    """Hash the marked photos that were never rated, so that their marks survive a move.

    Raises:
        CatalogUnavailable: the catalog can't be used now.
    """
    _identify(catalog, catalog.unidentified_marked(), should_stop)


def _identify(
    catalog: LibraryCatalog, stamps: Iterable[FileStamp], should_stop: Callable[[], bool]
) -> list[FileStamp]:
    identified: list[FileStamp] = []
    waiting: list[tuple[FileStamp, bytes]] = []
    for stamp in stamps:
        if should_stop():
            break
        try:
            content = _content_of(stamp, should_stop)
        except HashingStopped:
            break
        if content is not None:
            waiting.append((stamp, content))
            identified.append(stamp)
        if len(waiting) >= _BATCH:
            catalog.learn_contents(waiting)
            waiting = []
    if waiting:
        catalog.learn_contents(waiting)
    return identified


def _content_of(stamp: FileStamp, should_stop: Callable[[], bool]) -> bytes | None:
    try:
        if stamp_of(stamp.path) != stamp:
            return None
        content = content_hash(stamp.path, should_stop=should_stop)
        return content if stamp_of(stamp.path) == stamp else None
    except OSError:
        return None
