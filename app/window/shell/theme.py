"""The quiet room: neutral greys around photographs, dark or light, and one accent."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True, kw_only=True)
class _Greys:
    """The greys of one theme from 0 to 255, and its accent."""

    window: int
    base: int
    alternate: int
    button: int
    edge: int
    text: int
    dim_text: int
    off_text: int
    light: int
    dark: int
    accent: str
    on_accent: str


_DARK = _Greys(
    window=0x2B,
    base=0x20,
    alternate=0x26,
    button=0x3A,
    edge=0x48,
    text=0xE4,
    dim_text=0xA6,
    off_text=0x72,
    light=0x58,
    dark=0x17,
    accent="#4379ad",
    on_accent="#ffffff",
)
_LIGHT = _Greys(
    window=0xE4,
    base=0xF2,
    alternate=0xEA,
    button=0xF4,
    edge=0xBC,
    text=0x1E,
    dim_text=0x56,
    off_text=0x8E,
    light=0xFF,
    dark=0x9A,
    accent="#2c6396",
    on_accent="#ffffff",
)

# Radio buttons and check boxes have an edge that is seen on dark and on light ground.
_STYLE = """
QRadioButton::indicator { width: 12px; height: 12px; border-radius: 7px;
                          border: 1px solid palette(placeholder-text); background: palette(base); }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid palette(highlight);
                                  background: palette(highlighted-text); }
QRadioButton::indicator:disabled { border-color: palette(mid); background: palette(window); }
QCheckBox::indicator { width: 12px; height: 12px; border-radius: 3px;
                       border: 1px solid palette(placeholder-text); background: palette(base); }
QCheckBox::indicator:checked { border-color: palette(highlight); background: palette(highlight);
                               image: url("CHECK_MARK"); }
QCheckBox::indicator:disabled { border-color: palette(mid); }
QToolTip { color: palette(tooltip-text); background: palette(tooltip-base);
           border: 1px solid palette(mid); padding: 3px; }
QMenuBar { background: palette(window); padding: 1px 4px; }
QMenuBar::item { padding: 4px 8px; background: transparent; border-radius: 3px; }
QMenuBar::item:selected { background: palette(button); }
QPushButton { background: palette(button); color: palette(button-text);
              border: 1px solid palette(mid); border-radius: 4px; padding: 4px 14px; }
QPushButton:hover { background: palette(midlight); }
QPushButton:pressed { background: palette(mid); }
QPushButton:focus, QPushButton:default { border: 1px solid palette(highlight); }
QPushButton:disabled { color: palette(mid); background: palette(window); }
QPushButton:flat { background: transparent; border: 1px solid transparent; }
QPushButton:flat:hover { background: palette(button); }
QPushButton:flat:focus { border: 1px solid palette(highlight); }
QSplitter::handle { background: palette(window); }
QStatusBar::item { border: 0; }
""".replace("CHECK_MARK", (Path(str(files("resources.icons"))) / "check.svg").as_posix())


def palette_for(*, is_dark: bool) -> QPalette:
    """The palette of the dark or the light theme."""
    greys = _DARK if is_dark else _LIGHT
    roles = {
        QPalette.ColorRole.Window: greys.window,
        QPalette.ColorRole.Base: greys.base,
        QPalette.ColorRole.AlternateBase: greys.alternate,
        QPalette.ColorRole.Button: greys.button,
        QPalette.ColorRole.Mid: greys.edge,
        QPalette.ColorRole.Midlight: (greys.button + greys.light) // 2,
        QPalette.ColorRole.Light: greys.light,
        QPalette.ColorRole.Dark: greys.dark,
        QPalette.ColorRole.Shadow: 0x00 if is_dark else 0x70,
        QPalette.ColorRole.WindowText: greys.text,
        QPalette.ColorRole.Text: greys.text,
        QPalette.ColorRole.ButtonText: greys.text,
        QPalette.ColorRole.BrightText: 0xFF,
        QPalette.ColorRole.PlaceholderText: greys.dim_text,
        QPalette.ColorRole.ToolTipBase: greys.button,
        QPalette.ColorRole.ToolTipText: greys.text,
    }
    palette = QPalette()
    for role, grey in roles.items():
        palette.setColor(role, QColor(grey, grey, grey))
    for role in (
        QPalette.ColorRole.Highlight,
        QPalette.ColorRole.Accent,
        QPalette.ColorRole.Link,
        QPalette.ColorRole.LinkVisited,
    ):
        palette.setColor(role, QColor(greys.accent))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor(greys.on_accent))
    link = QColor(greys.accent).lighter(140) if is_dark else QColor(greys.accent)
    palette.setColor(QPalette.ColorRole.Link, link)
    off = QColor(greys.off_text, greys.off_text, greys.off_text)
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, off)
    edge = QColor(greys.edge, greys.edge, greys.edge)
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, edge)
    return palette


class Theme(QObject):
    """Keeps the application's palette in step with the system, or with the person's choice."""

    def __init__(
        self, application: QApplication, *, choice: str = "system", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._application = application
        self._choice = choice
        self.is_dark = True
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    def choose(self, choice: str) -> None:
        """Follow the system, or be light or dark whatever it says."""
        if choice != self._choice:
            self._choice = choice
            self._apply()

    def _apply(self) -> None:
        scheme = self._application.styleHints().colorScheme()
        # Where the system says nothing, dark: photographs are judged in a dim room.
        self.is_dark = (
            scheme != Qt.ColorScheme.Light if self._choice == "system" else self._choice == "dark"
        )
        # Under a style sheet widgets keep the palette they have, so it is taken away meanwhile.
        self._application.setStyleSheet("")
        self._application.setPalette(palette_for(is_dark=self.is_dark))
        self._application.setStyleSheet(_STYLE)
