"""What was found in photos, remembered between runs; a failing catalog never stops rating."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.looks import StoredLook
from app.catalog.photo_files import FileStamp, stamp_of
from app.errors import CatalogUnavailable
from engine.defects.defect_identity import bundled_identity

_log = logging.getLogger(__name__)


class LookMemory:
    """Looks with the network that travels with the program, in the catalog; None has no memory."""

    def __init__(self, catalog_path: Path | None) -> None:
        self._path = catalog_path

    def find(self, paths: Sequence[Path]) -> dict[Path, StoredLook]:
        """What was found before in files that have not changed since."""
        stamps = _stamps(paths)
        if self._path is None:
            return {}
        try:
            with closing(LibraryCatalog(self._path)) as catalog:
                looks = catalog.looks(list(stamps.values()), look_id=bundled_identity().look_id)
        except CatalogUnavailable as error:
            _log.warning("%s Photos are looked at again.", error)
            return {}
        return {path: look for path, look in zip(stamps, looks, strict=True) if look is not None}

    def remember(self, found: Mapping[Path, StoredLook]) -> None:
        """Remember it for the files whose score is remembered too."""
        stamps = _stamps(list(found))
        if self._path is None or not stamps:
            return
        try:
            with closing(LibraryCatalog(self._path)) as catalog:
                catalog.remember_looks(
                    [(stamp, found[path]) for path, stamp in stamps.items()],
                    look_id=bundled_identity().look_id,
                )
        except CatalogUnavailable as error:
            _log.warning("%s What was found in photos is not remembered this time.", error)


def _stamps(paths: Sequence[Path]) -> dict[Path, FileStamp]:
    """Those of the files that are still there."""
    stamps = {}
    for path in paths:
        with suppress(OSError):
            stamps[path] = stamp_of(path)
    return stamps
