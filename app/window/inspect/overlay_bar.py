"""The controls above the photos: overlay on or off, which side, how strong, and the zoom."""

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

from app.window.widgets.icons import icon

_SLIDER_PX = 120


class OverlayBar(QWidget):
    """One line of controls.

    Signals:
        back_wanted(): go back to the library.
        overlay_switched(bool): show the overlay or not.
        side_chosen(str): "distortions", "lowers" or "raises".
        opacity_chosen(int): percent.
        whole_wanted(), actual_pixels_wanted(): the zoom.
    """

    back_wanted = Signal()
    overlay_switched = Signal(bool)
    side_chosen = Signal(str)
    opacity_chosen = Signal(int)
    whole_wanted = Signal()
    actual_pixels_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_on = True
        self._can_show_distortions = True
        self.back = QPushButton(self.tr("Library"))
        self.back.setToolTip(self.tr("Back to the library (G)"))
        self.back.clicked.connect(self.back_wanted)
        self.name = QLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.name.setMinimumWidth(60)
        self.switch = QCheckBox(self.tr("Overlay"))
        self.switch.setToolTip(self.tr("Show where the score comes from (H)"))
        self.switch.toggled.connect(self._on_switched)
        self.distortions = QRadioButton(self.tr("visible defects"))
        self.lowers = QRadioButton(self.tr("lowers the score"))
        self.raises = QRadioButton(self.tr("raises the score"))
        self._sides = QButtonGroup(self)
        self._buttons = {
            "distortions": self.distortions,
            "lowers": self.lowers,
            "raises": self.raises,
        }
        for side, button in self._buttons.items():
            button.setToolTip(self.tr("Go from one to the next with L"))
            self._sides.addButton(button)
            button.clicked.connect(lambda _, side=side: self.side_chosen.emit(side))
        opacity_name = QLabel(self.tr("Opacity"))
        opacity_name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.opacity = self._opacity_slider()
        self.whole = QToolButton()
        self.whole.setAutoRaise(True)
        self.whole.setToolTip(self.tr("The whole photo (Z)"))
        self.whole.setAccessibleName(self.tr("The whole photo"))
        self.whole.clicked.connect(self.whole_wanted)
        self.actual = QToolButton()
        self.actual.setText("100 %")
        self.actual.setAutoRaise(True)
        self.actual.setToolTip(self.tr("One photo pixel per screen pixel (Z)"))
        self.actual.clicked.connect(self.actual_pixels_wanted)
        self.zoom = QLabel()
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.zoom.setMinimumWidth(self.zoom.fontMetrics().horizontalAdvance("1600 %"))
        self.zoom.setToolTip(self.tr("Zoom"))
        sides = (self.distortions, self.lowers, self.raises)
        for control in (self.back, self.switch, *sides, self.opacity, self.whole, self.actual):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the photo
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self.back)
        row.addWidget(self.name, 1)
        for widget in (
            self.switch, *sides, opacity_name, self.opacity,
            self.zoom, self.whole, self.actual,
        ):  # fmt: skip
            row.addWidget(widget)
        self._draw_icons()

    def _opacity_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 100)
        slider.setFixedWidth(_SLIDER_PX)
        slider.setToolTip(self.tr("How strongly the overlay covers the photo"))
        slider.setAccessibleName(self.tr("Opacity of the overlay"))
        slider.valueChanged.connect(self.opacity_chosen)
        return slider

    def show_choices(self, *, is_on: bool, side: str, opacity_percent: int) -> None:
        """Bring the controls in line with the settings."""
        self.switch.setChecked(is_on)
        self._buttons[side].setChecked(True)
        self.opacity.setValue(opacity_percent)
        self._is_on = is_on
        for widget in (self.lowers, self.raises, self.opacity):
            widget.setEnabled(is_on)
        self.distortions.setEnabled(is_on and self._can_show_distortions)

    def allow_distortions(self, *, is_allowed: bool) -> None:
        """Whether the model at work sees visible defects."""
        self._can_show_distortions = is_allowed
        self.distortions.setEnabled(self._is_on and is_allowed)
        self.distortions.setToolTip(
            self.tr("Go from one to the next with L")
            if is_allowed
            else self.tr("This model has not been taught to see defects")
        )

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

    def _on_switched(self, is_on: bool) -> None:
        self.overlay_switched.emit(is_on)

    def _draw_icons(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.ButtonText)
        self.whole.setIcon(icon("fit", colour))
