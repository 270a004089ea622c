"""One decoding process, from the program's side."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

import engine
from engine.photos.apart.frames import Bytes, FrameReader
from engine.photos.apart.wire import Message, receive, send
from engine.photos.apart.worker import CPU_S, MEMORY_BYTES, RETIRED

# Long enough for a photo on a slow network drive; what hangs is found by its processor time.
_WALL_S = 120.0
_END_S = 2.0
_IS_WINDOWS = sys.platform == "win32"
# A terminal's Ctrl+C is for the program alone, and no console window may appear.
_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
    subprocess, "CREATE_NEW_PROCESS_GROUP", 0
)

WORKER = (sys.executable, "-P", "-m", "engine.photos.apart.worker")
"""The command of the decoding process; `-P` keeps it from running code beside the photos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one photo may cost before its decoder is stopped.

    >>> from engine.photos.apart.decoder_process import Limits
    >>> patient = Limits(wall_s=600.0)  # for a very slow drive
    >>> patient.cpu_s == Limits().cpu_s
    True
    """

    cpu_s: float = CPU_S
    wall_s: float = _WALL_S
    memory_bytes: int = MEMORY_BYTES


class DecoderDied(Exception):
    """The decoding process has ended over a request; the text is for the log.

    >>> from engine.photos.apart.decoder_process import DecoderDied
    >>> str(DecoderDied("exit status -11; Its answers end."))
    'exit status -11; Its answers end.'
    """


class DecoderRetired(Exception):
    """The decoding process had ended before it saw the request; another one can be asked.

    >>> from engine.photos.apart.decoder_process import DecoderRetired
    >>> str(DecoderRetired())  # there is nothing to say: another one is asked
    ''
    """


class DecoderUnavailable(Exception):
    """The decoding process could not be started; the text says why.

    >>> from engine.photos.apart.decoder_process import DecoderProcess, Limits
    >>> DecoderProcess(["no such program"], Limits())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.photos.apart.decoder_process.DecoderUnavailable: ...
    """


class DecoderStopped(Exception):
    """The decoding process took too much and was ended; the text says what of.

    >>> from engine.photos.apart.decoder_process import DecoderStopped
    >>> f"The HEIF decoder {DecoderStopped('worked longer than 20 s')} over this photo."
    'The HEIF decoder worked longer than 20 s over this photo.'
    """


class DecoderProcess:
    """A process that answers one request at a time. Used by one thread at a time, and a watch.

    `num_answered` requests have been answered; `was_up` says whether it ever came to that point.

    >>> from contextlib import nullcontext
    >>> from engine.photos.apart.decoder_process import WORKER, DecoderProcess, Limits
    >>> process = DecoderProcess(WORKER, Limits())
    >>> request = {"do": "photo", "path": "missing.heic", "short_side_px": None}
    >>> reply, content = process.ask(request, nullcontext())
    >>> reply["unreadable"], len(content), process.num_answered
    ('There is no such file.', 0, 1)
    >>> process.close()
    """

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        """Start it; the first request waits until it is up. Raises DecoderUnavailable."""
        self._limits = limits
        self._frames = FrameReader()
        try:
            self._process = subprocess.Popen(
                [*command, self._frames.argument],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
                pass_fds=self._frames.inherited,
                process_group=None if _IS_WINDOWS else 0,
                creationflags=_FLAGS,
            )
        except OSError as error:
            self._frames.close()
            raise DecoderUnavailable(error.strerror or str(error)) from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._replies = self._process.stdin, self._process.stdout
        self._watched = psutil.Process(self._process.pid)
        self.was_up = False
        self._lock = threading.Lock()
        self._begun_s: float | None = None  # None: nothing is asked
        self._cpu_before_s = 0.0
        self._resting_bytes = 0
        self._stopped_for = ""
        self.num_answered = 0

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def ask(self, request: Message, turn: AbstractContextManager[object]) -> tuple[Message, Bytes]:
        """The reply and the bytes that came with it.

        `turn` is entered before a large picture is decoded, and left at the end. Raises
        DecoderDied, DecoderRetired, DecoderStopped or DecoderUnavailable, after which the process
        is of no use.
        """
        with ExitStack() as turns:
            try:
                self._begin()
                self._wait_until_up()
                self._send(request)
                while "large" in (reply := self._receive()):
                    self._begun_s = None  # waiting is nobody's fault
                    turns.enter_context(turn)
                    turn = ExitStack()  # its turn has come, also for what follows
                    self._begin()
                    self._send({"go": True})
                content = self._frames.take(reply["ticket"], reply["num_bytes"])
            except (OSError, psutil.Error) as error:
                raise self._why_it_ended(str(error)) from error
            finally:
                self._begun_s = None
        self.num_answered += 1
        return reply, content

    def look(self) -> None:
        """End the process if it takes too much. For the watch, in any thread."""
        with self._lock:
            begun_s = self._begun_s
            if begun_s is None or self._stopped_for:
                return
            try:
                cpu_s = _cpu_s(self._watched) - self._cpu_before_s
                memory_bytes = self._watched.memory_info().rss - self._resting_bytes
            except psutil.Error:
                return  # it has just ended
            if time.monotonic() - begun_s > self._limits.wall_s:
                self._stopped_for = f"took longer than {self._limits.wall_s:.0f} s"
            elif cpu_s > self._limits.cpu_s:
                self._stopped_for = f"worked longer than {self._limits.cpu_s:.0f} s"
            elif memory_bytes > self._limits.memory_bytes:
                gigabytes = self._limits.memory_bytes / 1e9
                self._stopped_for = f"wanted more than {gigabytes:.1f} GB of memory"
            if self._stopped_for:
                self._process.kill()

    def kill(self) -> None:
        """End the process at once, whatever it is asked; in any thread."""
        self._process.kill()

    def close(self) -> None:
        """End the process, and wait until it has gone."""
        for stream in (self._requests, self._replies, self._process.stderr):
            if stream is not None:
                with suppress(OSError):  # what was not sent has nobody to read it
                    stream.close()
        try:
            self._process.wait(timeout=_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._frames.close()

    def _wait_until_up(self) -> None:
        if not self.was_up:
            self._receive()
            self.was_up = True
            self._resting_bytes = self._watched.memory_info().rss
            self._begin()

    def _begin(self) -> None:
        self._cpu_before_s = _cpu_s(self._watched)
        self._begun_s = time.monotonic()

    def _send(self, message: Message) -> None:
        send(self._requests, message)

    def _receive(self) -> Message:
        message = receive(self._replies)
        if message is None:
            raise OSError("Its answers end.")
        return message

    def _why_it_ended(self, seen: str) -> Exception:
        with self._lock:  # a kill may be on its way
            self._begun_s = None
            stopped_for = self._stopped_for
        self._process.kill()
        status = self._process.wait()
        assert self._process.stderr is not None
        trace = self._process.stderr.read(4000).decode(errors="replace").strip()
        if stopped_for:
            return DecoderStopped(stopped_for)
        if status == RETIRED:
            return DecoderRetired()
        what = f"exit status {status}; {seen} {trace}".strip()
        return DecoderDied(what) if self.was_up else DecoderUnavailable(what)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _environment() -> dict[str, str]:
    """The environment in which our own packages are found, even from a source folder."""
    assert engine.__file__ is not None
    root = str(Path(engine.__file__).parents[1])
    before = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, *([before] if before else [])]),
        "PYTHONUTF8": "1",
        # It multiplies nothing, and starts faster without the threads for it.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
