"""The scores of photos as a table."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.actions.photo_action import ActionPreview, ActionResult, Progress, ShouldStop
from app.atomic_write import write_bytes, write_chunks
from app.catalog.photo_entry import PhotoEntry
from app.errors import OutputNotWritten
from app.rating.ranking import ranked
from app.rating.rate_photos import RatedPhoto
from app.rating.result_files import CSV_COLUMNS, RATING_COLUMNS, csv_chunks
from engine.counted import counted

_MOST_KEPT_BYTES = 64 << 20
_MORE_COLUMNS = ("stars", "flag", "focus_at_100", "noise_at_100")


class ExportCsv:
    """A CSV file as `discern rate --csv` writes it, with stars, flag, focus and noise at 100 %."""

    def __init__(self, photos: Sequence[PhotoEntry], path: Path, *, model_id: str) -> None:
        self._photos = tuple(photos)
        self._path = path
        self._model_id = model_id

    def preview(self) -> ActionPreview:
        """Where the table goes, and whether it replaces one."""
        is_there = self._path.exists()
        return ActionPreview(
            title=f"Export the scores of {counted(len(self._photos))} to {self._path}",
            lines=(f"Columns: {', '.join(self._columns())}",),
            num_photos=len(self._photos),
            conflicts=(f"{self._path} exists and will be replaced.",) if is_there else (),
        )

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Write the table, all of it or nothing.

        Raises:
            OutputNotWritten: the folder is missing or refuses, or the disk is full.
        """
        before = _content(self._path)
        write_chunks(self._path, self._chunks())
        progress(len(self._photos), len(self._photos))
        return ActionResult(undo=_TakeBackFile(self._path, before, _content(self._path)))

    def _columns(self) -> tuple[str, ...]:
        has_ratings = any(photo.ratings for photo in self._photos)
        return (*CSV_COLUMNS, *(RATING_COLUMNS if has_ratings else ()), *_MORE_COLUMNS)

    def _chunks(self) -> Iterator[bytes]:
        more = {photo.path: _more(photo) for photo in self._photos}
        photos = ranked(map(_as_rated, self._photos))
        head, *rows = csv_chunks(photos, model_id=self._model_id)
        yield head[:-1] + f",{','.join(_MORE_COLUMNS)}\n".encode("ascii")
        for place, row in zip(photos, rows, strict=True):
            yield row[:-1] + f",{','.join(more[place.photo.path])}\n".encode("ascii")


class _TakeBackFile:
    """What was at a path before a file was written there, as long as that file is unchanged."""

    def __init__(self, path: Path, before: bytes | None, written: bytes | None) -> None:
        self._path = path
        self._before = before
        self._written = written

    def preview(self) -> ActionPreview:
        """What happens to the file."""
        verb = "Remove" if self._before is None else "Put back the old"
        return ActionPreview(title=f"{verb} {self._path}", lines=(), num_photos=1)

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Put back what was there."""
        if self._written is None or _content(self._path) != self._written:
            reason = "It was changed since it was written, so it is kept."
            return ActionResult(undo=None, failures=((self._path, reason),))
        try:
            if self._before is None:
                self._path.unlink()
            else:
                write_bytes(self._path, self._before)
        except OSError as error:
            reason = f"It was not removed: {error.strerror}."
            return ActionResult(undo=None, failures=((self._path, reason),))
        except OutputNotWritten as error:
            return ActionResult(undo=None, failures=((self._path, str(error)),))
        progress(1, 1)
        return ActionResult(undo=None)


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_KEPT_BYTES)
    except OSError:
        return None


def _more(photo: PhotoEntry) -> tuple[str, ...]:
    """The values of the further columns."""
    measured = (photo.focus_at_100, photo.noise_at_100)
    numbers = ("" if value is None else f"{value:.4g}" for value in measured)
    return (str(photo.stars), photo.flag.name.lower(), *numbers)


def _as_rated(photo: PhotoEntry) -> RatedPhoto:
    return RatedPhoto(
        path=photo.path,
        score_0_100=photo.score_0_100,
        uncertainty=photo.uncertainty,
        width_px=photo.width_px,
        height_px=photo.height_px,
        error=photo.error,
        is_remembered=True,
        ratings=photo.ratings,
        familiarity=photo.familiarity,
    )
