"""The rail on the left: the five places of the window, and help below them."""

from enum import StrEnum

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.window.widgets.icons import icon

_WIDTH_PX = 78
_ICON_PX = 24


class Place(StrEnum):
    """The places of the window, in their order."""

    LIBRARY = "library"
    INSPECT = "inspect"
    COMPARE = "compare"
    TRAIN = "train"
    MODELS = "models"


class Rail(QWidget):
    """A column of buttons, one per place.

    Signals:
        place_chosen(Place): a person asked for a place.
        keys_asked_for(): the cheat sheet was asked for.
        about_asked_for(): the about box was asked for.
    """

    place_chosen = Signal(object)
    keys_asked_for = Signal()
    about_asked_for = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH_PX)
        self._group = QButtonGroup(self)
        self._places: dict[Place, QToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(5, 8, 5, 8)
        layout.setSpacing(4)
        names = {
            Place.LIBRARY: self.tr("Library"),
            Place.INSPECT: self.tr("Inspect"),
            Place.COMPARE: self.tr("Compare"),
            Place.TRAIN: self.tr("Train"),
            Place.MODELS: self.tr("Models"),
        }
        for number, (place, name) in enumerate(names.items(), start=1):
            button = self._button(name, self.tr("%s (Ctrl+%d)") % (name, number))
            button.setCheckable(True)
            button.clicked.connect(lambda _, place=place: self.place_chosen.emit(place))
            self._group.addButton(button)
            self._places[place] = button
            layout.addWidget(button)
        layout.addStretch(1)
        self._keys = self._button(self.tr("Keys"), self.tr("What each key does (?)"))
        self._keys.clicked.connect(self.keys_asked_for)
        layout.addWidget(self._keys)
        self._about = self._button(self.tr("About"), self.tr("About Discern"))
        self._about.clicked.connect(self.about_asked_for)
        layout.addWidget(self._about)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._draw_icons()

    def show_place(self, place: Place) -> None:
        """Mark the place that the window is at."""
        self._places[place].setChecked(True)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(name)
        button.setToolTip(tip)
        button.setAccessibleName(name)
        button.setAccessibleDescription(tip)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        button.setAutoRaise(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _draw_icons(self) -> None:
        bright = self.palette().color(QPalette.ColorRole.ButtonText)
        dim = self.palette().color(QPalette.ColorRole.PlaceholderText)
        for place, button in self._places.items():
            button.setIcon(icon(place.value, bright, size_px=_ICON_PX, off=dim))
        self._keys.setIcon(icon("keys", dim, size_px=_ICON_PX))
        self._about.setIcon(icon("about", dim, size_px=_ICON_PX))
