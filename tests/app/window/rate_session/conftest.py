"""A session page over real photos and a real store; what a model makes of photos is made up."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.catalog.library_catalog import LibraryCatalog
from app.rating_session.session_store import SessionStore
from app.window.photo_view.photo_loader import PhotoLoader
from app.window.rate_session.session_desk import SessionDesk
from app.window.rate_session.session_page import SessionPage
from app.window.settings import SettingsStore

NUM_PHOTOS = 45


class Chooser:
    """Answers at once what a person would choose in the system's dialogs."""

    def __init__(self) -> None:
        self.chosen: Path | None = None

    def folder(self, parent, title):
        return self.chosen

    def new_csv(self, parent, title, suggestion):
        return self.chosen


def features_of(path: Path):
    """Ten numbers of a photo; the first is its brightness, the last a score that knows nothing."""
    with Image.open(path) as photo:
        brightness = photo.getpixel((0, 0))[0]
    noise = np.random.default_rng(brightness).normal(size=10)
    return np.array([brightness / 25, *noise[1:9], 50 + noise[9]], dtype=np.float32)


@pytest.fixture
def photos(tmp_path) -> Path:
    """Grey photos from dark to light: p00 is the darkest."""
    folder = tmp_path / "holiday"
    folder.mkdir()
    for number in range(NUM_PHOTOS):
        Image.new("RGB", (64, 48), (5 * number,) * 3).save(folder / f"p{number:02}.png")
    return folder


class Desk:
    """Opens pages on the same files, one after the other, as a program that is started again."""

    def __init__(self, qtbot, folder: Path) -> None:
        self.qtbot = qtbot
        self.folder = folder
        self.chooser = Chooser()
        self.num_read = 0
        self._open = []

    def page(self, *, read=None) -> SessionPage:
        store = SessionStore(self.folder / "sessions.sqlite3")
        catalog = LibraryCatalog(self.folder / "catalog.sqlite3")
        desk = SessionDesk(
            store,
            catalog=catalog,
            contests=self.folder / "contests",
            open_reader=lambda: read or self._read,
            known_scores=lambda: (None, None),
        )
        loader = PhotoLoader()
        page = SessionPage(
            desk,
            loader=loader,
            chooser=self.chooser,
            settings=SettingsStore(self.folder / "settings.ini"),
        )
        self.qtbot.addWidget(page)
        page.resize(820, 520)
        page.show()
        self._open.append((page, desk, loader, catalog))
        return page

    def close(self) -> None:
        """End the program in the middle, as closing the window does."""
        for page, desk, loader, catalog in self._open:
            page.hide()
            desk.close()
            loader.close()
            catalog.close()
        self._open = []

    def _read(self, photos, *, should_stop):
        self.num_read += len(photos)
        return {path: features_of(path) for path in photos if path.read_bytes()[:1] == b"\x89"}


@pytest.fixture
def desk(qtbot, tmp_path):
    made = Desk(qtbot, tmp_path)
    yield made
    made.close()
