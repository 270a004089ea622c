"""Ctrl+C as a wish to stop that keeps what was done; pressed twice, the end at once."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Self

_RATING_NOTE = "Stopping after the photo in hand. Press Ctrl+C again to stop at once."


class Interruption:
    """While entered, the first Ctrl+C only sets `is_wanted`; a second one ends the program.

    `note` is what the first one answers.
    """

    def __init__(self, note: str = _RATING_NOTE) -> None:
        self.is_wanted = False
        self._note = f"\n{note}\n".encode()
        self._before: signal._HANDLER = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._on_interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def asks_to_stop(self) -> bool:
        """Whether work should end after the photo in hand."""
        return self.is_wanted

    def _on_interrupt(self, signal_number: int, frame: FrameType | None) -> None:
        if self.is_wanted:
            raise KeyboardInterrupt
        self.is_wanted = True
        # Straight to the file: the stream itself may be in the middle of a write.
        with suppress(OSError, ValueError):
            os.write(sys.stderr.fileno(), self._note)
