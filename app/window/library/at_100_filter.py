"""Limits of focus and noise at 100 %, behind one button of the filter bar."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QMenu,
    QSpinBox,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from app.window.photo_list.photo_order import ANY_FOCUS, ANY_NOISE

_MOST_NOISE_ASKED = 50.0


class At100Filter(QToolButton):
    """Opens two numbers; pressed while they leave photos out.

    Signals:
        limits_changed(float least_focus, float most_noise): by the person.
    """

    limits_changed = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("100 %")
        self.setCheckable(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(self.tr("Focus and noise at 100 %"))
        self.setToolTip(self.tr("Only photos in focus, or clean, at 100 %"))
        self.focus = QSpinBox()
        self.focus.setRange(0, 100)
        self.focus.setSpecialValueText(self.tr("any"))
        self.noise = QDoubleSpinBox()
        self.noise.setRange(0.0, _MOST_NOISE_ASKED)
        self.noise.setSpecialValueText(self.tr("any"))
        self.noise.setDecimals(1)
        self.noise.setSingleStep(0.5)
        panel = QWidget()
        form = QFormLayout(panel)
        form.addRow(self.tr("Focus at least (of 100)"), self.focus)
        form.addRow(self.tr("Noise at most (of 255)"), self.noise)
        menu = QMenu(self)
        action = QWidgetAction(menu)
        action.setDefaultWidget(panel)
        menu.addAction(action)
        self.setMenu(menu)
        self.show_limits(ANY_FOCUS, ANY_NOISE)
        for box in (self.focus, self.noise):
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self._on_changed)

    def show_limits(self, least_focus: float, most_noise: float) -> None:
        """Show other limits."""
        for box in (self.focus, self.noise):
            box.blockSignals(True)  # noqa: FBT003 Qt's own
        self.focus.setValue(round(least_focus))
        self.noise.setValue(0.0 if most_noise >= ANY_NOISE else most_noise)
        for box in (self.focus, self.noise):
            box.blockSignals(False)  # noqa: FBT003 Qt's own
        self.setChecked(least_focus > ANY_FOCUS or most_noise < ANY_NOISE)

    def _on_changed(self) -> None:
        # No photo is without any noise, so that 0 is free to mean that there is no limit.
        self.limits_changed.emit(float(self.focus.value()), self.noise.value() or ANY_NOISE)
