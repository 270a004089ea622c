"""The parts that learn from what people say in Discern: sessions, models of one's own, labels."""

from PySide6.QtCore import QObject

from app import places
from app.catalog.library_catalog import LibraryCatalog
from app.own_model.maker import OwnModelMaker
from app.rating_session.session_store import SessionStore
from app.runs.own_labels import (
    OwnLabels,
    write_flag_labels,
    write_session_labels,
    write_star_labels,
)
from app.window.jobs.runner import JobRunner
from app.window.own_model.own_model_desk import OwnModelDesk
from app.window.own_model.own_model_page import OwnModelPage
from app.window.photo_view.photo_loader import PhotoLoader
from app.window.rate_session.session_desk import SessionDesk
from app.window.rate_session.session_page import SessionPage
from app.window.settings import SettingsStore
from app.window.widgets.path_chooser import PathChooser


class Teaching(QObject):
    """Makes the pages and what works behind them, and takes it down again."""

    def __init__(
        self,
        maker: OwnModelMaker,
        *,
        catalog: LibraryCatalog,
        jobs: JobRunner,
        chooser: PathChooser,
        settings: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.maker = maker
        self._catalog = catalog
        self._settings = settings
        self._store = SessionStore(places.rating_sessions())
        self._loader = PhotoLoader(self)
        self._desk = SessionDesk(
            self._store,
            catalog=catalog,
            contests=places.contests(),
            open_reader=maker.open_reader,
            known_scores=self._known_scores,
            parent=self,
        )
        self.session = SessionPage(
            self._desk, loader=self._loader, chooser=chooser, settings=settings
        )
        self.own_model = OwnModelPage(OwnModelDesk(maker, jobs=jobs, parent=self))

    def own_labels(self) -> tuple[OwnLabels, ...]:
        """What was said in Discern itself, and how it becomes a table."""
        tables = places.own_labels()
        return (
            OwnLabels(
                name=self.tr("My &stars"),
                low=1,
                high=5,
                write=lambda: write_star_labels(self._catalog, tables),
            ),
            OwnLabels(
                name=self.tr("My &picks and rejects"),
                low=0,
                high=1,
                write=lambda: write_flag_labels(self._catalog, tables),
            ),
            OwnLabels(
                name=self.tr("My &rating sessions"),
                low=0,
                high=100,
                write=lambda: write_session_labels(self._store, places.contests(), tables),
            ),
        )

    def close(self) -> None:
        """End what is at work; every answer is on the disk then."""
        self._desk.close()
        self._loader.close()

    def _known_scores(self) -> tuple[str | None, int | None]:
        """The model and the crops whose scores are shown."""
        settings = self._settings.current
        return settings.model_id or None, settings.num_crops or None
