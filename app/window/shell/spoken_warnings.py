"""Warnings of Discern itself, said in the window and not only in the log."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

_OWN_PACKAGES = ("app", "engine", "trainer")


class SpokenWarnings(QObject):
    """Hears what the program warns of: a setting, a file or a catalog that was not honoured.

    What was warned of before anybody listened is said by `catch_up`. Used on the GUI thread.

    Signals:
        said(str): a sentence for the person; from the thread that warned.
    """

    said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._early: list[str] | None = []
        self._handler = _Handler(self._hear)
        for name in _OWN_PACKAGES:
            logging.getLogger(name).addHandler(self._handler)

    def catch_up(self) -> None:
        """Say what came before; from now on everything is said at once."""
        early, self._early = self._early or [], None
        for sentence in early:
            self.said.emit(sentence)

    def close(self) -> None:
        """Hear no more."""
        for name in _OWN_PACKAGES:
            logging.getLogger(name).removeHandler(self._handler)

    def _hear(self, sentence: str) -> None:
        if self._early is None:
            self.said.emit(sentence)
        else:
            self._early.append(sentence)


class _Handler(logging.Handler):
    def __init__(self, hear: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.WARNING:  # errors are shown by whoever caught them
            self._hear(record.getMessage())
