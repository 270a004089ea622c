"""Ctrl+C in the terminal, its end, or a wish to end close the window as its close button does."""

import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SIGNALS = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))


class Interrupts(QObject):
    """Calls back on the GUI thread when the process is asked to end by a signal.

    Python runs signal handlers only between its own instructions, and Qt's loop has none; the byte
    that Python writes into the socket wakes the loop.
    """

    def __init__(self, act: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._act = act
        self._reading, self._writing = socket.socketpair()
        self._writing.setblocking(False)  # noqa: FBT003 the library has it so
        self._reading.setblocking(False)  # noqa: FBT003 the library has it so
        self._before_fd = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        self.is_interrupted = False

    def close(self) -> None:
        """Put back what was there before."""
        self._notifier.setEnabled(False)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._before_fd)
        self._reading.close()
        self._writing.close()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.is_interrupted = True

    def _on_woken(self) -> None:
        self._reading.recv(64)
        if self.is_interrupted:
            self._act()
