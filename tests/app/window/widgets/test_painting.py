import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap

from app.window.widgets.painting import painting


def test_an_error_while_painting_leaves_nothing_painted_on(qapp):
    pixmap = QPixmap(4, 4)

    def paint():
        with painting(pixmap) as painter:
            painter.fillRect(0, 0, 4, 4, Qt.GlobalColor.red)
            raise KeyError("the traceback holds this frame, and the painter with it")

    with pytest.raises(KeyError) as held:
        paint()
    assert held.tb is not None
    assert not pixmap.paintingActive()
    assert pixmap.toImage().pixelColor(1, 1) == Qt.GlobalColor.red
