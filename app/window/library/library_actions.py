"""What is done to photos: marks at once, everything else after a preview; all can be undone."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, Signal

from app.actions.photo_action import ActionPreview, ActionResult, PhotoAction
from app.catalog.photo_entry import Flag, PhotoEntry
from app.window.jobs.runner import Job, JobRunner
from app.window.library.action_desk import ActionDesk, Errand
from app.window.library.action_kinds import ActionKinds
from app.window.library.action_preview_dialog import ActionPreviewDialog
from app.window.library.folder_scan import KnowsPhotos
from app.window.library.library_view import LibraryView
from app.window.library.reasons_dialog import ReasonsDialog
from app.window.photo_list.photo_list_model import PhotoListModel
from app.window.photo_list.wanted_thumbnails import stamp_of_entry
from app.window.widgets.path_chooser import PathChooser


class LibraryActions(QObject):
    """Makes actions of what the person asks for, and shows what came of them.

    Signals:
        files_moved(): photos came into the folder or left it.
        undo_changed(bool): whether there is something to take back.
        marked(): photos were given stars or flags, by the person.
    """

    files_moved = Signal()
    undo_changed = Signal(bool)
    marked = Signal()

    def __init__(
        self,
        photos: PhotoListModel,
        *,
        kinds: ActionKinds,
        desk: ActionDesk,
        catalog: KnowsPhotos,
        jobs: JobRunner,
        chooser: PathChooser,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._photos = photos
        self._kinds = kinds
        self._desk = desk
        self._catalog = catalog
        self._jobs = jobs
        self._chooser = chooser
        self._view: LibraryView | None = None
        self._failures: list[tuple[Path, str]] = []
        self._title = ""
        desk.previewed.connect(self._on_previewed)
        desk.preview_failed.connect(self._on_failed)
        desk.began.connect(self._on_began)
        desk.progressed.connect(self._on_progressed)
        desk.done.connect(self._on_done)
        desk.failed.connect(self._on_failed)
        desk.undo_changed.connect(self._on_undo_changed)

    def attach(self, view: LibraryView) -> None:
        """Show what happens in this view."""
        self._view = view
        view.strip.undo_wanted.connect(self.undo)
        view.strip.stop_wanted.connect(self._desk.stop)
        view.strip.details_wanted.connect(self._on_details_wanted)

    def close(self) -> None:
        """Stop what is at work between two photos, and wait for it."""
        self._desk.close()

    def mark(
        self, photos: Sequence[PhotoEntry], *, stars: int | None = None, flag: Flag | None = None
    ) -> None:
        """Stars or a flag, shown at once and written in the background."""
        action = (
            self._kinds.give_stars(photos, stars)
            if stars is not None
            else self._kinds.give_flag(photos, flag or Flag.NONE)
        )
        paths = tuple(photo.path for photo in photos)
        self._photos.mark(paths, stars=stars, flag=flag)
        self._desk.carry_out(
            Errand(action=action, paths=paths, moves_files=False, gives_marks=True)
        )

    def tell_marks(self) -> None:
        """Write the sidecars of what was marked before the person said that there shall be any."""
        action = self._kinds.tell_marks()
        self._desk.carry_out(Errand(action=action, paths=(), moves_files=False, gives_marks=True))

    def stars_from_scores(self, photos: Sequence[PhotoEntry]) -> None:
        """Preview stars by score."""
        action = self._kinds.stars_from_scores(photos)
        self._preview(action, photos, moves_files=False, gives_marks=True)

    def copy(self, photos: Sequence[PhotoEntry]) -> None:
        """Ask where to, and preview."""
        folder = self._ask_for_folder(self.tr("Copy photos to"))
        if folder is not None:
            self._preview(self._kinds.copy_to(photos, folder), photos, moves_files=True)

    def move(self, photos: Sequence[PhotoEntry]) -> None:
        """Ask where to, and preview."""
        folder = self._ask_for_folder(self.tr("Move photos to"))
        if folder is not None:
            self._preview(self._kinds.move_to(photos, folder), photos, moves_files=True)

    def trash(self, photos: Sequence[PhotoEntry]) -> None:
        """Preview moving to the trash."""
        self._preview(self._kinds.trash(photos), photos, moves_files=True)

    def export_csv(self, photos: Sequence[PhotoEntry]) -> None:
        """Ask where to, and preview."""
        if self._view is None or not photos:
            return
        suggestion = photos[0].path.parent / "scores.csv"
        path = self._chooser.new_csv(self._view, self.tr("Export scores"), suggestion)
        if path is not None:
            self._preview(self._kinds.export_csv(photos, path), photos, moves_files=False)

    def undo(self) -> None:
        """Take the last action back."""
        self._desk.undo()

    def _ask_for_folder(self, title: str) -> Path | None:
        return None if self._view is None else self._chooser.folder(self._view, title)

    def _preview(
        self,
        action: PhotoAction,
        photos: Sequence[PhotoEntry],
        *,
        moves_files: bool,
        gives_marks: bool = False,
    ) -> None:
        if photos:
            paths = tuple(photo.path for photo in photos)
            errand = Errand(
                action=action, paths=paths, moves_files=moves_files, gives_marks=gives_marks
            )
            self._desk.preview(errand)

    def _refresh(self, paths: Sequence[Path]) -> None:
        """Show the marks that the catalog has."""
        photos = [photo for path in paths if (photo := self._photos.find(path)) is not None]
        stamps = [stamp_of_entry(photo) for photo in photos]
        job = Job(lambda _: self._catalog.entries(stamps, model_id=None, num_crops=None))
        job.finished.connect(self._on_refreshed)
        self._jobs.start(job)

    def _on_refreshed(self, _: int, entries: list[PhotoEntry]) -> None:
        self._photos.put(
            [
                replace(shown, stars=entry.stars, flag=entry.flag)
                for entry in entries
                if (shown := self._photos.find(entry.path)) is not None
            ]
        )

    def _on_previewed(self, errand: Errand, preview: ActionPreview) -> None:
        if self._view is None:
            return
        dialog = ActionPreviewDialog(
            preview.title,
            preview.lines,
            conflicts=preview.conflicts,
            num_photos=preview.num_photos,
            can_undo=preview.can_undo,
            parent=self._view,
        )
        accepted = replace(errand, title=preview.title)
        dialog.accepted.connect(lambda: self._desk.carry_out(accepted))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_began(self, errand: Errand) -> None:
        self._title = errand.title

    def _on_progressed(self, done: int, total: int) -> None:
        if self._view is not None and self._title:
            self._view.strip.show_progress(self._title, done, total)

    def _on_done(self, errand: Errand, result: ActionResult) -> None:
        if errand.moves_files:
            self.files_moved.emit()
        elif errand.is_undo or result.failures or errand.title:
            self._refresh(errand.paths)
        if errand.gives_marks and not errand.is_undo:
            self.marked.emit()
        self._failures = list(result.failures)
        sentence = self._sentence(errand, len(self._failures))
        if sentence and self._view is not None:
            self._view.strip.show_sentence(
                sentence,
                can_undo=result.undo is not None and not errand.is_undo,
                has_details=bool(self._failures),
            )

    def _sentence(self, errand: Errand, num_failures: int) -> str:
        if errand.is_undo:
            said = self.tr("Undone: {}").format(errand.title) if errand.title else ""
            said = said or self.tr("Undone.")
        else:
            said = self.tr("Done: {}").format(errand.title) if errand.title else ""
        if num_failures == 0:
            return said
        number = QLocale().toString(num_failures)
        if errand.gives_marks:  # the catalog has them all; what may fail are sidecars
            failed = (
                self.tr("1 sidecar was left as it is.")
                if num_failures == 1
                else self.tr("{} sidecars were left as they are.").format(number)
            )
        else:
            failed = (
                self.tr("1 photo was left as it is.")
                if num_failures == 1
                else self.tr("{} photos were left as they are.").format(number)
            )
        return f"{said} {failed}".strip()

    def _on_failed(self, errand: Errand, sentence: str) -> None:
        if errand.moves_files:
            self.files_moved.emit()
        else:
            self._refresh(errand.paths)
        if self._view is not None:
            self._view.strip.show_sentence(sentence)

    def _on_undo_changed(self) -> None:
        self.undo_changed.emit(self._desk.can_undo)

    def _on_details_wanted(self) -> None:
        dialog = ReasonsDialog(
            self.tr("What was left as it is"),
            self.tr("Everything else was done."),
            self._failures,
            parent=self._view,
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
