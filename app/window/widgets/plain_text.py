"""Showing words that come from files as they are, whatever tags they hold.

Qt takes a text with a tag in it for a page of rich text, and loads the pictures that it names: from
a file name such as `<img src="…">` any file of this machine, or a device that never ends.
"""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def plain(label: QLabel) -> QLabel:
    """The label, which shows its text letter by letter from now on."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def plain_tool_tip(text: str) -> str:
    """What to set as a tool tip, which knows no plain text, to have this text shown."""
    if "<" not in text and "&" not in text:
        return text  # nothing that Qt could take for a tag
    return f'<span style="white-space: pre-wrap">{escape(text)}</span>'
