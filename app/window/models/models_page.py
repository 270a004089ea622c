"""The place of the models: every one with its card, to be read."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.window.widgets.plain_text import plain

_WIDTH_PX = 760
_MARGIN_PX = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCardText:
    """What is shown of a model; `problem` says why its card can't be read."""

    name: str
    where: str
    facts: dict[str, str]
    figures_title: str
    figures: dict[str, str]
    protocol: str
    is_default: bool
    problem: str = ""


def read_model_cards(user_folder: Path) -> list[ModelCardText]:
    """The cards of the model library. Slow: loads torch; for a thread."""
    from app.models.text import card_facts, figure_texts, test_part
    from engine.networks.model_library import list_models

    cards = []
    for entry in list_models(user_folder):
        card = entry.card
        figures = {} if card is None else figure_texts(card)
        cards.append(
            ModelCardText(
                name=entry.name,
                where="bundled" if entry.is_bundled else "yours",
                facts={} if card is None else card_facts(card, path=entry.path),
                figures_title=test_part(card.figures) if card is not None and figures else "",
                figures=figures,
                protocol="" if card is None else card.protocol,
                is_default=entry.is_default,
                problem=entry.problem,
            )
        )
    return cards


class ModelsPage(QScrollArea):
    """A list of cards; the model in use is marked.

    Signals:
        cards_wanted(): the page is seen and wants the cards as they are now.
        use_wanted(str): rate with the model of that name from now on.
        speed_wanted(str): measure how fast the model of that name is here.
        import_wanted(): take a model file into the library.
        export_wanted(str): copy the model of that name out.
        removal_wanted(str): delete the model of that name.
    """

    cards_wanted = Signal()
    use_wanted = Signal(str)
    speed_wanted = Signal(str)
    import_wanted = Signal()
    export_wanted = Signal(str)
    removal_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Models"))
        self._in_use = ""
        self._speeds: dict[str, str] = {}
        self._is_read = False
        self._cards: list[ModelCardText] = []
        content = QWidget()
        heading = QLabel(self.tr("Models"))
        font = QFont(heading.font())
        font.setPointSizeF(font.pointSizeF() * 1.7)
        heading.setFont(font)
        self.hint = plain(QLabel())
        self.hint.setWordWrap(True)
        self.hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._column = QVBoxLayout()
        self._column.setSpacing(14)
        column = QWidget()
        rows = QVBoxLayout(column)
        rows.setSpacing(12)
        self.import_button = QPushButton(self.tr("Import a model…"))
        self.import_button.clicked.connect(self.import_wanted)
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self.import_button)
        rows.addLayout(top)
        rows.addWidget(self.hint)
        rows.addLayout(self._column)
        rows.addStretch(1)
        self._outer = QVBoxLayout(content)
        self._outer.addWidget(column)
        self.setWidget(content)
        self._keep_narrow()
        self.say(self._hint_text())

    def show_cards(self, cards: list[ModelCardText]) -> None:
        """Show these models."""
        self._cards = cards
        self._is_read = True
        self._rebuild()

    def show_in_use(self, model_name: str) -> None:
        """Mark the model that photos are rated with."""
        self._in_use = model_name
        self._rebuild()

    def show_speed(self, model_name: str, words: str) -> None:
        """What was measured of the model, or why it could not be."""
        self._speeds[model_name] = words
        self._rebuild()

    def say(self, sentence: str) -> None:
        """Say something in place of the usual hint."""
        self.hint.setText(sentence)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_narrow()

    def _keep_narrow(self) -> None:
        # By a margin: under a greatest width, layouts count the lines of a text as if it were
        # wider, and then squeeze it.
        right_px = max(_MARGIN_PX, self.viewport().width() - _WIDTH_PX - _MARGIN_PX)
        self._outer.setContentsMargins(_MARGIN_PX, 24, right_px, 24)

    def texts(self) -> str:
        """Everything that is shown, as text."""
        return "\n".join(label.text() for label in self.findChildren(QLabel))

    def _rebuild(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for card in self._cards:
            self._column.addWidget(self._card_box(card))
        self.say(self._hint_text())

    def _hint_text(self) -> str:
        if not self._is_read:
            return self.tr("Reading the cards of the models…")
        if not self._cards:
            return self.tr("There are no models yet. Import one, or train one.")
        hint = self.tr("What photos can be rated with.")
        if self._in_use and all(card.name != self._in_use for card in self._cards):
            other = self.tr("Photos are rated with %s now, a file outside the library.")
            return f"{hint}\n{other % self._in_use}"
        return hint

    def _card_box(self, card: ModelCardText) -> QFrame:
        box = QFrame()
        box.setAutoFillBackground(True)
        box.setBackgroundRole(QPalette.ColorRole.Base)
        box.setAccessibleName(card.name)
        rows = QVBoxLayout(box)
        rows.setContentsMargins(18, 14, 18, 14)
        rows.setSpacing(8)
        name = plain(QLabel(card.name))
        font = QFont(name.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        name.setFont(font)
        first = QHBoxLayout()
        first.addWidget(name, 1)
        if not card.problem:
            first.addWidget(self._button(self.tr("Measure speed"), self.speed_wanted, card))
            if card.name != self._in_use:
                first.addWidget(self._button(self.tr("Use this model"), self.use_wanted, card))
        first.addWidget(self._button(self.tr("Export…"), self.export_wanted, card))
        if card.where != "bundled":
            first.addWidget(self._button(self.tr("Remove…"), self.removal_wanted, card))
        rows.addLayout(first)
        roles = [self.tr("bundled") if card.where == "bundled" else self.tr("yours")]
        if card.is_default:
            roles.append(self.tr("the default"))
        if card.name == self._in_use:
            roles.append(self.tr("in use now"))
        role = QLabel(", ".join(roles))
        role.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        rows.addWidget(role)
        if card.problem:
            rows.addWidget(_text(self.tr("It can't be used: %s") % card.problem))
        speed = self._speeds.get(card.name)
        rows.addLayout(_form({**card.facts, **({self.tr("speed here"): speed} if speed else {})}))
        if card.figures:
            rows.addSpacing(4)
            rows.addWidget(_text(card.figures_title))
            rows.addLayout(_form(card.figures))
        if card.protocol:
            rows.addSpacing(4)
            rows.addWidget(_text(card.protocol))
        return box

    def _button(self, text: str, wanted: SignalInstance, card: ModelCardText) -> QPushButton:
        button = QPushButton(text)
        button.setFlat(True)
        button.setAccessibleName(f"{text} {card.name}")
        button.clicked.connect(lambda: wanted.emit(card.name))
        return button


def _form(facts: dict[str, str]) -> QGridLayout:
    """Names beside values. A grid, because in Qt's forms values of several lines are cut off."""
    form = QGridLayout()
    form.setHorizontalSpacing(18)
    form.setVerticalSpacing(4)
    form.setColumnStretch(1, 1)
    for row, (label, value) in enumerate(facts.items()):
        name = QLabel(label[0].upper() + label[1:])
        name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        form.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        form.addWidget(_text(value.replace("/", "/\u200b")), row, 1)
    return form


def _text(words: str) -> QLabel:
    text = QLabel(words)
    text.setWordWrap(True)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return text
