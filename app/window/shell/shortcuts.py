"""Every key of the window and what it does, in one table: bound from it, and shown from it."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence


@dataclass(frozen=True, slots=True)
class Key:
    """Keys that do one thing, in Qt's portable spelling, and that thing in a few words."""

    keys: tuple[str, ...]
    does: str
    is_range: bool = False  # the first to the last of a row of keys

    def shown(self) -> str:
        """The keys as this operating system writes them."""
        return (" \N{EN DASH} " if self.is_range else "   ").join(
            QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in self.keys
        )


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys that belong together."""

    title: str
    keys: tuple[Key, ...]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shortcuts", text)


def key_groups() -> tuple[KeyGroup, ...]:
    """All keys as the cheat sheet shows them."""
    return (
        KeyGroup(
            _tr("Go to"),
            (
                Key(("G",), _tr("The grid of the library")),
                Key(("E", "Return"), _tr("Inspect the photo")),
                Key(("C",), _tr("Compare")),
                Key(
                    ("Ctrl+1", "Ctrl+5"),
                    _tr("The first to the fifth place of the rail"),
                    is_range=True,
                ),
                Key(("Ctrl+R",), _tr("Rate photos to teach a model")),
                Key(("Ctrl+N",), _tr("A new training")),
                Key(("Left", "Right", "Up", "Down"), _tr("The photo beside, above or below")),
                Key(("Space",), _tr("The next photo")),
            ),
        ),
        KeyGroup(
            _tr("Mark"),
            (
                Key(("1", "5"), _tr("One to five stars"), is_range=True),
                Key(("0",), _tr("No stars")),
                Key(("P",), _tr("Pick")),
                Key(("X",), _tr("Reject")),
                Key(("U",), _tr("Neither picked nor rejected")),
                Key(("Del",), _tr("Move to the trash, after a preview")),
                Key(("Ctrl+Z",), _tr("Undo")),
                Key(("Ctrl+A",), _tr("Select all photos that are shown")),
            ),
        ),
        KeyGroup(
            _tr("Inspect"),
            (
                Key(("H",), _tr("Flip the map on or off")),
                Key(("M",), _tr("Photo and map beside each other, or one at a time")),
                Key(("L",), _tr("The next map: defects, at 100 %, lowers, raises the score")),
                Key(("Z",), _tr("The sharpest place at 100 %, the next one, the whole photo")),
                Key(("+", "-"), _tr("Nearer, farther")),
                Key(("Esc",), _tr("Back to the library")),
            ),
        ),
        _of_compare(),
        _of_session(),
        KeyGroup(
            _tr("Window"),
            (
                Key(("Ctrl+O",), _tr("Open a folder")),
                Key(("F5",), _tr("Look for new and changed photos")),
                Key(("F11",), _tr("Full screen")),
                Key(("?",), _tr("This sheet")),
                Key(("Ctrl+Q",), _tr("Quit")),
            ),
        ),
    )


def _of_compare() -> KeyGroup:
    return KeyGroup(
        _tr("Compare"),
        (
            Key(("Left", "Right"), _tr("The left, the right photo looks better")),
            Key(("1", "5"), _tr("How much better"), is_range=True),
            Key(("Down",), _tr("Both look equal")),
            Key(("Space",), _tr("Can't say")),
            Key(("Ctrl+Z",), _tr("Take back the answer before")),
            Key(("Z", "+", "-"), _tr("100 %, nearer, farther, in both photos")),
            Key(("Esc",), _tr("Pause")),
        ),
    )


def _of_session() -> KeyGroup:
    return KeyGroup(
        _tr("Rate photos"),
        (
            Key(("1", "5"), _tr("Bad to excellent"), is_range=True),
            Key(("Space",), _tr("Can't say")),
            Key(("Ctrl+Z",), _tr("Take back the answer before")),
            Key(("Z", "+", "-"), _tr("100 %, nearer, farther")),
            Key(("Esc",), _tr("Pause, and see what was learned")),
        ),
    )
