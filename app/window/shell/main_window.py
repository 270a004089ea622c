"""The window: the rail, the five places, the menus, and what happens when it closes."""

from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import places
from app.window.compare.compare_page import ComparePage
from app.window.inspect.inspect_page import InspectPage
from app.window.library.library_page import LibraryPage
from app.window.models.models_page import ModelsPage
from app.window.own_model.own_model_desk import Order, ReadLabels
from app.window.own_model.own_model_page import OwnModelPage
from app.window.rate_session.session_page import SessionPage
from app.window.settings import Settings, SettingsStore
from app.window.shell.about_dialog import AboutDialog
from app.window.shell.cheat_sheet import CheatSheet
from app.window.shell.first_run_page import FirstRunPage
from app.window.shell.menus import Menus
from app.window.shell.notice_bar import NoticeBar
from app.window.shell.rail import Place, Rail
from app.window.shell.sidecar_question import SidecarQuestion
from app.window.shell.window_place import put_in_place
from app.window.train.train_page import TrainPage
from app.window.widgets.dropped_folder import dropped_folder

_WIDTH_PX, _HEIGHT_PX = 1280, 800


class MainWindow(QMainWindow):
    """One window with five places.

    Signals:
        demo_wanted(): make the sample photographs and open them.
        map_wanted(): show the map of the folder that is open.
        closed(): the window is gone from the screen; what runs must end.
    """

    demo_wanted = Signal()
    map_wanted = Signal()
    closed = Signal()

    def __init__(
        self,
        library: LibraryPage,
        inspect: InspectPage,
        compare: ComparePage,
        train: TrainPage,
        session: SessionPage,
        own_model: OwnModelPage,
        *,
        settings: SettingsStore,
    ) -> None:
        super().__init__()
        self.setWindowTitle("Discern")
        self.resize(_WIDTH_PX, _HEIGHT_PX)
        self.setMinimumSize(820, 520)
        self.setAcceptDrops(True)
        self.library = library
        self.inspect = inspect
        self.compare = compare
        self.train = train
        self.session = session
        self.own_model = own_model
        self.first_run = FirstRunPage()
        self.models = ModelsPage()
        self.rail = Rail()
        self.notice = NoticeBar()
        self.sidecar_question = SidecarQuestion()
        self.about_model: tuple[str, list[str]] | None = None  # id and lines of the model in use
        self._settings = settings
        self._may_close = False  # what becomes of a training at work is settled
        self._library_stack = QStackedWidget()
        self._library_stack.addWidget(self.first_run)
        self._library_stack.addWidget(library)
        self._train_stack = QStackedWidget()
        self._train_stack.addWidget(train)
        self._train_stack.addWidget(session)
        self._train_stack.addWidget(own_model)
        self._ordered_from: QWidget = train  # where the model of one's own was asked for
        self._pages: dict[Place, QWidget] = {
            Place.LIBRARY: self._library_stack,
            Place.INSPECT: inspect,
            Place.COMPARE: compare,
            Place.TRAIN: self._train_stack,
            Place.MODELS: self.models,
        }
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._lay_out()
        self._build_menus()
        self._connect()
        self._on_settings_changed(settings.current)
        self.go_to(Place.LIBRARY)
        geometry = QByteArray.fromBase64(settings.current.window_geometry.encode("ascii"))
        put_in_place(self, geometry)

    @property
    def place(self) -> Place:
        """Where the window is."""
        return next(
            place for place, page in self._pages.items() if page is self._stack.currentWidget()
        )

    def go_to(self, place: Place) -> None:
        """Show a place; inspecting begins with the library's current photo."""
        if place == Place.INSPECT and self.place != Place.INSPECT:
            self.inspect.show_row(self.library.current_row())
        if place == Place.LIBRARY and self.place == Place.INSPECT and self.inspect.row >= 0:
            self.library.go_to_row(self.inspect.row)
        if place == Place.TRAIN:
            self.train.runs.refresh()
        if place == Place.MODELS:
            self.models.cards_wanted.emit()
        self._stack.setCurrentWidget(self._pages[place])
        self.rail.show_place(place)
        self._focus_page(place)

    def _open_folder_now(self) -> Path | None:
        recent = self._settings.current.recent_folders
        is_open = self._library_stack.currentWidget() is self.library
        return Path(recent[0]) if is_open and recent else None

    def open_folder(self, folder: Path) -> None:
        """Open a folder in the library."""
        self.first_run.say_busy("")
        self._library_stack.setCurrentWidget(self.library)
        self.go_to(Place.LIBRARY)
        self.library.open_folder(folder)

    def rate_photos(self) -> None:
        """Let somebody rate photos one after the other."""
        self._train_stack.setCurrentWidget(self.session)
        self.go_to(Place.TRAIN)

    def show_runs(self) -> None:
        """The list of training runs."""
        self._train_stack.setCurrentWidget(self.train)
        self.go_to(Place.TRAIN)

    def make_own_model(self, name: str, read_labels: ReadLabels) -> None:
        """Make a model of one's own of these labels, and show what comes of it."""
        shown = self._train_stack.currentWidget()
        if shown is not None and shown is not self.own_model:
            self._ordered_from = shown
        self._train_stack.setCurrentWidget(self.own_model)
        self.go_to(Place.TRAIN)
        self.own_model.make(Order(name=name, read_labels=read_labels))

    def ask_for_folder(self) -> None:
        """Let the person choose a folder."""
        recent = self._settings.current.recent_folders
        start = str(Path(recent[0]).parent) if recent else str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a folder of photos"), start)
        if chosen:
            self.open_folder(Path(chosen))

    def show_keys(self) -> None:
        """Show the cheat sheet."""
        sheet = CheatSheet(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def show_about(self) -> None:
        """Show the about box."""
        model_id, lines = self.about_model or (None, [])
        box = AboutDialog(model_lines=lines, model_id=model_id, parent=self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def switch_full_screen(self) -> None:
        """Full screen or back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_folder(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folder = dropped_folder(event)
        if folder is not None:
            event.acceptProposedAction()
            self.open_folder(folder)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and self.train.asks_before_closing(self._close_for_good):
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self._settings.change(window_geometry=geometry)
        self._settings.flush()
        super().closeEvent(event)
        if event.isAccepted():
            self.hide()  # at once; what ends in the background may take a moment
            self.closed.emit()

    def _close_for_good(self) -> None:
        self._may_close = True
        self.close()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.notice)
        right.addWidget(self.sidecar_question)
        right.addWidget(self._stack, 1)
        middle = QWidget()
        columns = QHBoxLayout(middle)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addWidget(self.rail)
        columns.addLayout(right, 1)
        self.setCentralWidget(middle)

    def _build_menus(self) -> None:
        menus = Menus(self)
        self._menus = menus
        menus.add(menus.file, self.tr("&Open folder…"), self.ask_for_folder, "Ctrl+O")
        menus.show_recent([], self.open_folder)
        menus.add(menus.file, self.tr("Open &sample photographs"), self.demo_wanted.emit)
        menus.file.addSeparator()
        menus.add(menus.file, self.tr("&Quit"), self.close, "Ctrl+Q")
        self._build_edit_menu(menus)
        self._build_session_menu(menus)
        menus.add_places(self.go_to)
        menus.view.addSeparator()
        menus.add(menus.view, self.tr("&Map of the folder…"), self.map_wanted.emit)
        menus.add_choice(
            menus.view,
            self.tr("&Appearance"),
            {
                "system": self.tr("&As the system"),
                "light": self.tr("&Light"),
                "dark": self.tr("&Dark"),
            },
            self._settings.current.theme,
            lambda theme: self._settings.change(theme=theme),
        )
        menus.add(menus.view, self.tr("&Full screen"), self.switch_full_screen, "F11")
        menus.add(menus.help, self.tr("&Keys"), self.show_keys, "?", "F1")
        menus.add(menus.help, self.tr("Open &log folder"), _open_log_folder)
        menus.add(menus.help, self.tr("&About Discern"), self.show_about)

    def _build_session_menu(self, menus: Menus) -> None:
        ask = self.session.ask
        menus.add(
            menus.teach, self.tr("&Rate photos to teach a model…"), self.rate_photos, "Ctrl+R"
        )
        menus.add(menus.teach, self.tr("&New training…"), self._begin_training, "Ctrl+N")
        menus.teach.addSeparator()
        menus.teach.addActions([*ask.actions_of_stars, ask.cant_say_action])
        menus.teach.addSeparator()
        menus.teach.addActions([ask.undo_action, ask.pause_action])

    def _begin_training(self) -> None:
        self.show_runs()
        self.train.show_new()

    def _build_edit_menu(self, menus: Menus) -> None:
        library = self.library.menu
        menus.edit.addAction(library.undo)
        menus.edit.addSeparator()
        menus.edit.addActions([library.all, library.below, library.stars_from_scores])
        menus.edit.addSeparator()
        menus.edit.addActions([library.export, library.copy, library.move, library.trash])
        menus.edit.addSeparator()
        menus.edit.addActions([library.advance, library.rate_on_open, library.measure])
        self._show_sidecar_style = menus.add_choice(
            menus.edit,
            self.tr("Stars and rejections for &other programs"),
            {
                "appended": self.tr("In IMG_1.CR2.xmp, as &darktable and digiKam do"),
                "replaced": self.tr("In IMG_1.xmp, as &Lightroom does"),
                "none": self.tr("&Nowhere, only in Discern"),
            },
            self._settings.current.sidecar_style,
            self.sidecar_question.answered.emit,
        )

    def _connect(self) -> None:
        self.rail.place_chosen.connect(self.go_to)
        self.rail.keys_asked_for.connect(self.show_keys)
        self.rail.about_asked_for.connect(self.show_about)
        self.first_run.folder_wanted.connect(self.ask_for_folder)
        self.first_run.folder_chosen.connect(self.open_folder)
        self.first_run.demo_wanted.connect(self.demo_wanted)
        self.library.inspect_requested.connect(self._on_inspect_requested)
        self.library.folder_opened.connect(self._on_folder_opened)
        self.inspect.back_wanted.connect(lambda: self.go_to(Place.LIBRARY))
        self.compare.said.connect(self.notice.say)
        self.train.session_wanted.connect(self.rate_photos)
        self.train.own_model_wanted.connect(self.make_own_model)
        self.session.said.connect(self.notice.say)
        self.session.back_wanted.connect(self.show_runs)
        self.session.make_wanted.connect(self.make_own_model)
        self.own_model.left.connect(self._on_own_model_left)
        self.own_model.said.connect(self.notice.say)
        self._settings.changed.connect(self._on_settings_changed)

    def _focus_page(self, place: Place) -> None:
        if place == Place.INSPECT:
            self.inspect.pair.photo_view.setFocus()
        elif place == Place.COMPARE:
            self.compare.enter(self._open_folder_now())
        elif place == Place.TRAIN and self._train_stack.currentWidget() is self.session:
            self.session.enter(self._open_folder_now())
        elif place in (Place.LIBRARY, Place.TRAIN):
            stack = self._library_stack if place == Place.LIBRARY else self._train_stack
            shown = stack.currentWidget()
            assert shown is not None
            shown.setFocus()
        else:
            self._pages[place].setFocus()

    def _on_own_model_left(self) -> None:
        self._train_stack.setCurrentWidget(self._ordered_from)
        if self.place == Place.TRAIN:
            self._focus_page(Place.TRAIN)

    def _on_inspect_requested(self, row: int) -> None:
        self.go_to(Place.INSPECT)
        self.inspect.show_row(row)

    def _on_folder_opened(self, folder: Path) -> None:
        self.setWindowTitle(f"{folder.name or folder} \N{EN DASH} Discern")
        self._settings.replace(self._settings.current.with_recent_folder(folder))

    def _on_settings_changed(self, settings: Settings) -> None:
        folders = [Path(name) for name in settings.recent_folders]
        self._menus.show_recent(folders, self.open_folder)
        self.first_run.show_recent(folders)
        self._show_sidecar_style(settings.sidecar_style)
        if settings.sidecar_style != "undecided":
            self.sidecar_question.settle()


def _open_log_folder() -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(places.logs())))
