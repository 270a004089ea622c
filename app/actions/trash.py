"""Moving photos to the system's trash."""

import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from send2trash import send2trash

from app.actions import freedesktop_trash
from app.actions.freedesktop_trash import Trashed
from app.actions.photo_action import (
    ActionPreview,
    ActionResult,
    Failure,
    Progress,
    ShouldStop,
)
from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_entry import PhotoEntry
from app.catalog.photo_files import stamp_of
from app.errors import CatalogUnavailable
from app.xmp.sidecars import FolderNames
from engine.counted import counted

_log = logging.getLogger(__name__)

# Windows and macOS do not tell where in the trash a file went.
CAN_BRING_BACK = sys.platform not in ("win32", "darwin")


class MoveToTrash:
    """Photos and their sidecars to the trash. Nothing is ever deleted for good."""

    def __init__(
        self,
        photos: Sequence[PhotoEntry],
        catalog: LibraryCatalog,
        *,
        can_bring_back: bool = CAN_BRING_BACK,
    ) -> None:
        self._photos = tuple(photos)
        self._catalog = catalog
        self._can_bring_back = can_bring_back

    def preview(self) -> ActionPreview:
        """Every photo that would go, and whether undo can bring it back."""
        lines = []
        for photo, companions in _with_companions(self._photos):
            extra = f", with {counted(len(companions), 'sidecar')}" if companions else ""
            lines.append(f"{photo.path}{extra}")
        conflicts = (
            ()
            if self._can_bring_back
            else (
                "Undo can't bring them back on this system. Open the trash and put them back from"
                " there.",
            )
        )
        return ActionPreview(
            title=f"Move {counted(len(lines))} to the trash",
            lines=tuple(lines),
            num_photos=len(lines),
            conflicts=conflicts,
            can_undo=self._can_bring_back,
        )

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Move to the trash, photo by photo."""
        done: list[tuple[Trashed, ...]] = []
        failures: list[Failure] = []
        for number, (photo, companions) in enumerate(_with_companions(self._photos)):
            if should_stop():
                break
            try:
                # The photo first: if the trash refuses it, its sidecars stay as well.
                trashed = self._put([photo.path, *companions])
            except OSError as error:
                failures.append((photo.path, _reason(error)))
            else:
                done.append(trashed)
                self._remember(photo.path)
            progress(number + 1, len(self._photos))
        undo = BringBack(done, self._catalog) if done and self._can_bring_back else None
        return ActionResult(undo=undo, failures=tuple(failures))

    def _put(self, files: Sequence[Path]) -> tuple[Trashed, ...]:
        if not self._can_bring_back:
            for path in files:
                send2trash(str(path))
            return ()
        photo, *companions = files
        trashed = [freedesktop_trash.put_in_trash(photo)]
        for path in companions:
            with suppress(OSError):
                trashed.append(freedesktop_trash.put_in_trash(path))
        return tuple(trashed)

    def _remember(self, path: Path) -> None:
        try:
            self._catalog.leave_behind([path])
        except CatalogUnavailable as error:
            _log.warning("That %s went to the trash was not noted. %s", path, error)


class BringBack:
    """Photos from the trash back to where they were. Their stars wait for them there."""

    def __init__(self, trashed: Sequence[tuple[Trashed, ...]], catalog: LibraryCatalog) -> None:
        self._trashed = tuple(trashed)
        self._catalog = catalog

    def preview(self) -> ActionPreview:
        """Every photo that would come back."""
        lines = tuple(str(files[0].original) for files in self._trashed)
        return ActionPreview(
            title=f"Bring {counted(len(lines))} back from the trash",
            lines=lines,
            num_photos=len(lines),
        )

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Bring back; a place that was taken meanwhile is left to what is there."""
        failures: list[Failure] = []
        for number, files in enumerate(self._trashed):
            if should_stop():
                break
            for trashed in files:
                try:
                    freedesktop_trash.bring_back(trashed)
                except OSError as error:
                    failures.append((trashed.original, _reason_not_back(error)))
            self._remember(files[0].original)
            progress(number + 1, len(self._trashed))
        return ActionResult(undo=None, failures=tuple(failures))

    def _remember(self, path: Path) -> None:
        try:
            self._catalog.come_back([stamp_of(path)])
        except OSError:
            pass  # it is still in the trash, as its row says
        except CatalogUnavailable as error:
            _log.warning("That %s is back from the trash was not noted. %s", path, error)


def _with_companions(
    photos: Sequence[PhotoEntry],
) -> list[tuple[PhotoEntry, list[Path]]]:
    folders: dict[Path, FolderNames] = {}
    found = []
    for photo in photos:
        folder = photo.path.parent
        names = folders.get(folder) or FolderNames(folder)
        folders[folder] = names
        found.append((photo, names.companions(photo.path)))
    return found


def _reason(error: OSError) -> str:
    return f"It could not be moved to the trash: {error.strerror or error}. It is where it was."


def _reason_not_back(error: OSError) -> str:
    if isinstance(error, FileExistsError):
        return "It stays in the trash: another file has its place now."
    if isinstance(error, FileNotFoundError):
        return "It is no longer in the trash."
    return f"It could not be brought back from the trash: {error.strerror or error}."
