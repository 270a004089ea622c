"""What the page of models asks for: cards, and models that come in, go out and are deleted."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox

from app import places
from app.models.exchange import SUFFIX, export_file, remove, take_in
from app.window.jobs.runner import Job, JobRunner
from app.window.models.models_page import ModelsPage, read_model_cards
from app.window.widgets.path_chooser import PathChooser


class ModelShelf(QObject):
    """Does what the page asks for in jobs, and reads the cards again after every change.

    Signals:
        said(str): why something was refused.
        removed(str): the model of that name is gone.
    """

    said = Signal(str)
    removed = Signal(str)

    def __init__(
        self,
        page: ModelsPage,
        *,
        chooser: PathChooser,
        jobs: JobRunner,
        device: str = "auto",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._chooser = chooser
        self._jobs = jobs
        self._device = device
        page.cards_wanted.connect(self.read_cards)
        page.import_wanted.connect(self._import)
        page.speed_wanted.connect(self._measure_speed)
        page.export_wanted.connect(self._export)
        page.removal_wanted.connect(self._remove)

    def read_cards(self) -> None:
        """Show the library as it is now."""
        job = Job(lambda _: read_model_cards(places.models()))
        job.finished.connect(lambda _, cards: self._page.show_cards(cards))
        job.failed.connect(lambda _, sentence: self._page.say(sentence))
        self._jobs.start(job)

    def _import(self) -> None:
        file = self._chooser.model_file(self._page, self.tr("A model file"))
        if file is not None:
            self._do(lambda: take_in(file))

    def _export(self, name: str) -> None:
        suggestion = Path.home() / f"{name}{SUFFIX}"
        kinds = self.tr("Models (*.safetensors)")
        target = self._chooser.new_file(self._page, self.tr("Export a model"), suggestion, kinds)
        if target is not None:
            self._do(lambda: export_file(name, target))

    def _remove(self, name: str) -> None:
        box = QMessageBox(self._page)
        box.setWindowTitle(self.tr("Remove the model?"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("The file of %s will be deleted. Scores stay remembered.") % name)
        agree = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        if box.clickedButton() is agree:
            self._do(lambda: remove(name), then=lambda: self.removed.emit(name))

    def _measure_speed(self, name: str) -> None:
        device = self._device

        def measure() -> str:
            # Here, because it loads torch.
            from app.models.speed import speed_text

            return speed_text(name, device=device)

        self._page.show_speed(name, self.tr("Measuring…"))
        job = Job(lambda _: measure())
        job.finished.connect(lambda _, words: self._page.show_speed(name, words))
        job.failed.connect(lambda _, sentence: self._page.show_speed(name, sentence))
        self._jobs.start(job)

    def _do(self, act: Callable[[], object], then: Callable[[], None] = lambda: None) -> None:
        job = Job(lambda _: act())
        job.finished.connect(lambda *_: then())
        job.finished.connect(lambda *_: self.read_cards())
        job.failed.connect(lambda _, sentence: self.said.emit(sentence))
        self._jobs.start(job)
