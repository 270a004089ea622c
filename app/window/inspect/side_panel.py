"""What is known about one photo, in words and numbers, beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.catalog.photo_entry import Flag, PhotoEntry
from app.window.inspect.crop_scores_view import CropScoresView
from app.window.inspect.defects_box import DefectsBox
from app.window.inspect.own_pixels_box import OwnPixelsBox
from app.window.inspect.rating_bars import RatingBars
from app.window.photo_list.photo_text import unlike_sentence
from app.window.photo_view.colour_legend import ColourLegend
from app.window.widgets.headings import title
from engine.ratings.answers import GOOD, good_or_better_words

_WIDTH_PX = 272


class SidePanel(QScrollArea):
    """Score, place in the folder, marks, crop scores, legend, camera."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH_PX)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("About this photo"))
        self.score = QLabel()
        font = QFont(self.score.font())
        font.setPointSizeF(font.pointSizeF() * 2.6)
        self.score.setFont(font)
        self.uncertainty = _line(is_dim=True)
        self.unlike = _line()
        self.place = _line()
        self.marks = _line()
        self.ratings_title = title(self.tr("How people would rate it"))
        self.ratings_words = _line()
        self.ratings = RatingBars()
        self.crops_title = title(self.tr("Scores of the crops"))
        self.crops = CropScoresView()
        self.legend_title = title(self.tr("Evidence"))
        self.legend = ColourLegend()
        self.weak = _line()
        self.defects = DefectsBox(self.tr("Visible defects"))
        self.own = OwnPixelsBox()
        self._facts = QFormLayout()
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(10)
        self._facts.setVerticalSpacing(4)
        self._facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._shown_facts: list[tuple[str, str]] = []
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(14, 6, 14, 12)
        rows.setSpacing(6)
        for widget in (self.score, self.uncertainty, self.unlike, self.place, self.marks):
            rows.addWidget(widget)
        rows.addWidget(self.ratings_title)
        rows.addWidget(self.ratings_words)
        rows.addWidget(self.ratings)
        rows.addSpacing(10)
        rows.addWidget(self.defects)
        rows.addSpacing(10)
        rows.addWidget(self.own)
        rows.addSpacing(10)
        rows.addWidget(self.crops_title)
        rows.addWidget(self.crops)
        rows.addSpacing(10)
        rows.addWidget(self.legend_title)
        rows.addWidget(self.legend)
        rows.addWidget(self.weak)
        rows.addSpacing(10)
        rows.addWidget(title(self.tr("Photo")))
        rows.addLayout(self._facts)
        rows.addStretch(1)
        self.setWidget(content)
        self.show_weak_evidence(is_weak=False)

    def show_entry(self, entry: PhotoEntry, percentile: float | None) -> None:
        """Score, place and marks of a photo."""
        if entry.score_0_100 is None:
            self.score.setText("\N{EN DASH}")
            unrated = self.tr("Not rated yet")
            self.uncertainty.setText(self.tr("It can't be read.") if entry.error else unrated)
        else:
            self.score.setText(f"{entry.score_0_100:.1f}")
            self.uncertainty.setText(self._uncertainty_text(entry))
        is_unlike = entry.familiarity is not None and entry.familiarity.is_unlike
        self.unlike.setVisible(is_unlike)
        self.unlike.setText(unlike_sentence(entry.familiarity) if entry.familiarity else "")
        self.score.setAccessibleName(self.tr("Score %s") % self.score.text())
        self.place.setText(
            ""
            if percentile is None
            else self.tr("At or above %.0f %% of the rated photos here") % percentile
        )
        self.place.setVisible(percentile is not None)
        self.marks.setText(self._marks_text(entry))
        self._show_ratings(entry.ratings)

    def show_crop_scores(self, scores: Sequence[float]) -> None:
        """The scores of the crops, or none yet."""
        self.crops.show_scores(scores)
        self.crops_title.setEnabled(bool(scores))

    def show_weak_evidence(self, *, is_weak: bool) -> None:
        """Warn against reading anything into faint colours."""
        self.weak.setVisible(is_weak)
        self.weak.setText(
            self.tr(
                "Weak evidence: no part of the photo stands out. Read nothing into faint colours."
            )
            if is_weak
            else ""
        )

    def show_legend_of(self, side: str) -> None:
        """The scale of evidence belongs to what lowers and raises the score alone."""
        is_evidence = side in {"lowers", "raises"}
        self.legend_title.setVisible(is_evidence)
        self.legend.setVisible(is_evidence)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Label and value, line by line."""
        if facts == self._shown_facts:
            return
        self._shown_facts = facts
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for label, value in facts:
            shown = _line()
            shown.setText(_breakable(value))
            shown.setAccessibleName(f"{label}: {value}")
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            name = _line(is_dim=True)
            name.setText(label)
            name.setWordWrap(False)
            self._facts.addRow(name, shown)

    def facts(self) -> list[tuple[str, str]]:
        """What is shown of file and camera."""
        return list(self._shown_facts)

    def _show_ratings(self, shares: Sequence[float]) -> None:
        """Five bars and a sentence, where the model predicts how ratings are spread."""
        self.ratings.show_shares(shares)
        self.ratings_words.setText(good_or_better_words(sum(shares[GOOD - 1 :])) if shares else "")
        for widget in (self.ratings_title, self.ratings_words, self.ratings):
            widget.setVisible(bool(shares))

    def _uncertainty_text(self, entry: PhotoEntry) -> str:
        points = entry.uncertainty or 0.0
        if entry.familiarity is None:
            return self.tr("of 100; the crops differ by ± %.1f") % points
        return self.tr("of 100, ± %.0f: two of three scores like this one are that close") % points

    def _marks_text(self, entry: PhotoEntry) -> str:
        stars = "★" * entry.stars + "☆" * (5 - entry.stars)
        flags = {Flag.PICKED: self.tr("picked"), Flag.REJECTED: self.tr("rejected")}
        flag = flags.get(entry.flag, "")
        self.marks.setAccessibleName(self.tr("%d of 5 stars %s") % (entry.stars, flag))
        return f"{stars}   {flag}".rstrip()


def _line(*, is_dim: bool = False) -> QLabel:
    line = QLabel()
    line.setTextFormat(Qt.TextFormat.PlainText)
    line.setWordWrap(True)
    line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    if is_dim:
        line.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return line


def _breakable(text: str) -> str:
    # Paths and long file names have no spaces to break at.
    for mark in ("/", "\\", "_", "-"):
        text = text.replace(mark, f"{mark}\u200b")
    return text
