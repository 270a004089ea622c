"""What a run says and hears: messages out, Stop in, and a heartbeat in the run folder."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import BinaryIO, Self

from trainer.errors import TrainingError
from trainer.protocol import (
    Detach,
    Failed,
    Finished,
    LineSplitter,
    Message,
    Progress,
    ProtocolError,
    Started,
    Stop,
    decode,
    encode,
)
from trainer.run_folder import RunFolder
from trainer.run_status import RunState

_log = logging.getLogger(__name__)

_HEARTBEAT_S = 2.0
_WIRE_INTERVAL_S = 0.2
_FILE_INTERVAL_S = 2.0  # a run of days must not fill the disk with its progress
_CHUNK_BYTES = 1 << 16


class Wire:
    """Where messages go out. When nobody listens any more, they are dropped, saying so once."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._is_broken = False

    def send(self, message: Message) -> None:
        """Write the whole line, or find that the other end is gone."""
        if self._is_broken:
            return
        try:
            rest = memoryview(encode(message))
            while rest:
                rest = rest[self._out.write(rest) :]
            self._out.flush()
        except OSError as error:
            self._is_broken = True
            _log.info("Nobody reads the messages any more (%s); the run goes on.", error)


class _Throttle:
    """Lets a Progress through when the last is old enough, or when it says something new."""

    def __init__(self, interval_s: float, clock: Callable[[], float]) -> None:
        self._interval_s = interval_s
        self._clock = clock
        self._last_place: tuple[str, int, int] | None = None
        self._last_s = 0.0

    def lets_through(self, message: Message) -> bool:
        if not isinstance(message, Progress):
            return True
        now_s = self._clock()
        place = (message.stage, message.repeat, message.epoch)
        is_news = place != self._last_place or message.step >= message.num_steps
        if not is_news and now_s - self._last_s < self._interval_s:
            return False
        self._last_place, self._last_s = place, now_s
        return True


class Reporter:
    """The voice and ear of one run; use it as a context manager around the run.

    `send` may be called from any thread. `should_stop` is to be asked between steps. Without
    `keep_going_without_parent`, the end of `control` means Stop: whoever started the run is gone.
    """

    def __init__(
        self,
        folder: RunFolder,
        *,
        wire: Wire,
        control: BinaryIO | None = None,
        keep_going_without_parent: bool = False,
        heartbeat_s: float = _HEARTBEAT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._wire = wire
        self._control = control
        self._keep_going_without_parent = keep_going_without_parent
        self._heartbeat_s = heartbeat_s
        self._wire_throttle = _Throttle(_WIRE_INTERVAL_S, clock)
        self._file_throttle = _Throttle(_FILE_INTERVAL_S, clock)
        self._send_lock = threading.Lock()
        self._status_lock = threading.Lock()
        self._status: tuple[RunState, str, str] = ("preparing", "", "")
        self._has_ended = False
        self._should_stop = False
        self._can_write_events = True
        self._is_closing = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._write_status()
        self._heart.start()
        # Daemon: it may hang in a read for as long as the parent lives.
        threading.Thread(target=self._listen, name="control", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_closing.set()
        self._heart.join()

    @property
    def should_stop(self) -> bool:
        """Whether the run is to finish its step, save and end."""
        return self._should_stop

    @property
    def has_ended(self) -> bool:
        """Whether Finished or Failed has been sent."""
        return self._has_ended

    def request_stop(self) -> None:
        """Make `should_stop` true; safe in a signal handler."""
        self._should_stop = True

    def send(self, message: Message) -> None:
        """Send a message and put it in events.jsonl; Progress is thinned out.

        The status follows the messages. After Finished or Failed nothing is sent any more.
        """
        with self._send_lock:
            if self._has_ended:
                _log.warning("Not sent, as the run has ended: %s", message)
                return
            if self._file_throttle.lets_through(message):
                self._append_event(message)
            self._follow(message)
            if self._wire_throttle.lets_through(message):
                self._wire.send(message)

    def _follow(self, message: Message) -> None:
        # The status is written first: whoever hears the last message finds the folder at rest.
        match message:
            case Started():
                self._set_status("running")
            case Failed(what=what, hint=hint):
                self._has_ended = True
                self._set_status("failed", what, hint)
            case Finished(was_stopped=was_stopped):
                self._has_ended = True
                self._set_status("stopped" if was_stopped else "finished")

    def _set_status(self, state: RunState, what: str = "", hint: str = "") -> None:
        self._status = (state, what, hint)
        self._write_status()

    def _write_status(self) -> None:
        with self._status_lock:
            state, what, hint = self._status
            try:
                self._folder.write_status(state, what=what, hint=hint)
            except TrainingError as error:
                _log.warning("The status was not written: %s", error)

    def _beat(self) -> None:
        while not self._is_closing.wait(self._heartbeat_s):
            if not self._has_ended:
                self._write_status()

    def _append_event(self, message: Message) -> None:
        try:
            with self._folder.events_jsonl.open("ab+") as file:
                # A killed run may have left half a line.
                if file.tell() > 0:
                    file.seek(-1, 2)
                    if file.read(1) != b"\n":
                        file.write(b"\n")
                file.write(encode(message))
            self._can_write_events = True
        except OSError as error:
            if self._can_write_events:
                _log.warning("events.jsonl could not be written: %s", error)
            self._can_write_events = False

    def _listen(self) -> None:
        splitter = LineSplitter()
        while chunk := self._read_control():
            for line in splitter.feed(chunk):
                self._obey(line)
        if not self._keep_going_without_parent and not self._is_closing.is_set():
            _log.info("Whoever started the run is gone: it will save and stop.")
            self.request_stop()

    def _read_control(self) -> bytes:
        if self._control is None:
            return b""
        try:
            return self._control.read(_CHUNK_BYTES) or b""
        except (OSError, ValueError):  # ValueError: closed in this process
            return b""

    def _obey(self, line: bytes) -> None:
        try:
            message = decode(line)
        except ProtocolError as error:
            _log.warning("Not obeyed: %s", error)
            return
        if isinstance(message, Stop):
            _log.info("Asked to stop: the run will save and stop.")
            self.request_stop()
        elif isinstance(message, Detach):
            _log.info("Asked to go on when nobody listens any more.")
            self._keep_going_without_parent = True
        else:
            _log.warning(
                "Only Stop and Detach can be asked of a run, not %s.", type(message).__name__
            )
