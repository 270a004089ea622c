from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel

from app.window.widgets.plain_text import plain, plain_tool_tip

HOSTILE = '/cards/<img src="/dev/zero">.jpg'


def test_a_label_shows_tags_letter_by_letter(qtbot):
    label = plain(QLabel())
    qtbot.addWidget(label)
    label.setText(HOSTILE)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.sizeHint().width() == label.fontMetrics().horizontalAdvance(HOSTILE)


def test_a_tool_tip_shows_tags_letter_by_letter(qapp):
    tip = plain_tool_tip(f"{HOSTILE}\na  b & c")
    assert "<img" not in tip  # Qt would read what it names, and here to no end
    document = QTextDocument()
    document.setHtml(tip)
    assert document.toPlainText().replace("\u2028", "\n") == f"{HOSTILE}\na  b & c"


def test_other_tool_tips_are_as_they_were():
    assert plain_tool_tip("IMG  1.jpg\n55 > 7") == "IMG  1.jpg\n55 > 7"
