"""What can be done in the library, as menu entries with their keys."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.catalog.photo_entry import MAX_STARS, Flag, PhotoEntry
from app.window.library.below_score_dialog import BelowScoreDialog
from app.window.library.library_actions import LibraryActions
from app.window.library.library_view import LibraryView
from app.window.settings import SettingsStore

_Work = Callable[[Sequence[PhotoEntry]], None]


class LibraryCommands(Protocol):
    """What the entries ask the library to do."""

    def rescan(self) -> None:
        """Look for new, changed and vanished photos."""

    def go_to_next(self) -> None:
        """Make the next photo the current one."""

    def give_stars(self, stars: int) -> None:
        """Stars for the selected photos."""

    def give_flag(self, flag: Flag) -> None:
        """A flag for the selected photos."""

    def selected_photos(self) -> list[PhotoEntry]:
        """The selected photos in their order."""
        ...

    def select_below(self, score_0_100: float) -> None:
        """Select every photo of those shown whose score is below."""

    def count_below(self, score_0_100: float) -> int:
        """How many of those shown score below."""
        ...


class LibraryMenu(QObject):
    """Builds the entries, the button's menu and the keys of a library page."""

    def __init__(
        self,
        page: LibraryView,
        commands: LibraryCommands,
        actions: LibraryActions,
        settings: SettingsStore,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._commands = commands
        self._actions = actions
        self._settings = settings
        self._of_selection: list[QAction] = []
        self.menu = QMenu(page)
        self.undo = self._entry(self.tr("&Undo"), actions.undo, "Ctrl+Z")
        self.undo.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.undo.setEnabled(False)
        actions.undo_changed.connect(self.undo.setEnabled)
        self.rescan = self._entry(self.tr("Look for new and changed photos"), commands.rescan, "F5")
        self.next_photo = QAction(self.tr("Next photo"), page.grid)
        self.next_photo.setShortcut(QKeySequence("Space"))
        self.next_photo.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.next_photo.triggered.connect(commands.go_to_next)
        page.grid.addAction(self.next_photo)
        self._fill()
        page.header.actions_button.setMenu(self.menu)
        page.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        page.grid.customContextMenuRequested.connect(
            lambda place: self.menu.popup(page.grid.viewport().mapToGlobal(place))
        )
        self.show_selected(0)

    def show_selected(self, num_selected: int) -> None:
        """What needs a selection can be used only with one."""
        for action in self._of_selection:
            action.setEnabled(num_selected > 0)

    def _fill(self) -> None:
        actions, commands, page = self._actions, self._commands, self._page
        stars = self.menu.addMenu(self.tr("Stars"))
        for number in range(MAX_STARS + 1):
            name = "\N{BLACK STAR}" * number or self.tr("No stars")
            self._mark(stars, name, partial(commands.give_stars, number), str(number))
        for flag, name, key in (
            (Flag.PICKED, self.tr("Pick"), "P"),
            (Flag.REJECTED, self.tr("Reject"), "X"),
            (Flag.NONE, self.tr("Neither"), "U"),
        ):
            self._mark(self.menu, name, partial(commands.give_flag, flag), key)
        self.menu.addSeparator()
        self.below = self._entry(self.tr("Select everything below a score…"), self._ask_below)
        self.all = self._entry(self.tr("Select all"), page.grid.selectAll)
        self.menu.addActions([self.all, self.below])
        self.menu.addSeparator()
        self.stars_from_scores = self._work(
            self.tr("Stars from scores…"), actions.stars_from_scores
        )
        self.export = self._work(self.tr("Export scores…"), actions.export_csv)
        self.copy = self._work(self.tr("Copy to…"), actions.copy)
        self.move = self._work(self.tr("Move to…"), actions.move)
        self.trash = self._work(self.tr("Move to the trash…"), actions.trash, "Del")
        self.menu.addSeparator()
        self.menu.addActions([self.undo, self.rescan])
        self.menu.addSeparator()
        self.advance = self._switch(
            self.tr("Go to the next photo after marking"), "advances_after_marking"
        )
        self.rate_on_open = self._switch(
            self.tr("Rate a folder when it is opened"), "rates_on_open"
        )
        self.measure = self._switch(
            self.tr("Measure focus and noise at 100 % in the background"), "measures_at_100"
        )

    def _entry(self, text: str, act: Callable[[], object], *keys: str) -> QAction:
        action = QAction(text, self._page)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: act())
        self._page.photo_side.addAction(action)
        return action

    def _mark(self, menu: QMenu, text: str, act: Callable[[], None], key: str) -> None:
        action = self._entry(text, act, key)
        menu.addAction(action)
        self._of_selection.append(action)

    def _work(self, text: str, work: _Work, *keys: str) -> QAction:
        action = self._entry(text, lambda: work(self._commands.selected_photos()), *keys)
        self.menu.addAction(action)
        self._of_selection.append(action)
        return action

    def _switch(self, text: str, name: str) -> QAction:
        action = QAction(text, self._page)
        action.setCheckable(True)
        action.setChecked(getattr(self._settings.current, name))
        action.toggled.connect(lambda is_on: self._settings.change(**{name: is_on}))
        self._settings.changed.connect(lambda settings: action.setChecked(getattr(settings, name)))
        self.menu.addAction(action)
        return action

    def _ask_below(self) -> None:
        dialog = BelowScoreDialog(self._commands.count_below, self._page)
        dialog.accepted.connect(lambda: self._commands.select_below(dialog.score.value()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
