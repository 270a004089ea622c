"""The real window over real photographs, with the model that Discern comes with if it is there."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from app.demo.folder import make_demo_folder
from app.window.main import WindowRequest, Workbench
from engine.errors import ModelFileError
from engine.networks.model_finder import default_model

LONG_MS = 120_000


class ChosenPaths:
    """Answers at once what a person would choose in the system's dialogs."""

    def __init__(self) -> None:
        self.chosen: Path | None = None

    def folder(self, parent, title) -> Path | None:
        return self.chosen

    def new_csv(self, parent, title, suggestion) -> Path | None:
        return self.chosen

    def new_file(self, parent, title, suggestion, kinds) -> Path | None:
        return self.chosen

    def model_file(self, parent, title) -> Path | None:
        return self.chosen


class Person:
    """Someone in front of the window: looks, waits, clicks and types."""

    def __init__(self, qtbot, bench: Workbench, chooser: ChosenPaths) -> None:
        self.qtbot = qtbot
        self.bench = bench
        self.window = bench.window
        self.library = bench.window.library
        self.inspect = bench.window.inspect
        self.chooser = chooser
        self.newly_rated: list[Path] = []
        bench.scoring.scored.connect(self._on_scored)

    def wait(self, condition) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG_MS)

    def wait_until_rated(self) -> None:
        self.wait(lambda: len(self.photos()) > 0 and self._num_unrated() == 0)
        self.wait(lambda: not self.bench.rating.is_rating)

    def photos(self) -> list:
        model = self.bench.photos
        return [model.entry(row) for row in range(model.rowCount())]

    def photo(self, name: str):
        return self.bench.photos.find(self.folder / name)

    @property
    def folder(self) -> Path:
        return self.bench.settings.current.recent_folders and Path(
            self.bench.settings.current.recent_folders[0]
        )

    def choose(self, name: str) -> None:
        """Click on a photo in the grid."""
        self.library.go_to_row(self.bench.photos.row_of(self.folder / name))
        self.library.grid.setFocus()

    def press(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        focused = self.window.focusWidget() or self.window
        self.qtbot.keyClick(focused, key, modifier)

    def accept_preview(self) -> str:
        """Agree to what is about to happen; returns the title."""
        self.wait(lambda: self._dialogs() != [])
        (dialog,) = self._dialogs()
        title = dialog.windowTitle()
        dialog.accept()
        return title

    def close(self) -> None:
        self.window.close()

    def _num_unrated(self) -> int:
        return int(self.bench.photos.columns.is_unrated.sum())

    def _dialogs(self) -> list[QDialog]:
        return [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]

    def _on_scored(self, generation, photos) -> None:
        self.newly_rated += [photo.path for photo in photos if not photo.is_remembered]


@pytest.fixture(scope="session")
def model(tiny_model) -> str | None:
    """What the window is asked to rate with: None is the bundled model."""
    try:
        return None if default_model().is_file() else str(tiny_model)
    except ModelFileError:
        return str(tiny_model)


@pytest.fixture(scope="session")
def photographs(tmp_path_factory) -> Path:
    """The demo's photographs; not to be changed."""
    folder = tmp_path_factory.mktemp("photographs") / "demo"
    make_demo_folder(folder)
    return folder


@pytest.fixture
def folder(photographs, tmp_path) -> Path:
    """Copies of six photographs in a folder of the test's own."""
    own = tmp_path / "holiday"
    own.mkdir()
    for name in ("cat", "cat-blurred", "cat-noisy", "coffee", "coffee-overexposed", "rocket"):
        (own / f"{name}.png").write_bytes((photographs / f"{name}.png").read_bytes())
    return own


@pytest.fixture
def sit_down(qtbot, model):
    """Opens the window as a person does: sit_down(folder)."""
    benches = []
    people = []  # kept to the end: what is on its way to them when a test ends must find them

    def open_window(folder: Path | None = None, **request) -> Person:
        chooser = ChosenPaths()
        asked = WindowRequest(folder=folder, model=model, device="cpu", **request)
        bench = Workbench(asked, chooser=chooser)
        benches.append(bench)
        person = Person(qtbot, bench, chooser)
        people.append(person)
        with qtbot.waitActive(bench.window, timeout=LONG_MS):
            bench.window.show()
        bench.begin()
        return person

    yield open_window
    for bench in benches:
        bench.window.close()
        bench.close()
        bench.window.deleteLater()
