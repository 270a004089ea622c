"""The menu bar: every command of the window with its key."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.window.shell.rail import Place


class Menus:
    """Builds the menus of a window; what each entry does is handed in by the window."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        bar = window.menuBar()
        self.file = bar.addMenu(_tr("&File"))
        self.edit = bar.addMenu(_tr("&Edit"))
        self.view = bar.addMenu(_tr("&View"))
        self.teach = bar.addMenu(_tr("&Teach"))
        self.help = bar.addMenu(_tr("&Help"))
        self._recent: QMenu | None = None

    def add(
        self, menu: QMenu, text: str, act: Callable[[], object], *keys: str | QKeySequence
    ) -> QAction:
        """An entry with its keys."""
        action = QAction(text, self._window)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda: act())
        menu.addAction(action)
        return action

    def add_places(self, go: Callable[[Place], None]) -> None:
        """The five places under View, reached by Ctrl and their number."""
        names = {
            Place.LIBRARY: (_tr("&Library"), "G"),
            Place.INSPECT: (_tr("&Inspect"), "E"),
            Place.COMPARE: (_tr("&Compare"), "C"),
            Place.TRAIN: (_tr("&Train"), ""),
            Place.MODELS: (_tr("&Models"), ""),
        }
        for number, (place, (name, letter)) in enumerate(names.items(), start=1):
            keys = [letter, f"Ctrl+{number}"] if letter else [f"Ctrl+{number}"]
            self.add(self.view, name, partial(go, place), *keys)

    def add_choice(
        self,
        menu: QMenu,
        title: str,
        names: dict[str, str],
        chosen: str,
        choose: Callable[[str], None],
    ) -> Callable[[str], None]:
        """A menu of names of which one is chosen; returns what shows that another one is."""
        submenu = menu.addMenu(title)
        group = QActionGroup(self._window)
        actions: dict[str, QAction] = {}
        for value, name in names.items():
            action = self.add(submenu, name, partial(choose, value))
            action.setCheckable(True)
            action.setChecked(value == chosen)
            group.addAction(action)
            actions[value] = action

        def show(value: str) -> None:
            if value in actions:
                actions[value].setChecked(True)

        return show

    def show_recent(self, folders: list[Path], open_folder: Callable[[Path], None]) -> None:
        """The folders opened lately, below File."""
        if self._recent is None:
            self._recent = self.file.addMenu(_tr("Open &recent"))
        self._recent.clear()
        for folder in folders:
            action = self._recent.addAction(str(folder).replace("&", "&&"))
            action.triggered.connect(lambda _, folder=folder: open_folder(folder))
        self._recent.setEnabled(bool(folders))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Menus", text)
