"""A painter that always lets go of what it paints on."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPaintDevice, QPainter


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """A painter on `device`, ended in any case.

    A painter that outlives its paint event ends the program, and one does where an error's
    traceback still holds the frame that made it.
    """
    painter = QPainter(device)
    try:
        yield painter
    finally:
        painter.end()
