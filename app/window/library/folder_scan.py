"""Finding the photos of a folder and what is known about them, a few at first, then many."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.catalog.photo_entry import PhotoEntry
from app.catalog.photo_files import FileStamp
from app.errors import AppError, CatalogUnavailable
from app.window.jobs.runner import JobControl
from app.window.photo_list.photo_columns import PhotoBatch
from engine.photos.discover import each_photo

_log = logging.getLogger(__name__)

# Enough for the first screen at once, then larger, so that the window has little to do.
_FIRST_BATCH = 200
_LARGEST_BATCH = 8_000


class FolderUnreadable(AppError):
    """A folder that can't be listed: gone, no folder, or no permission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanModel:
    """The model whose remembered scores are wanted."""

    model_id: str
    num_crops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """How a scan ended: the number of photos, and the folders that could not be listed."""

    num_photos: int
    left_out: tuple[tuple[Path, str], ...]


class KnowsPhotos(Protocol):
    """The part of app.catalog.library_catalog.LibraryCatalog that a scan needs."""

    def entries(
        self, stamps: Sequence[FileStamp], *, model_id: str | None, num_crops: int | None
    ) -> list[PhotoEntry]:
        """What is known of these files, in their order."""


def scan_folder(
    folder: Path, *, catalog: KnowsPhotos, model: ScanModel | None
) -> Callable[[JobControl], ScanResult]:
    """The work of a job that reports PhotoBatch after PhotoBatch in the order of names.

    Without a model there are marks but no scores. Raises FolderUnreadable in the job.
    """

    def work(control: JobControl) -> ScanResult:
        _check_listable(folder)
        left_out: list[tuple[Path, str]] = []
        num_photos = 0
        remembered = _Remembered(catalog, model)
        for stamps in _stamps(folder, control, left_out):
            if control.is_cancelled:
                break
            entries = remembered.entries(stamps)
            num_photos += len(entries)
            control.report(PhotoBatch.of(entries))
        return ScanResult(num_photos=num_photos, left_out=tuple(left_out))

    return work


class _Remembered:
    """What the catalog knows of photos; nothing once it can't be used, which is said once."""

    def __init__(self, catalog: KnowsPhotos, model: ScanModel | None) -> None:
        self._catalog = catalog
        self._model = model
        self._is_of_use = True

    def entries(self, stamps: Sequence[FileStamp]) -> list[PhotoEntry]:
        """One entry for each, in their order."""
        if self._is_of_use:
            try:
                return self._catalog.entries(
                    stamps,
                    model_id=self._model.model_id if self._model else None,
                    num_crops=self._model.num_crops if self._model else None,
                )
            except CatalogUnavailable as error:
                self._is_of_use = False
                _log.warning("Photos are shown without remembered scores and stars. %s", error)
        return [
            PhotoEntry(path=stamp.path, size_bytes=stamp.size_bytes, mtime_ns=stamp.mtime_ns)
            for stamp in stamps
        ]


def _check_listable(folder: Path) -> None:
    try:
        with os.scandir(folder):
            pass
    except FileNotFoundError as error:
        raise FolderUnreadable(
            f"{folder} is not there any more. It may have been moved, renamed or unplugged."
        ) from error
    except NotADirectoryError as error:
        raise FolderUnreadable(f"{folder} is a file. Open the folder that it is in.") from error
    except OSError as error:
        raise FolderUnreadable(
            f"{folder} can't be opened: {error.strerror or error}. Check its permissions."
        ) from error


def _stamps(
    folder: Path, control: JobControl, left_out: list[tuple[Path, str]]
) -> Iterator[list[FileStamp]]:
    batch: list[FileStamp] = []
    size = _FIRST_BATCH
    top = Path(os.path.abspath(folder))
    for path in each_photo([top], on_left_out=lambda *what: left_out.append(what)):
        if control.is_cancelled:
            return
        try:
            info = os.stat(path)
        except OSError:
            continue  # it vanished since its folder was listed
        batch.append(FileStamp(path=path, size_bytes=info.st_size, mtime_ns=info.st_mtime_ns))
        if len(batch) >= size:
            yield batch
            batch = []
            size = min(4 * size, _LARGEST_BATCH)
    if batch:
        yield batch
