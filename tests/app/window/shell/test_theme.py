import itertools

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.window.shell.theme import Theme, palette_for

Role = QPalette.ColorRole
GREYS = (Role.Window, Role.Base, Role.AlternateBase, Role.Button, Role.Mid, Role.Text)


def luminance(colour: QColor) -> float:
    """As WCAG has it."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("is_dark", [True, False])
def test_all_but_the_accent_is_neutral_grey(is_dark):
    palette = palette_for(is_dark=is_dark)
    for role in GREYS:
        assert palette.color(role).saturation() == 0
    assert palette.color(Role.Highlight).saturation() > 0


@pytest.mark.parametrize("is_dark", [True, False])
def test_text_is_readable_on_every_ground(is_dark):
    palette = palette_for(is_dark=is_dark)
    grounds = (Role.Window, Role.Base, Role.AlternateBase)
    for text, ground in itertools.product((Role.Text, Role.PlaceholderText), grounds):
        assert contrast(palette.color(text), palette.color(ground)) >= 4.5
    assert contrast(palette.color(Role.ButtonText), palette.color(Role.Button)) >= 4.5
    assert contrast(palette.color(Role.HighlightedText), palette.color(Role.Highlight)) >= 4.5
    assert contrast(palette.color(Role.Link), palette.color(Role.Window)) >= 4.5


@pytest.fixture
def application(qapp):
    """The application, whose looks are put back afterwards."""
    before = qapp.palette(), qapp.styleSheet(), qapp.style().name()
    yield qapp
    qapp.setStyleSheet("")
    qapp.setStyle(before[2])
    qapp.setPalette(before[0])
    qapp.setStyleSheet(before[1])


def test_the_theme_follows_the_choice(application):
    theme = Theme(application, choice="light")
    assert not theme.is_dark
    assert QApplication.palette().color(Role.Window).lightness() > 128
    theme.choose("dark")
    assert theme.is_dark
    assert QApplication.palette().color(Role.Window).lightness() < 128
    theme.choose("system")  # the offscreen platform says nothing of itself
    assert theme.is_dark in (True, False)


def test_widgets_on_the_screen_change_with_it(qtbot, application):
    theme = Theme(application, choice="light")
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    shown = [QLabel("Label"), QTreeView(), QLineEdit("Text"), QScrollArea()]
    dim = QLabel("Dim")
    dim.setForegroundRole(Role.PlaceholderText)
    shown[3].setWidget(dim)
    for widget in shown:
        layout.addWidget(widget)
    window.show()
    theme.choose("dark")
    expected = palette_for(is_dark=True)
    for widget in (window, dim, *shown):
        for role in (Role.Window, Role.WindowText, Role.Base, Role.Text, Role.PlaceholderText):
            assert widget.palette().color(role) == expected.color(role), (widget, role)
