"""Stars and flags."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.actions.photo_action import (
    ActionPreview,
    ActionResult,
    Failure,
    Progress,
    ShouldStop,
)
from app.catalog.library_catalog import LibraryCatalog
from app.catalog.marks import MarkChange
from app.catalog.photo_entry import MAX_STARS, Flag, PhotoEntry
from app.catalog.photo_files import FileStamp
from app.catalog.shown_score import shown_score
from app.xmp.photo_marks import SidecarNotWritten, write_marks
from app.xmp.sidecars import FolderNames, SidecarStyle
from engine.counted import counted

_FLAG_TITLES = {
    Flag.PICKED: "Pick {}",
    Flag.REJECTED: "Reject {}",
    Flag.NONE: "Take the flag from {}",
}
_FLAG_WORDS = {Flag.PICKED: "picked", Flag.REJECTED: "rejected", Flag.NONE: "no flag"}


class MarkStore:
    """Where marks go: the catalog, and where the user wants it, sidecars too."""

    def __init__(
        self, catalog: LibraryCatalog, *, sidecar_style: Callable[[], SidecarStyle | None]
    ) -> None:
        self._catalog = catalog
        self._sidecar_style = sidecar_style  # None: other programs are told nothing
        self._untold: dict[Path, FileStamp] = {}  # whose marks were given while that was so

    def set_marks(
        self, changes: Sequence[MarkChange], progress: Progress, should_stop: ShouldStop
    ) -> tuple[list[MarkChange], list[Failure]]:
        """All of the changes in the catalog, then their sidecars; and what undoes them.

        Raises:
            CatalogUnavailable: nothing was changed.
        """
        undo = self._catalog.set_marks(changes)
        style = self._sidecar_style()
        stamps = [change.stamp for change in changes]
        if style is None:
            self._untold.update((stamp.path, stamp) for stamp in stamps)
            progress(len(changes), len(changes))
            return undo, []
        return undo, self._write_sidecars(stamps, style, progress, should_stop)

    def tell_marks(self, progress: Progress, should_stop: ShouldStop) -> list[Failure]:
        """Sidecars for the photos whose marks were given while there were to be none.

        Raises:
            CatalogUnavailable: nothing was written.
        """
        style = self._sidecar_style()
        if style is None:
            return []
        # A sidecar beside a photo that was moved meanwhile would belong to nothing.
        stamps = [stamp for path, stamp in self._untold.items() if path.exists()]
        failures = self._write_sidecars(stamps, style, progress, should_stop)
        self._untold.clear()
        return failures

    def _write_sidecars(
        self,
        stamps: Sequence[FileStamp],
        style: SidecarStyle,
        progress: Progress,
        should_stop: ShouldStop,
    ) -> list[Failure]:
        failures: list[Failure] = []
        folders: dict[Path, FolderNames] = {}
        known = self._catalog.marks_of(stamps)
        for number, (stamp, dated) in enumerate(zip(stamps, known, strict=True)):
            path = stamp.path
            if should_stop():
                left = len(stamps) - number
                failures.append(
                    (
                        path,
                        f"Stopped: the sidecars of {counted(left)} were not written. Their"
                        " stars are kept in Discern.",
                    )
                )
                break
            names = folders.get(path.parent) or FolderNames(path.parent)
            folders[path.parent] = names
            try:
                write_marks(path, dated.marks, style, names)
            except SidecarNotWritten as error:
                failures.append((path, str(error)))
            progress(number + 1, len(stamps))
        return failures


class SetMarks:
    """Changes to the marks of photos, each its own; what undoes stars and flags is one of these."""

    def __init__(self, changes: Sequence[MarkChange], store: MarkStore, *, title: str) -> None:
        self._changes = tuple(changes)
        self._store = store
        self._title = title

    def preview(self) -> ActionPreview:
        """Every photo with what it gets."""
        lines = tuple(f"{change.stamp.path.name}: {_described(change)}" for change in self._changes)
        return ActionPreview(title=self._title, lines=lines, num_photos=len(lines))

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Give the marks.

        Raises:
            CatalogUnavailable: nothing was changed.
        """
        if not self._changes:
            return ActionResult(undo=None)
        undo, failures = self._store.set_marks(self._changes, progress, should_stop)
        back = SetMarks(undo, self._store, title=f"Undo: {self._title}")
        return ActionResult(undo=back, failures=tuple(failures))


class TellMarks:
    """Sidecars for photos that were marked before the user said that there shall be any.

    There is nothing to undo: taking the marks back changes the sidecars with them.
    """

    def __init__(self, store: MarkStore) -> None:
        self._store = store

    def preview(self) -> ActionPreview:
        """That it is done is all there is to say."""
        return ActionPreview(title="Write sidecars", lines=(), num_photos=0, can_undo=False)

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Write them.

        Raises:
            CatalogUnavailable: nothing was written.
        """
        failures = self._store.tell_marks(progress, should_stop)
        return ActionResult(undo=None, failures=tuple(failures))


def set_stars(photos: Sequence[PhotoEntry], stars: int, store: MarkStore) -> SetMarks:
    """The user's stars for photos."""
    changes = [MarkChange(stamp=photo.stamp, stars=stars) for photo in photos]
    title = f"Give {counted(stars, 'star')} to {counted(len(photos))}"
    if stars == 0:
        title = f"Take the stars from {counted(len(photos))}"
    return SetMarks(changes, store, title=title)


def set_flag(photos: Sequence[PhotoEntry], flag: Flag, store: MarkStore) -> SetMarks:
    """Pick, reject or neither."""
    changes = [MarkChange(stamp=photo.stamp, flag=flag) for photo in photos]
    return SetMarks(changes, store, title=_FLAG_TITLES[flag].format(counted(len(photos))))


@dataclass(frozen=True, slots=True, kw_only=True)
class StarRule:
    """From which score on a photo gets one star, two, up to five."""

    lowest_scores: tuple[float, ...] = (0.0, 20.0, 40.0, 60.0, 80.0)
    keeps_own_stars: bool = True  # photos that the user gave stars are left alone

    def __post_init__(self) -> None:
        scores = self.lowest_scores
        if len(scores) != MAX_STARS or any(low > high for low, high in pairwise(scores)):
            raise ValueError(
                f"Five scores are needed, each at least as high as the one before, not {scores}."
            )

    def stars_for(self, score_0_100: float) -> int:
        """0 to 5, by the score as it is shown."""
        return sum(shown_score(score_0_100) >= lowest for lowest in self.lowest_scores)


class StarsFromScores:
    """Stars by score, because the user asked for them; no score gives stars by itself."""

    def __init__(self, photos: Sequence[PhotoEntry], rule: StarRule, store: MarkStore) -> None:
        self._store = store
        self._unrated = sum(photo.score_0_100 is None for photo in photos)
        rated = [photo for photo in photos if photo.score_0_100 is not None]
        self._own = sum(bool(photo.stars) for photo in rated) if rule.keeps_own_stars else 0
        self._changes = [
            (photo, rule.stars_for(photo.score_0_100))
            for photo in rated
            if photo.score_0_100 is not None and not (rule.keeps_own_stars and photo.stars)
        ]

    def preview(self) -> ActionPreview:
        """How many photos get how many stars, then every photo."""
        counts = [
            f"{'★' * stars or 'no stars'}: {counted(number)}"
            for stars in range(MAX_STARS, -1, -1)
            if (number := sum(given == stars for _, given in self._changes))
        ]
        lines = [
            f"{photo.path.name}: {shown_score(photo.score_0_100)} → {'★' * stars or 'no stars'}"
            for photo, stars in self._changes
            if photo.score_0_100 is not None
        ]
        left_out = []
        if self._unrated:
            left_out.append(f"{counted(self._unrated)} without a score: left as they are.")
        if self._own:
            left_out.append(f"{counted(self._own)} with stars of your own: left as they are.")
        title = f"Give stars by score to {counted(len(self._changes))}"
        return ActionPreview(
            title=title,
            lines=(*counts, *lines),
            num_photos=len(self._changes),
            conflicts=tuple(left_out),
        )

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Give the stars.

        Raises:
            CatalogUnavailable: nothing was changed.
        """
        changes = [MarkChange(stamp=photo.stamp, stars=stars) for photo, stars in self._changes]
        title = f"Give stars by score to {counted(len(changes))}"
        return SetMarks(changes, self._store, title=title).apply(progress, should_stop)


def _described(change: MarkChange) -> str:
    words = []
    if change.stars is not None:
        words.append("★" * change.stars or "no stars")
    if change.flag is not None:
        words.append(_FLAG_WORDS[change.flag])
    return ", ".join(words)
