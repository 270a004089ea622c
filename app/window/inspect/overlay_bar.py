"""The controls above the photos: map on or off, which one, how strong, and the zoom."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSlider,
    QToolButton,
    QWidget,
)

from app.window.widgets.elided_label import ElidedLabel
from app.window.widgets.icons import icon

_SLIDER_PX = 90


class OverlayBar(QWidget):
    """One line of controls.

    Signals:
        back_wanted(): go back to the library.
        overlay_switched(bool): show the map or not.
        both_switched(bool): photo and map beside each other, or one at a time.
        side_chosen(str): a name of settings.OVERLAY_SIDES.
        opacity_chosen(int): percent.
        whole_wanted(), actual_pixels_wanted(): the zoom.
    """

    back_wanted = Signal()
    overlay_switched = Signal(bool)
    both_switched = Signal(bool)
    side_chosen = Signal(str)
    opacity_chosen = Signal(int)
    whole_wanted = Signal()
    actual_pixels_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = QPushButton(self.tr("Library"))
        self.back.setToolTip(self.tr("Back to the library (G)"))
        self.back.clicked.connect(self.back_wanted)
        self.name = ElidedLabel()
        self.switch = QCheckBox(self.tr("Map"))
        self.switch.setToolTip(self.tr("Show the map, or the bare photo (H)"))
        self.switch.toggled.connect(self.overlay_switched)
        self.both = _tool(self.tr("Photo and map beside each other, or one at a time (M)"))
        self.both.setCheckable(True)
        self.both.setAccessibleName(self.tr("Photo and map beside each other"))
        self.both.toggled.connect(self.both_switched)
        self._sides = QButtonGroup(self)
        self._buttons = self._side_buttons()
        self.opacity = self._opacity_slider()
        self.whole = _tool(self.tr("The whole photo"))
        self.whole.setAccessibleName(self.tr("The whole photo"))
        self.whole.clicked.connect(self.whole_wanted)
        self.actual = _tool(self.tr("One photo pixel per screen pixel, at the sharpest place (Z)"))
        self.actual.setText("100 %")
        self.actual.clicked.connect(self.actual_pixels_wanted)
        self.zoom = QLabel()
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.zoom.setMinimumWidth(self.zoom.fontMetrics().horizontalAdvance("1600 %"))
        self.zoom.setToolTip(self.tr("Zoom"))
        controls = (self.switch, *self._buttons.values(), self.opacity, self.both)
        for control in (self.back, *controls, self.whole, self.actual):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the photo
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self.back)
        row.addWidget(self.name, 1)
        for widget in (*controls, self.zoom, self.whole, self.actual):
            row.addWidget(widget)
        self._draw_icons()

    def show_choices(
        self, *, is_on: bool, shows_both: bool, side: str, opacity_percent: int
    ) -> None:
        """Bring the controls in line with the settings."""
        self.switch.setChecked(is_on)
        self.both.setChecked(shows_both)
        self._buttons[side].setChecked(True)
        self.opacity.setValue(opacity_percent)
        for widget in (*self._buttons.values(), self.opacity):
            widget.setEnabled(is_on)

    def button(self, side: str) -> QRadioButton:
        """What chooses this map."""
        return self._buttons[side]

    def show_name(self, name: str, place: int, num_photos: int) -> None:
        """Say which photo it is, and where among the others; nothing without photos."""
        where = self.tr("%d of %d") % (place, num_photos)
        self.name.setText(f"{name}    {where}" if num_photos else name)

    def show_zoom(self, percent: int) -> None:
        """Say how large the photo is seen."""
        self.zoom.setText(f"{percent} %")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)

    def _side_buttons(self) -> dict[str, QRadioButton]:
        texts = {
            "distortions": (self.tr("defects"), self.tr("Visible defects of the whole photo")),
            "own_pixels": (self.tr("at 100 %"), self.tr("Defects of the photo's own pixels")),
            "lowers": (self.tr("lowers score"), self.tr("What lowers the score")),
            "raises": (self.tr("raises score"), self.tr("What raises the score")),
        }
        buttons = {}
        for side, (text, meaning) in texts.items():
            button = QRadioButton(text)
            button.setToolTip(self.tr("%s; L goes from one to the next") % meaning)
            self._sides.addButton(button)
            button.clicked.connect(lambda _, side=side: self.side_chosen.emit(side))
            buttons[side] = button
        return buttons

    def _opacity_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 100)
        slider.setFixedWidth(_SLIDER_PX)
        slider.setToolTip(self.tr("Opacity: how strongly the map covers the photo"))
        slider.setAccessibleName(self.tr("Opacity of the map"))
        slider.valueChanged.connect(self.opacity_chosen)
        return slider

    def _draw_icons(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.ButtonText)
        self.whole.setIcon(icon("fit", colour))
        self.both.setIcon(icon("both", colour))


def _tool(tool_tip: str) -> QToolButton:
    button = QToolButton()
    button.setAutoRaise(True)
    button.setToolTip(tool_tip)
    return button
