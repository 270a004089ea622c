"""The options that a network alone has, as fields: made from its entry in the registry."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from app.window.train.step import form
from engine.networks.network_entry import NetworkEntry, NetworkOption, OptionValue

_MOST = 10**6


class NetworkOptions(QWidget):
    """One field for each option; nothing where the network has none.

    Signals:
        changed(): a value is another.
    """

    changed = Signal()

    def __init__(self, entry: NetworkEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read: dict[str, Callable[[], OptionValue]] = {}
        self._defaults = entry.option_values({})
        fields = form()
        self.setLayout(fields)
        for option in entry.options:
            field = self._field(option)
            field.setAccessibleName(option.name)
            field.setToolTip(option.help)
            fields.addRow(option.name.replace("_", " ").capitalize(), field)

    def values(self) -> dict[str, OptionValue]:
        """The options that are not at their defaults, for the run's settings."""
        found = {name: read() for name, read in self._read.items()}
        return {name: value for name, value in found.items() if value != self._defaults[name]}

    def _field(self, option: NetworkOption) -> QWidget:
        match option.default:
            case bool():
                return self._switch(option, option.default)
            case int():
                return self._whole_number(option, option.default)
            case float():
                return self._number(option, option.default)
        return self._choice(option) if option.choices else self._text(option, option.default)

    def _switch(self, option: NetworkOption, default: bool) -> QWidget:
        switch = QCheckBox()
        switch.setChecked(default)
        self._read[option.name] = switch.isChecked
        switch.toggled.connect(self.changed)
        return switch

    def _whole_number(self, option: NetworkOption, default: int) -> QWidget:
        box = QSpinBox()
        box.setRange(
            -_MOST if option.low is None else int(option.low),
            _MOST if option.high is None else int(option.high),
        )
        box.setValue(default)
        self._read[option.name] = box.value
        box.valueChanged.connect(self.changed)
        return box

    def _number(self, option: NetworkOption, default: float) -> QWidget:
        box = QDoubleSpinBox()
        box.setDecimals(4)
        box.setRange(
            -_MOST if option.low is None else option.low,
            _MOST if option.high is None else option.high,
        )
        box.setValue(default)
        self._read[option.name] = box.value
        box.valueChanged.connect(self.changed)
        return box

    def _choice(self, option: NetworkOption) -> QWidget:
        box = QComboBox()
        box.addItems(list(option.choices))
        box.setCurrentText(str(option.default))
        self._read[option.name] = box.currentText
        box.currentTextChanged.connect(self.changed)
        return box

    def _text(self, option: NetworkOption, default: str) -> QWidget:
        edit = QLineEdit(default)
        self._read[option.name] = partial(_stripped, edit)
        edit.textChanged.connect(self.changed)
        return edit


def _stripped(edit: QLineEdit) -> str:
    return edit.text().strip()
