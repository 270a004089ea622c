"""Ctrl+C as a wish to stop that keeps what was done; pressed twice, the end at once.

To be asked to end (SIGTERM) and to lose the terminal (SIGHUP) count as Ctrl+C.
"""

import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Self

_RATING_NOTE = "Stopping after the photo in hand. Press Ctrl+C again to stop at once."


_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


def _handled(handler: Callable[[int, FrameType | None], None]) -> dict[int, "signal._HANDLER"]:
    """Put a handler in for every signal to end, and return those before; `nohup` is obeyed."""
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    return {
        number: signal.signal(number, handler)
        for number in numbers
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN
    }


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """While entered, every signal to end the program raises KeyboardInterrupt."""
    before = _handled(_interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Interruption:
    """While entered, the first Ctrl+C only sets `is_wanted`; a second one ends the program.

    `note` is what the first one answers.
    """

    def __init__(self, note: str = _RATING_NOTE) -> None:
        self.is_wanted = False
        self._note = f"\n{note}\n".encode()
        self._before: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        self._before = _handled(self._on_interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def asks_to_stop(self) -> bool:
        """Whether work should end after the photo in hand."""
        return self.is_wanted

    def _on_interrupt(self, signal_number: int, frame: FrameType | None) -> None:
        _leave_lost_terminal(signal_number)
        if self.is_wanted:
            raise KeyboardInterrupt
        self.is_wanted = True
        # Straight to the file: the stream itself may be in the middle of a write.
        with suppress(OSError, ValueError):
            os.write(sys.stderr.fileno(), self._note)


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    _leave_lost_terminal(signal_number)
    raise KeyboardInterrupt


def _leave_lost_terminal(signal_number: int) -> None:
    """Write nowhere instead of into a terminal that has gone, which would be an error each time."""
    if signal_number != getattr(signal, "SIGHUP", None):
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        with suppress(OSError):
            # Of a terminal that has gone isatty says that it is none.
            if stat.S_ISCHR(os.fstat(descriptor).st_mode):
                os.dup2(nowhere, descriptor)
    os.close(nowhere)
