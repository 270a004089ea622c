"""The map of a folder in a window of its own, made in the background."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.window.jobs.runner import Job, JobControl, JobRunner
from app.window.map.folder_map import FolderMap, KnowsFeatures, RatedPath, make_map
from app.window.map.map_view import MapView
from app.window.photo_view.colour_legend import ColourLegend
from app.window.widgets.headings import dim
from app.window.widgets.plain_text import plain
from engine.counted import counted


class MapDialog(QDialog):
    """Looks at every rated photo, lays them out, and lets one be chosen.

    Signals:
        chosen(Path): inspect this photo.
    """

    chosen = Signal(object)

    def __init__(
        self,
        photos: Sequence[RatedPath],
        open_scorer: Callable[[], KnowsFeatures],
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Map of the folder"))
        self.resize(900, 680)
        self.view = MapView()
        self.words = dim()
        self.current = plain(QLabel())
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        bottom = QHBoxLayout()
        bottom.addWidget(self.current, 1)
        legend = ColourLegend(ends=("0", "100"))
        legend.setAccessibleName(self.tr("Colours of the scores"))
        legend.setAccessibleDescription(self.tr("From dark, 0, over red to light yellow, 100"))
        legend.setToolTip("")
        bottom.addWidget(legend)
        rows = QVBoxLayout(self)
        rows.addWidget(self.bar)
        rows.addWidget(self.view, 1)
        rows.addLayout(bottom)
        rows.addWidget(self.words)
        self.words.setText(self.tr("Looking at the photos…"))
        self.view.chosen.connect(self.chosen)
        self.view.current_changed.connect(lambda path: self.current.setText(path.name))
        rated = tuple(photos)

        def work(control: JobControl) -> FolderMap | None:
            return make_map(
                rated,
                open_scorer(),
                on_progress=lambda *done: control.report(done),
                should_stop=lambda: control.is_cancelled,
            )

        self._job = Job(work)
        self._job.reported.connect(self._on_progress)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        self.finished.connect(lambda _: self._job.cancel())
        jobs.start(self._job)

    def _on_progress(self, _: int, done: tuple[int, int]) -> None:
        self.bar.setRange(0, done[1])
        self.bar.setValue(done[0])

    def _on_failed(self, _: int, sentence: str) -> None:
        self.bar.hide()
        self.words.setText(sentence)

    def _on_finished(self, _: int, folder_map: FolderMap | None) -> None:
        if folder_map is None:
            return
        self.bar.hide()
        self.view.show_map(folder_map)
        self.view.setFocus()
        text = self.tr(
            "%d of %s: those that the model finds alike lie beside each other, in the"
            " colour of their scores. Click one to inspect it. Directions and distances between"
            " groups mean nothing."
        ) % (len(folder_map.photos), counted(folder_map.num_rated, "rated photo"))
        if folder_map.similarity_L.size:
            values = "  ".join(f"{value:.2f}" for value in folder_map.similarity_L)
            alike = self.tr("How alike the QUA and CLS tokens are after each block: %s")
            text += "\n" + alike % values
        self.words.setText(text)
