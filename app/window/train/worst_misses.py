"""The photos that a new model misjudges most, each beside what its score comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from app.runs.run_result import RunResult
from app.window.jobs.runner import JobControl
from app.window.photo_view.overlay import overlay_image, values_of
from app.window.widgets.plain_text import plain
from engine.errors import EngineError

_MOST = 6
_SIDE_PX = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A photo with its label and predicted score, 0-100; no pictures where it can't be read now."""

    path: Path
    rated: float
    predicted: float
    photo: QImage | None
    overlay: QImage | None


def find_misses(result: RunResult, control: JobControl, *, device: str) -> list[Miss]:
    """The worst misses of the preferred model with their overlays. Loads torch: for jobs."""
    from engine.scorer import Scorer

    predicted = result.predicted[result.preferred]
    errors = np.abs(np.array(predicted) - np.array(result.rated))
    scorer = Scorer.open(str(result.models[result.preferred]), device=device)
    misses = []
    for index in np.argsort(-errors, kind="stable")[:_MOST].tolist():
        if control.is_cancelled:
            return []
        path, rated, score = result.photos[index], result.rated[index], predicted[index]
        photo = overlay = None
        try:
            found = scorer.explain(path, finds_defects=False)
        except EngineError:  # it was moved since; the figures still hold
            pass
        else:
            # What pulled the score to the wrong side.
            values_HW = values_of(found, "lowers" if score < rated else "raises")
            photo = _image(found.photo_HW3)
            # On grey, because a coloured photo would change the colours of the scale.
            grey = photo.convertToFormat(QImage.Format.Format_Grayscale8)
            overlay = grey.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
            painter = QPainter(overlay)
            painter.drawImage(overlay.rect(), overlay_image(values_HW))
            painter.end()
        misses.append(Miss(path=path, rated=rated, predicted=score, photo=photo, overlay=overlay))
    return misses


class MissesView(QScrollArea):
    """Rows of photo, overlay and words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setAccessibleName(self.tr("Worst misses"))
        self.show_misses([])

    def show_misses(self, misses: Sequence[Miss]) -> None:
        """Show these, the worst first."""
        content = QWidget()
        grid = QGridLayout(content)
        grid.setSpacing(8)
        for row, miss in enumerate(misses):
            for column, image in enumerate((miss.photo, miss.overlay)):
                picture = QLabel()
                picture.setFixedSize(_SIDE_PX, _SIDE_PX * 3 // 4)
                picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
                if image is not None:
                    size = QSize(_SIDE_PX, _SIDE_PX * 3 // 4)
                    picture.setPixmap(
                        QPixmap.fromImage(image).scaled(
                            size,
                            Qt.AspectRatioMode.KeepAspectRatio,
                            Qt.TransformationMode.SmoothTransformation,
                        )
                    )
                grid.addWidget(picture, row, column)
            grid.addWidget(plain(QLabel(self._text(miss))), row, 2)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(len(misses), 1)
        self.setWidget(content)

    def texts(self) -> list[str]:
        """What is said of each photo."""
        return [label.text() for label in self.findChildren(QLabel) if label.text()]

    def _text(self, miss: Miss) -> str:
        side = (
            self.tr("coloured: what lowered the score")
            if miss.predicted < miss.rated
            else self.tr("coloured: what raised the score")
        )
        gone = "" if miss.photo is not None else self.tr("\nThe photo can't be read now.")
        return self.tr("%s\nlabel %.0f, predicted %.0f\n%s%s") % (
            miss.path.name,
            miss.rated,
            miss.predicted,
            side,
            gone,
        )


def _image(pixels_HW3: npt.NDArray[np.uint8]) -> QImage:
    height, width = pixels_HW3.shape[:2]
    pixels = np.ascontiguousarray(pixels_HW3)
    image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # a copy
