"""Builds everything that the window runs on, hands it over, and takes it down again."""

import gc
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app import places
from app.actions.history import UndoHistory
from app.actions.photo_actions import PhotoActions
from app.catalog.library_catalog import LibraryCatalog
from app.models.model_use import compare_with_model_in_use, take_into_library
from app.own_model.maker import OwnModelMaker
from app.rating.last_crash import LEFT_OUT, leave_out, said_of
from app.runs.run_result import RunResult
from app.window.compare.compare_page import ComparePage
from app.window.compare.contest_desk import ContestDesk
from app.window.compare.model_overlays import ModelOverlays
from app.window.inspect.defect_looks import DefectLooks
from app.window.inspect.explanations import Explanations
from app.window.inspect.inspect_page import InspectPage
from app.window.jobs.runner import Job, JobControl, JobRunner
from app.window.jobs.scoring import ModelInfo, ScoringService
from app.window.jobs.thumbnail_files import ThumbnailFiles
from app.window.jobs.thumbnails import ThumbnailLoader
from app.window.late_openers import open_finder, opponent_opener, scorer_opener
from app.window.library.action_desk import ActionDesk
from app.window.library.catching_up import CatchingUp
from app.window.library.folder_rating import FolderRating
from app.window.library.library_actions import LibraryActions
from app.window.library.library_page import LibraryPage
from app.window.library.measuring import Measuring
from app.window.library.open_folder import OpenFolder
from app.window.map.folder_map import RatedPath
from app.window.map.map_dialog import MapDialog
from app.window.models.model_shelf import ModelShelf
from app.window.photo_list.photo_list_model import PhotoListModel
from app.window.photo_view.photo_loader import PhotoLoader
from app.window.settings import SettingsStore
from app.window.shell.error_reporter import ErrorReporter
from app.window.shell.interrupts import Interrupts
from app.window.shell.main_window import MainWindow
from app.window.shell.rail import Place
from app.window.shell.reference_counts import hold_constants
from app.window.shell.spoken_warnings import SpokenWarnings
from app.window.shell.teaching import Teaching
from app.window.shell.theme import Theme
from app.window.train.train_page import TrainPage
from app.window.train.training_runs import TrainingRuns
from app.window.train.worst_misses import find_misses
from app.window.widgets.icons import application_icon
from app.window.widgets.path_chooser import PathChooser, SystemPathChooser
from app.xmp.sidecars import SidecarStyle
from engine.counted import counted

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from app.runs.model_comparison import ModelComparison

_log = logging.getLogger(__name__)

_THUMBNAIL_BYTES = 2 * 1024**3
_SIDECAR_STYLES = {
    "appended": SidecarStyle.APPENDED,
    "replaced": SidecarStyle.REPLACED,
    "none": None,
    "undecided": None,
}


# How long a thread in the background may keep the window's thread waiting for Python.
_TURN_S = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRequest:
    """What was asked for on the command line."""

    folder: Path | None = None
    demo_folder: Path | None = None  # make the sample photographs there, and open it
    model: str | None = None
    device: str = "auto"
    num_crops: int | None = None
    left_in_hand: tuple[Path, ...] = ()  # what Discern was reading when it last died


class Workbench(QObject):
    """The window and all that works behind it. Used on the GUI thread."""

    def __init__(
        self,
        request: WindowRequest,
        *,
        chooser: PathChooser | None = None,
        trainer: Sequence[str] | None = None,
    ) -> None:
        """`trainer` is the command that trains a run folder; None is Discern's own."""
        super().__init__()
        self._request = request
        self._warnings = SpokenWarnings(self)
        self._chooser = chooser or SystemPathChooser()
        self._is_closed = False
        self.model_id: str | None = None  # the model in use, once it is loaded
        self.settings = SettingsStore(places.data() / "settings.ini", self)
        self.theme = Theme(make_application(), choice=self.settings.current.theme, parent=self)
        self.settings.changed.connect(lambda settings: self.theme.choose(settings.theme))
        self.jobs = JobRunner(parent=self)
        self.catalog = LibraryCatalog(places.catalog())
        self._thumbnail_files = ThumbnailFiles(
            places.cache() / "thumbnails", max_bytes=_THUMBNAIL_BYTES
        )
        self.thumbnails = ThumbnailLoader(self._thumbnail_files, parent=self)
        open_scorer = scorer_opener(device=request.device, num_crops=request.num_crops)
        self.scoring = ScoringService(open_scorer, catalog_path=places.catalog(), parent=self)
        self.photos = PhotoListModel(self)
        self.rating = FolderRating(
            self.photos,
            scoring=self.scoring,
            catalog=self.catalog,
            jobs=self.jobs,
            parent=self,
        )
        self.actions = LibraryActions(
            self.photos,
            kinds=PhotoActions(
                self.catalog,
                sidecar_style=lambda: _SIDECAR_STYLES[self.settings.current.sidecar_style],
                model_id=lambda: self.model_id or "",
            ),
            desk=ActionDesk(UndoHistory(), parent=self),
            catalog=self.catalog,
            jobs=self.jobs,
            chooser=self._chooser,
            parent=self,
        )
        self.loader = PhotoLoader(self)
        self.looks = DefectLooks(open_finder, self)
        self.teaching = self._teaching()
        self.training = TrainingRuns(places.runs(), jobs=self.jobs, command=trainer, parent=self)
        self.window = MainWindow(
            self._library_page(),
            self._inspect_page(),
            self._compare_page(),
            self._train_page(trainer),
            self.teaching.session,
            self.teaching.own_model,
            settings=self.settings,
        )
        self._connect()

    def begin(self) -> None:
        """Open what was asked for, and load the model; both in the background."""
        if self._request.demo_folder is not None:
            self.open_demo(self._request.demo_folder)
        elif self._request.folder is not None:
            self.window.open_folder(self._request.folder)
        self.looks.warm_up()
        self.scoring.load(self._model)
        self.jobs.start(Job(lambda _: self._thumbnail_files.prune()))
        self.training.refresh()  # runs that went on without a window
        self._warnings.catch_up()
        if self._request.left_in_hand:
            self.window.notice.say(
                said_of(self._request.left_in_hand),
                offer=(self.tr("Leave out"), self.leave_out_what_crashed),
            )

    @property
    def _model(self) -> str | None:
        """What to rate with: as asked on the command line, else as chosen in the window."""
        return self._request.model or self.settings.current.model or None

    def open_demo(self, folder: Path) -> None:
        """Make the sample photographs, then open them."""
        self.window.first_run.say_busy(self.tr("Making the sample photographs…"))
        job = Job(lambda _: _make_demo(folder))
        job.finished.connect(lambda _, made: self.window.open_folder(made))
        job.failed.connect(self._on_demo_failed)
        self.jobs.start(job)

    def leave_out_what_crashed(self) -> None:
        """Read the photos that Discern had in hand when it died no more, until they change."""
        photos = self._request.left_in_hand
        job = Job(lambda _: leave_out(self.catalog, photos))
        job.finished.connect(self._on_left_out)
        self.jobs.start(job)

    def _on_left_out(self) -> None:
        for path in self._request.left_in_hand:
            self.rating.note_unreadable(path, LEFT_OUT)

    def show_map(self) -> MapDialog:
        """Lay the rated photos of the folder out by what the model knows of them."""
        shown = (self.photos.entry(row) for row in range(self.photos.rowCount()))
        rated = [
            RatedPath(path=entry.path, score=entry.score_0_100)
            for entry in shown
            if entry.score_0_100 is not None
        ]
        open_model = scorer_opener(device=self._request.device, num_crops=self._request.num_crops)
        dialog = MapDialog(rated, lambda: open_model(self._model), self.jobs, self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._inspect)
        dialog.show()
        return dialog

    def close(self) -> None:
        """End everything at work and wait for it: a photo or two at most. Nothing rated is lost."""
        if self._is_closed:
            return
        self._is_closed = True
        self.contests.close()
        self.overlays.close()
        self.teaching.close()
        self.training.close()
        self.looks.close()
        self.scoring.close()
        self.actions.close()
        self.loader.close()
        self.contest_loader.close()
        self.thumbnails.close()
        self.jobs.close()
        self.catalog.close()
        self.settings.flush()
        self._warnings.close()
        gc.unfreeze()  # libraries complain at the end of what they can't let go

    def _inspect(self, path: Path) -> None:
        row = self.photos.row_of(path)
        if row >= 0:  # it may have left the filter or the folder
            self.window.library.inspect_requested.emit(row)

    def _teaching(self) -> Teaching:
        maker = OwnModelMaker(
            scorer_opener(device=self._request.device, num_crops=None),
            device=self._request.device,
            model=lambda: self._model,
        )
        return Teaching(
            maker,
            catalog=self.catalog,
            jobs=self.jobs,
            chooser=self._chooser,
            settings=self.settings,
            parent=self,
        )

    def _compare_page(self) -> ComparePage:
        self.contests = ContestDesk(
            folder=places.contests(),
            user_models=places.models(),
            catalog=places.catalog(),
            open_opponent=opponent_opener(
                device=self._request.device, num_crops=self._request.num_crops
            ),
            jobs=self.jobs,
            parent=self,
        )
        self.overlays = ModelOverlays(
            opponent_opener(device=self._request.device, num_crops=self._request.num_crops), self
        )
        self.contest_loader = PhotoLoader(self)
        return ComparePage(
            self.contests,
            loader=self.contest_loader,
            overlays=self.overlays,
            chooser=self._chooser,
            settings=self.settings,
        )

    def _library_page(self) -> LibraryPage:
        return LibraryPage(
            self.photos,
            folder=OpenFolder(self.photos, catalog=self.catalog, jobs=self.jobs, parent=self),
            rating=self.rating,
            actions=self.actions,
            catching_up=CatchingUp(self.photos, catalog=self.catalog, jobs=self.jobs, parent=self),
            measuring=Measuring(
                self.photos,
                catalog=self.catalog,
                jobs=self.jobs,
                open_finder=open_finder,
                parent=self,
            ),
            scoring=self.scoring,
            thumbnails=self.thumbnails,
            settings=self.settings,
        )

    def _inspect_page(self) -> InspectPage:
        return InspectPage(
            self.photos,
            thumbnails=self.thumbnails,
            loader=self.loader,
            looks=self.looks,
            explanations=Explanations(self.scoring, self),
            settings=self.settings,
        )

    def _train_page(self, trainer: Sequence[str] | None) -> TrainPage:
        return TrainPage(
            self.training,
            jobs=self.jobs,
            compare=self._compare,
            find_misses=partial(find_misses, device=self._request.device),
            own_labels=self.teaching.own_labels(),
            make_plan=self.teaching.maker.plan,
            command=trainer,
        )

    def _connect(self) -> None:
        window = self.window
        window.demo_wanted.connect(lambda: self.open_demo(places.demo()))
        window.closed.connect(self.close)
        self._shelf = ModelShelf(
            window.models,
            chooser=self._chooser,
            jobs=self.jobs,
            device=self._request.device,
            parent=self,
        )
        self._shelf.removed.connect(self._on_model_removed)
        window.models.use_wanted.connect(self._use_model)
        self._shelf.said.connect(window.notice.say)
        window.map_wanted.connect(self.show_map)
        window.inspect.stars_given.connect(lambda row, stars: window.library.give_stars(stars, row))
        window.inspect.flag_given.connect(lambda row, flag: window.library.give_flag(flag, row))
        self.actions.marked.connect(self._on_marked)
        window.sidecar_question.answered.connect(self._on_sidecars_decided)
        window.train.use_wanted.connect(self._on_use_wanted)
        window.train.said.connect(window.notice.say)
        window.own_model.use_wanted.connect(self._on_own_model_wanted)
        self.scoring.model_loaded.connect(self._on_model_loaded)
        self.scoring.model_failed.connect(window.notice.say)
        self.jobs.failed_unheard.connect(window.notice.say)
        self._warnings.said.connect(window.notice.say)

    def _on_marked(self) -> None:
        if self.settings.current.sidecar_style == "undecided":
            self.window.sidecar_question.ask()

    def _on_sidecars_decided(self, style: str) -> None:
        was_undecided = self.settings.current.sidecar_style == "undecided"
        self.settings.change(sidecar_style=style)
        if was_undecided:  # what was marked until the question was answered
            self.actions.tell_marks()

    def _compare(self, result: RunResult, control: JobControl) -> "ModelComparison | None":
        """For a job: a trained model beside the one in use."""
        return compare_with_model_in_use(
            result,
            model=self._model,
            device=self._request.device,
            should_stop=lambda: control.is_cancelled,
        )

    def _on_use_wanted(self, model: Path) -> None:
        job = Job(lambda _: take_into_library(model))
        job.finished.connect(self._on_taken)
        job.failed.connect(lambda _, sentence: self.window.train.result.say_used(sentence))
        self.jobs.start(job)

    def _use_model(self, name: str | None) -> None:
        """Rate with the model of that name from now on; None is the default."""
        self._request = replace(self._request, model=None)
        self.settings.change(model=name or "")
        self.scoring.load(name)

    def _on_own_model_wanted(self, name: str) -> None:
        """A model of one's own is in the library: the photos get its scores, and their order."""
        self._use_model(name)
        self.window.library.want_rating()
        self.window.go_to(Place.LIBRARY)
        self.window.notice.say(
            self.tr("Photos are rated with %s from now on. Models has the one before as well.")
            % name
        )

    def _on_model_removed(self, name: str) -> None:
        if self._model == name:
            self._use_model(None)

    def _on_taken(self, _: int, name: str) -> None:
        self._use_model(name)
        self.window.train.result.say_used(
            self.tr("Photos are rated with %s from now on; Models has it too.") % name
        )

    def _on_model_loaded(self, info: ModelInfo) -> None:
        lines = [
            self.tr("Model: %s, %s per photo") % (info.name, counted(info.num_crops, "crop")),
            self.tr("Rates on: %s") % info.device_name,
        ]
        self.model_id = info.model_id
        self.window.about_model = (info.model_id, lines)
        self.window.models.show_in_use(info.name)

    def _on_demo_failed(self, _: int, sentence: str) -> None:
        self.window.first_run.say_busy("")
        self.window.notice.say(sentence)


def run_window(request: WindowRequest) -> int:
    """Show the window until it is closed, and return the exit status."""
    application = make_application()
    reporter = ErrorReporter(places.log_file(), application)
    reporter.install()
    workbench = Workbench(request)
    reporter.speak_for(workbench.window, lambda: workbench.model_id)
    interrupts = Interrupts(workbench.window.close, application)
    workbench.window.show()
    QTimer.singleShot(0, workbench.begin)  # once the window has been painted
    try:
        application.exec()
    finally:
        workbench.close()
        interrupts.close()
        reporter.uninstall()
    return 0


def make_application() -> QApplication:
    """The Qt application, made once per process."""
    hold_constants()
    sys.setswitchinterval(_TURN_S)
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("discern")
    application.setApplicationDisplayName("Discern")
    application.setDesktopFileName("discern")
    application.setWindowIcon(application_icon())
    return application


def _make_demo(folder: Path) -> Path:
    # Here, in a job, because reading and spoiling photographs loads slow libraries.
    from app.demo.folder import make_demo_folder

    make_demo_folder(folder)
    return folder
