"""The maps of photos: asked for in the background, and the last ones kept."""

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.window.jobs.scoring import ScoringService
from app.window.photo_view.overlay import overlay_image, values_of

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.explain.quality_map import QualityMap

_NUM_KEPT = 24


@dataclass(slots=True)
class Explanation:
    """The map of one photo, with its overlays painted when they are first wanted."""

    quality_map: "QualityMap"
    _overlays: dict[str, QImage] = field(default_factory=dict)

    def overlay(self, side: str) -> QImage:
        """What lowers or what raises the score, as an image with transparency."""
        if side not in self._overlays:
            self._overlays[side] = overlay_image(values_of(self.quality_map, side))
        return self._overlays[side]


class Explanations(QObject):
    """Asks the scorer for maps, newest wish first, and forgets them when the model changes.

    Signals, on the GUI thread:
        explained(Path): the map can be had from `find`.
        failed(Path, str): why there is none.
    """

    explained = Signal(object)
    failed = Signal(object, str)

    def __init__(self, scoring: ScoringService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scoring = scoring
        self._kept: OrderedDict[tuple[Path, object], Explanation] = OrderedDict()
        self._generation = 0
        self._awaited: tuple[Path, object] | None = None
        scoring.explained.connect(self._on_explained)
        scoring.explain_failed.connect(self._on_failed)
        scoring.model_loaded.connect(self._forget)

    def find(self, path: Path, stamp: object) -> Explanation | None:
        """The map of a photo whose stamp has not changed, if it was kept."""
        found = self._kept.get((path, stamp))
        if found is not None:
            self._kept.move_to_end((path, stamp))
        return found

    def ask(self, path: Path, stamp: object) -> None:
        """Have a photo explained; an older wish that was not begun is dropped."""
        self._generation += 1
        self._awaited = (path, stamp)
        self._scoring.explain(path, self._generation)

    def _on_explained(self, generation: int, path: Path, quality_map: "QualityMap") -> None:
        if generation != self._generation or self._awaited is None:
            return
        self._kept[self._awaited] = Explanation(quality_map)
        while len(self._kept) > _NUM_KEPT:
            self._kept.popitem(last=False)
        self._awaited = None
        self.explained.emit(path)

    def _on_failed(self, generation: int, path: Path, reason: str) -> None:
        if generation == self._generation:
            self._awaited = None
            self.failed.emit(path, reason)

    def _forget(self) -> None:
        self._kept.clear()
