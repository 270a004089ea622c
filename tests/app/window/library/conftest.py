"""A library over real files, with a real tiny model."""

import pytest

from app import places
from app.actions.history import UndoHistory
from app.actions.photo_actions import PhotoActions
from app.catalog.library_catalog import LibraryCatalog
from app.window.jobs.runner import JobRunner
from app.window.jobs.scoring import ScoringService
from app.window.jobs.thumbnail_files import ThumbnailFiles
from app.window.jobs.thumbnails import ThumbnailLoader
from app.window.library.action_desk import ActionDesk
from app.window.library.catching_up import CatchingUp
from app.window.library.folder_rating import FolderRating
from app.window.library.library_actions import LibraryActions
from app.window.library.library_page import LibraryPage
from app.window.library.measuring import Measuring
from app.window.library.open_folder import OpenFolder
from app.window.settings import SettingsStore


class Chooser:
    """Stands for the system's dialogs: answers what the test says."""

    def __init__(self):
        self.answer = None

    def folder(self, parent, title):
        return self.answer

    def new_csv(self, parent, title, suggestion):
        return self.answer


def open_finder():
    from engine.defects.bundled import bundled_defect_network
    from engine.defects.defect_finder import DefectFinder

    return DefectFinder.open(bundled_defect_network())


class Library:
    """A library page with everything behind it."""

    def __init__(self, qtbot, photos, tiny_model):
        self._qtbot = qtbot
        self.photos = photos
        self.settings = SettingsStore(places.data() / "settings.ini")
        self.settings.change(rates_on_open=False)
        self.jobs = JobRunner()
        self.catalog = LibraryCatalog(places.catalog())
        self.thumbnails = ThumbnailLoader(
            ThumbnailFiles(places.cache() / "thumbnails", max_bytes=1 << 20)
        )

        def open_scorer(model):
            from engine.scorer import Scorer

            return Scorer.open(tiny_model, device="cpu")

        self.scoring = ScoringService(open_scorer, catalog_path=places.catalog())
        self.folder = OpenFolder(photos, catalog=self.catalog, jobs=self.jobs)
        self.rating = FolderRating(
            photos, scoring=self.scoring, catalog=self.catalog, jobs=self.jobs
        )
        self.chooser = Chooser()
        self.desk = ActionDesk(UndoHistory())
        self.actions = LibraryActions(
            photos,
            kinds=PhotoActions(self.catalog, sidecar_style=lambda: None, model_id=lambda: "tiny@1"),
            desk=self.desk,
            catalog=self.catalog,
            jobs=self.jobs,
            chooser=self.chooser,
        )
        self.measuring = Measuring(
            photos, catalog=self.catalog, jobs=self.jobs, open_finder=open_finder
        )
        self.page = LibraryPage(
            photos,
            folder=self.folder,
            rating=self.rating,
            actions=self.actions,
            catching_up=CatchingUp(photos, catalog=self.catalog, jobs=self.jobs),
            measuring=self.measuring,
            scoring=self.scoring,
            thumbnails=self.thumbnails,
            settings=self.settings,
        )
        qtbot.addWidget(self.page)
        self.page.resize(1000, 700)
        self.page.show()
        qtbot.waitExposed(self.page)

    def open(self, folder):
        with self._qtbot.waitSignal(self.folder.scanned):
            self.page.open_folder(folder)

    def load_model(self):
        with self._qtbot.waitSignal(self.scoring.model_loaded, timeout=30_000):
            self.scoring.load()
        # The folder is looked at again for what this model has said before.
        self._qtbot.waitUntil(lambda: not self.folder.is_scanning, timeout=30_000)

    def rate(self):
        with self._qtbot.waitSignal(self.rating.ended, timeout=60_000):
            self.page.rating_bar.rating_wanted.emit()

    def names(self):
        return [self.photos.entry(row).path.name for row in range(self.photos.rowCount())]

    def dialog(self, kind):
        """The dialog of that kind, once it is open."""
        self._qtbot.waitUntil(lambda: any(box.isVisible() for box in self.page.findChildren(kind)))
        return next(box for box in self.page.findChildren(kind) if box.isVisible())

    def close(self):
        self.scoring.close()
        self.actions.close()
        self.thumbnails.close()
        self.jobs.close()
        self.catalog.close()


@pytest.fixture
def library(qtbot, photos, tiny_model, request):
    library = Library(qtbot, photos, tiny_model)
    yield library
    library.close()
