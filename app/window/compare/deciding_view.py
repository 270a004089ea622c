"""The pairs that decided a contest, with the overlays of both models."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.contest.outcome import DecidingPair, Outcome
from app.contest.outcome_text import pair_sentence
from app.window.compare.model_overlays import ModelOverlays
from app.window.photo_view.image_view import ImageView, lock_together
from app.window.photo_view.photo_loader import LoadedPhoto, PhotoLoader
from app.window.photo_view.view_state import ViewState
from app.window.widgets.headings import dim

_STAMP = "contest"


class DecidingView(QWidget):
    """A list of judged pairs, and the pair that is chosen there."""

    def __init__(
        self, loader: PhotoLoader, overlays: ModelOverlays, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._loader = loader
        self._overlays = overlays
        self._outcome: Outcome | None = None
        self.setAccessibleName(self.tr("Deciding pairs"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Judged pairs"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(3)
        self.list.currentRowChanged.connect(self._show_current)
        self.high = ImageView(self.tr("The photo that the attacker scores higher"))
        self.low = ImageView(self.tr("The photo that the attacker scores lower"))
        lock_together(self.high, self.low)
        self.high_caption, self.low_caption = dim(), dim()
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Overlay"))
        self.choice.currentIndexChanged.connect(lambda _: self._on_choice())
        self.note = dim()
        self._lay_out()
        loader.loaded.connect(self._on_loaded)
        loader.failed.connect(self._on_load_failed)
        overlays.found.connect(self._on_overlay)
        overlays.failed.connect(self._on_overlay_failed)
        self.high.more_pixels_wanted.connect(lambda: self._load_whole(is_high=True))
        self.low.more_pixels_wanted.connect(lambda: self._load_whole(is_high=False))
        self._asked_whole: set[Path] = set()
        self._loaded: dict[Path, LoadedPhoto] = {}

    @property
    def current(self) -> DecidingPair | None:
        """The pair that is shown."""
        row = self.list.currentRow()
        return None if self._outcome is None or row < 0 else self._outcome.deciding[row]

    def show_outcome(self, outcome: Outcome) -> None:
        """List the pairs of an outcome and show the first."""
        self._outcome = outcome
        self.list.clear()
        for one in outcome.deciding:
            item = QListWidgetItem(pair_sentence(outcome, one))
            item.setToolTip(self.tr("Level %d") % one.pair.level)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if outcome.deciding else -1)
        self._show_current()

    def _lay_out(self) -> None:
        photos = QHBoxLayout()
        photos.setSpacing(6)
        for view, caption in ((self.high, self.high_caption), (self.low, self.low_caption)):
            half = QVBoxLayout()
            half.addWidget(view, 1)
            half.addWidget(caption)
            photos.addLayout(half, 1)
        overlay = QHBoxLayout()
        overlay.addWidget(QLabel(self.tr("Overlay")))
        overlay.addWidget(self.choice)
        overlay.addWidget(self.note, 1)
        right = QWidget()
        rows = QVBoxLayout(right)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(overlay)
        rows.addLayout(photos, 1)
        splitter = QSplitter()
        splitter.addWidget(self.list)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([300, 800])
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(splitter)

    def _show_current(self) -> None:
        one, outcome = self.current, self._outcome
        self._asked_whole = set()
        self._loaded = {}
        for view in (self.high, self.low):
            view.set_state(ViewState())
            view.show_overlay(None)
            view.say("")
        if one is None or outcome is None:
            self.high.say(self.tr("No pair of two models has been judged yet."))
            self._name_overlays([])
            self.high_caption.setText("")
            self.low_caption.setText("")
            return
        attacker, defender = str(one.pair.attacker), str(one.pair.defender)
        self._name_overlays([attacker, defender])
        for path, caption in (
            (one.pair.high, self.high_caption),
            (one.pair.low, self.low_caption),
        ):
            scores = [
                f"{outcome.contest.label(model)}: {outcome.contest.scores[model][path]:.0f}"
                for model in (attacker, defender)
            ]
            caption.setText(f"{path.name}\n{', '.join(scores)}")
            loaded = self._loader.load(path, _STAMP)
            if loaded is not None:
                self._on_loaded(loaded)
        self._show_overlays()

    def _name_overlays(self, models: list[str]) -> None:
        chosen = max(0, self.choice.currentIndex())
        blocker = QSignalBlocker(self.choice)
        self.choice.clear()
        self.choice.addItem(self.tr("None"), "")
        for model in models:
            assert self._outcome is not None
            label = self._outcome.contest.label(model)
            self.choice.addItem(self.tr("What lowers the score for %s") % label, model)
        self.choice.setCurrentIndex(chosen if chosen < self.choice.count() else 0)
        blocker.unblock()

    def _show_overlays(self, *, is_asked: bool = False) -> None:
        one, outcome = self.current, self._outcome
        model = self.choice.currentData()
        self.note.setText("")
        if one is None or outcome is None or not model:
            self.high.show_overlay(None)
            self.low.show_overlay(None)
            return
        found = {path: self._overlays.find(model, path) for path in (one.pair.high, one.pair.low)}
        for path, overlay in found.items():
            view = self._view_of(path)
            if view is not None:
                view.show_overlay(None if overlay is None else overlay.image)
        missing = [path for path, overlay in found.items() if overlay is None]
        if missing and not is_asked:
            contender = next(c for c in outcome.contest.contenders if c.model_id == model)
            self._overlays.ask(contender, missing)
        if missing:
            self.note.setText(self.tr("Looking for where the score comes from…"))
        elif all(overlay is not None and overlay.is_evidence_weak for overlay in found.values()):
            self.note.setText(self.tr("Weak evidence: the maps say little."))

    def _on_choice(self) -> None:
        for photo in list(
            self._loaded.values()
        ):  # grey under an overlay, so that its colours are read
            self._on_loaded(photo)
        self._show_overlays()

    def _view_of(self, path: Path) -> ImageView | None:
        one = self.current
        if one is None or path not in (one.pair.high, one.pair.low):
            return None
        return self.high if path == one.pair.high else self.low

    def _on_loaded(self, photo: LoadedPhoto) -> None:
        view = self._view_of(photo.path)
        if view is not None:
            self._loaded[photo.path] = photo
            picture = photo.grey if self.choice.currentData() else photo.colour
            view.show_photo(picture, photo.photo_size)

    def _on_load_failed(self, path: Path, reason: str) -> None:
        view = self._view_of(path)
        if view is not None:
            view.say(self.tr("This photo can't be shown.\n\n%s") % reason)

    def _on_overlay(self, model: str, path: Path) -> None:
        if self._view_of(path) is not None and model == self.choice.currentData():
            self._show_overlays(is_asked=True)

    def _on_overlay_failed(self, model: str, path: Path, reason: str) -> None:
        if self._view_of(path) is not None and model == self.choice.currentData():
            self.note.setText(reason)

    def _load_whole(self, *, is_high: bool) -> None:
        one = self.current
        if one is None:
            return
        path = one.pair.high if is_high else one.pair.low
        if path not in self._asked_whole:
            self._asked_whole.add(path)
            whole = self._loader.load(path, _STAMP, is_whole=True)
            if whole is not None:
                self._on_loaded(whole)
