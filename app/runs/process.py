"""A training run as a child process: what it says, and the one way in which it ended.

Works without Qt. Threads read the pipes, as Windows can't wait on several at once.
"""

import contextlib
import importlib.util
import math
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

from app.runs.outcome import Died, Outcome
from trainer.protocol import (
    Detach,
    Failed,
    Finished,
    LineSplitter,
    Message,
    ProtocolError,
    Stop,
    decode,
    encode,
)

_STDERR_CHARS = 4000
_CHUNK_BYTES = 1 << 16
_POLL_S = 0.1
_STOP_GRACE_S = 120.0  # a step and a save of a large network on a slow machine
_EXIT_GRACE_S = 30.0  # from the last message to the end of the process
_PIPE_GRACE_S = 2.0  # from the end of the process to that of its pipes: a grandchild may hold them
_MAX_PROTOCOL_ERRORS = 100
# Ctrl+C in a terminal must reach only us, who say Stop; and no console window may pop up.
_CREATION_FLAGS = 0
if sys.platform == "win32":
    _CREATION_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW


class TrainingProcess:
    """One run's process: enter it, iterate `messages`, then look at `outcome`.

    `stop` and `cancel` may be called from any thread, all else from one. Leaving the context
    while the run is going on kills it; the folder can be resumed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        options: Sequence[str] = (),
        command: Sequence[str] | None = None,
        exit_grace_s: float = _EXIT_GRACE_S,
    ) -> None:
        trainer = [sys.executable, "-P", "-m", "trainer"] if command is None else list(command)
        self._command = [*trainer, str(folder), *options]
        self._exit_grace_s = exit_grace_s
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()  # None: stdout ended
        self._has_stdout_ended = False
        self._stderr_tail = ""
        self._stderr_reader: threading.Thread | None = None
        self._last_message: Finished | Failed | None = None
        self._kill_at_s = math.inf
        self._exited_at_s: float | None = None
        self.outcome: Outcome | None = None
        self.protocol_errors: list[ProtocolError] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.outcome is None:
            self.cancel()
            for _ in self.messages():
                pass

    @property
    def stderr_tail(self) -> str:
        """The last characters that the process wrote to stderr."""
        return self._stderr_tail

    @property
    def pid(self) -> int | None:
        """The process's number, once it has been started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process; that it can't be is an outcome, not an error."""
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=_environment(),
                start_new_session=True,
                creationflags=_CREATION_FLAGS,
            )
        except OSError as error:
            self.outcome = Died(exit_code=None, stderr_tail=str(error))
            return
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        _start_thread(self._read_stdout, self._process.stdout)
        self._stderr_reader = _start_thread(self._read_stderr, self._process.stderr)

    def messages(self) -> Iterator[Message]:
        """Every message as it comes, until the process has ended and `outcome` is known."""
        while self.outcome is None:
            message = self.next_message(timeout_s=_POLL_S)
            if message is not None:
                yield message

    def next_message(self, *, timeout_s: float) -> Message | None:
        """The next message, or None when none came in time or the run has ended.

        Lines that are no message are kept in `protocol_errors` and skipped.
        """
        deadline_s = time.monotonic() + timeout_s
        while self.outcome is None:
            if time.monotonic() > self._kill_at_s:
                self.cancel()
                self._kill_at_s = math.inf
            try:
                wait_s = min(_POLL_S, deadline_s - time.monotonic())
                line = self._lines.get(timeout=max(0.0, wait_s))
            except queue.Empty:
                self._look_for_the_end()
                if time.monotonic() >= deadline_s:
                    return None
                continue
            message = self._understand(line)
            if message is not None:
                return message
        return None

    def stop(self, *, grace_s: float = _STOP_GRACE_S) -> None:
        """Ask the run to finish its step, save and end; after `grace_s` it is killed."""
        if self._process is None or self._process.stdin is None:
            return
        self._kill_at_s = min(self._kill_at_s, time.monotonic() + grace_s)
        with contextlib.suppress(OSError, ValueError):  # it has ended already
            self._process.stdin.write(encode(Stop()))

    def cancel(self) -> None:
        """Kill the run and all processes it started; the folder stays and can be resumed."""
        if self._process is None or self._process.poll() is not None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()
        self._process.kill()

    def detach(self) -> None:
        """Ask the run to go on when we are gone."""
        if self._process is None or self._process.stdin is None:
            return
        with contextlib.suppress(OSError, ValueError):  # it has ended already
            self._process.stdin.write(encode(Detach()))

    def let_go(self) -> None:
        """Follow the run no more: one started with `--detached` goes on, another saves and stops.

        The end of its stdin is what tells it.
        """
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            if self._process.poll() is None:
                self._process.returncode = 0  # or Popen warns of the child that is left on purpose

    def _understand(self, line: bytes | None) -> Message | None:
        if line is None:
            self._has_stdout_ended = True
            self._expect_the_end()
            return None
        try:
            message = decode(line)
        except ProtocolError as error:
            if len(self.protocol_errors) < _MAX_PROTOCOL_ERRORS:
                self.protocol_errors.append(error)
            return None
        if self._last_message is not None:
            return None
        if isinstance(message, Finished | Failed):
            self._last_message = message
            self._expect_the_end()
        return message

    def _expect_the_end(self) -> None:
        self._kill_at_s = min(self._kill_at_s, time.monotonic() + self._exit_grace_s)

    def _look_for_the_end(self) -> None:
        assert self._process is not None
        exit_code = self._process.poll()
        if exit_code is None:
            return
        if self._exited_at_s is None:
            self._exited_at_s = time.monotonic()
        is_overdue = time.monotonic() - self._exited_at_s > _PIPE_GRACE_S
        if not (self._has_stdout_ended or is_overdue):
            return
        if self._stderr_reader is not None:
            self._stderr_reader.join(timeout=_PIPE_GRACE_S)
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        died = Died(exit_code=exit_code, stderr_tail=self._stderr_tail)
        self.outcome = self._last_message or died

    def _read_stdout(self, pipe: IO[bytes]) -> None:
        splitter = LineSplitter()
        with pipe:
            while chunk := pipe.read(_CHUNK_BYTES):
                for line in splitter.feed(chunk):
                    self._lines.put(line)
        if rest := splitter.finish():
            self._lines.put(rest)
        self._lines.put(None)

    def _read_stderr(self, pipe: IO[bytes]) -> None:
        tail = b""
        with pipe:
            while chunk := pipe.read(_CHUNK_BYTES):
                tail = (tail + chunk)[-4 * _STDERR_CHARS :]  # a character has at most four bytes
                self._stderr_tail = tail.decode("utf-8", errors="replace")[-_STDERR_CHARS:]


def _start_thread(target: Callable[[IO[bytes]], None], pipe: IO[bytes]) -> threading.Thread:
    thread = threading.Thread(target=target, args=(pipe,), daemon=True)
    thread.start()
    return thread


def _environment() -> dict[str, str]:
    """The environment in which the trainer is found, even from a source folder, as it is ours.

    `-P` keeps a folder named trainer in the user's working folder from being run instead.
    """
    environment = {**os.environ, "PYTHONUTF8": "1"}
    spec = importlib.util.find_spec("trainer")
    if spec is not None and spec.origin is not None:
        root = Path(spec.origin).parent.parent
        if root.name not in {"site-packages", "dist-packages"}:
            before = environment.get("PYTHONPATH")
            environment["PYTHONPATH"] = os.pathsep.join([str(root), *([before] if before else [])])
    return environment
