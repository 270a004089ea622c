"""Copying and moving photos with their sidecars to a folder."""

import errno
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from app.actions.photo_action import (
    ActionPreview,
    ActionResult,
    Failure,
    PhotoAction,
    Progress,
    ShouldStop,
)
from app.actions.safe_files import Pair, copy_all, move_all
from app.actions.transfer_plan import PlannedPhoto, plan_transfer, shortage
from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_entry import PhotoEntry
from app.catalog.photo_files import FileStamp, stamp_of
from app.errors import CatalogUnavailable
from engine.counted import counted

_log = logging.getLogger(__name__)

_DISK_IS_NO_GOOD = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}

Moved = tuple[FileStamp, FileStamp, tuple[Pair, ...]]
"""A photo before and after, and all of its files that went along."""


class CopyTo:
    """Copies of photos and their sidecars in a folder."""

    def __init__(self, photos: Sequence[PhotoEntry], folder: Path, catalog: LibraryCatalog) -> None:
        self._photos = tuple(photos)
        self._folder = Path(os.path.abspath(folder))
        self._catalog = catalog

    def preview(self) -> ActionPreview:
        """Every photo that would be copied, and what is in the way."""
        return _preview("Copy", self._photos, self._folder, needs_room=True)

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Copy; nothing is overwritten."""
        done, failures = _transfer(
            self._photos,
            self._folder,
            move=copy_all,
            remember=lambda old, new: self._catalog.follow_copies([(old, new)]),
            progress=progress,
            should_stop=should_stop,
        )
        undo = RemoveCopies(done, self._catalog) if done else None
        return ActionResult(undo=undo, failures=tuple(failures))


class MoveTo:
    """Photos and their sidecars to a folder; scores and stars go along."""

    def __init__(self, photos: Sequence[PhotoEntry], folder: Path, catalog: LibraryCatalog) -> None:
        self._photos = tuple(photos)
        self._folder = Path(os.path.abspath(folder))
        self._catalog = catalog

    def preview(self) -> ActionPreview:
        """Every photo that would be moved, and what is in the way."""
        device = _device(self._folder)
        needs_room = any(_device(photo.path.parent) != device for photo in self._photos)
        return _preview("Move", self._photos, self._folder, needs_room=needs_room)

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Move; nothing is overwritten."""
        done, failures = _transfer(
            self._photos,
            self._folder,
            move=move_all,
            remember=lambda old, new: self._catalog.follow_moves([(old, new)]),
            progress=progress,
            should_stop=should_stop,
        )
        undo = MoveBack(done, self._catalog) if done else None
        return ActionResult(undo=undo, failures=tuple(failures))


class MoveBack:
    """Moved photos back to where they were."""

    def __init__(self, moved: Sequence[Moved], catalog: LibraryCatalog) -> None:
        self._moved = tuple(moved)
        self._catalog = catalog

    def preview(self) -> ActionPreview:
        """Every photo with the place it goes back to."""
        lines = tuple(f"{new.path} → {old.path}" for old, new, _ in self._moved)
        return ActionPreview(
            title=f"Move {counted(len(lines))} back", lines=lines, num_photos=len(lines)
        )

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Move back; a place that was taken meanwhile is left to what is there."""
        done: list[Moved] = []
        failures: list[Failure] = []
        for number, (old, new, pairs) in enumerate(self._moved):
            if should_stop():
                break
            back = tuple((target, source) for source, target in pairs)
            try:
                old.path.parent.mkdir(parents=True, exist_ok=True)
                move_all(back)
            except OSError as error:
                failures.append((new.path, _reason("moved back", error)))
            else:
                here = _stamp_or(old)
                done.append((new, here, back))
                _remember(lambda o=new, n=here: self._catalog.follow_moves([(o, n)]))  # type: ignore[misc]
            progress(number + 1, len(self._moved))
        undo: PhotoAction | None = MoveBack(done, self._catalog) if done else None
        return ActionResult(undo=undo, failures=tuple(failures))


class RemoveCopies:
    """Copies removed again, as long as neither they nor their originals have changed."""

    def __init__(self, copied: Sequence[Moved], catalog: LibraryCatalog) -> None:
        self._copied = tuple(copied)
        self._catalog = catalog

    def preview(self) -> ActionPreview:
        """Every copy that would go."""
        lines = tuple(str(copy.path) for _, copy, _ in self._copied)
        return ActionPreview(
            title=f"Remove {counted(len(lines))} that were copied",
            lines=lines,
            num_photos=len(lines),
            can_undo=False,
        )

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Remove the copies that are still copies."""
        failures: list[Failure] = []
        for number, (original, copy, pairs) in enumerate(self._copied):
            if should_stop():
                break
            if not (_is_unchanged(copy) and _is_unchanged(original)):
                failures.append(
                    (copy.path, "It or its original has changed since, so the copy is kept.")
                )
            else:
                try:
                    _remove([target for _, target in pairs])
                except OSError as error:
                    failures.append((copy.path, _reason("removed", error)))
                else:
                    _remember(lambda path=copy.path: self._catalog.leave_behind([path]))  # type: ignore[misc]
            progress(number + 1, len(self._copied))
        return ActionResult(undo=None, failures=tuple(failures))


def _preview(
    verb: str, photos: Sequence[PhotoEntry], folder: Path, *, needs_room: bool
) -> ActionPreview:
    plan = plan_transfer(photos, folder)
    conflicts = list(plan.conflicts)
    if folder.exists() and not folder.is_dir():
        conflicts.insert(0, f"{folder} is a file. Choose a folder.")
        plan.going.clear()
    if needs_room and (sentence := shortage(plan)):
        conflicts.insert(0, sentence)
    lines = []
    for planned in plan.going:
        extra = len(planned.pairs) - 1
        lines.append(
            f"{planned.photo.path.name} → {planned.target}"
            + (f", with {counted(extra, 'sidecar')}" if extra else "")
        )
    return ActionPreview(
        title=f"{verb} {counted(len(plan.going))} to {folder}",
        lines=tuple(lines),
        num_photos=len(plan.going),
        conflicts=tuple(conflicts),
    )


def _transfer(
    photos: Sequence[PhotoEntry],
    folder: Path,
    *,
    move: Callable[[Sequence[Pair]], None],
    remember: Callable[[FileStamp, FileStamp], None],
    progress: Progress,
    should_stop: ShouldStop,
) -> tuple[list[Moved], list[Failure]]:
    done: list[Moved] = []
    verb = "copied" if move is copy_all else "moved"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return [], [(folder, _reason("made", error))]
    going = plan_transfer(photos, folder).going
    failures: list[Failure] = []
    for number, planned in enumerate(going):
        if should_stop():
            break
        try:
            moved = _moved(planned, move)
        except OSError as error:
            failures.append((planned.photo.path, _reason(verb, error)))
            left = len(going) - number - 1
            if left and (error.errno in _DISK_IS_NO_GOOD or not folder.is_dir()):
                failures.append((folder, f"Not tried after that: {counted(left)}."))
                break
        else:
            done.append(moved)
            _remember(lambda moved=moved: remember(moved[0], moved[1]))  # type: ignore[misc]
        progress(number + 1, len(going))
    return done, failures


def _moved(planned: PlannedPhoto, move: Callable[[Sequence[Pair]], None]) -> Moved:
    old = stamp_of(planned.photo.path)
    move(planned.pairs)
    new = FileStamp(path=planned.target, size_bytes=old.size_bytes, mtime_ns=old.mtime_ns)
    return (old, _stamp_or(new), planned.pairs)


def _remember(write: Callable[[], None]) -> None:
    """Let the catalog follow. The files are where they are, whatever becomes of that."""
    try:
        write()
    except CatalogUnavailable as error:
        _log.warning("Stars will be found again by the photo's content. %s", error)


def _remove(files: Sequence[Path]) -> None:
    """The photo, then what came along with it; a sidecar that will not go costs nothing."""
    *companions, photo = files
    photo.unlink()
    for path in companions:
        try:
            path.unlink()
        except OSError as error:
            _log.info("%s was not removed: %s.", path, error.strerror)


def _stamp_or(expected: FileStamp) -> FileStamp:
    try:
        return stamp_of(expected.path)
    except OSError:
        return expected


def _is_unchanged(stamp: FileStamp) -> bool:
    try:
        return stamp_of(stamp.path) == stamp
    except OSError:
        return False


def _device(folder: Path) -> int | None:
    for place in (folder, *folder.parents):
        try:
            return place.stat().st_dev
        except OSError:
            continue
    return None


def _reason(verb: str, error: OSError) -> str:
    if isinstance(error, FileExistsError):
        return f"It was not {verb}: another file has its name there now."
    return f"It was not {verb}: {error.strerror or error}."
