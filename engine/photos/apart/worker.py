"""The decoding process: python -m engine.photos.apart.worker FRAMES.

It reads one photo after the other for the program that started it, and ends when that is gone,
when it was idle for a while, or when a photo takes more than its share of processor time.
"""

import faulthandler
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from engine.errors import UnreadablePhoto
from engine.photos import limits
from engine.photos.apart.frames import FrameWriter
from engine.photos.apart.wire import Message, receive, send

Answer = Callable[[Message, FrameWriter], Message]

RETIRED = 75  # the exit status of a process that was not needed any more
MEMORY_BYTES = 1_900_000_000  # what a photo may take beside what the process takes when idle
CPU_S = 20
"""How long a processor may work on one photo, all its cores together."""

_IDLE_S = 30.0
_DETAILS_CHARS = 4000


def main() -> None:
    """Serve with the decoders of this process.

    >>> from subprocess import run
    >>> from engine.photos.apart.decoder_process import WORKER
    >>> run([*WORKER, "-1"], input=b"", capture_output=True).returncode  # nobody asks: it ends
    0
    """
    # Here, so that whoever only wants the limits need not load the decoders.
    from engine.photos.apart.answers import answer

    serve(answer)


def serve(answer: Answer) -> None:
    """Answer requests from stdin to stdout until there are no more.

    >>> import sys
    >>> from subprocess import run
    >>> echo = "from engine.photos.apart.worker import serve; serve(lambda asked, frames: asked)"
    >>> run([sys.executable, "-c", echo, "-1"], input=b"", capture_output=True).returncode
    0
    """
    requests, replies, diagnosis = _own_streams()
    faulthandler.enable(diagnosis, all_threads=False)
    frames = FrameWriter(sys.argv[1])
    inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()

    @contextmanager
    def ask_for_turn(decode_bytes: int) -> Iterator[None]:
        if decode_bytes > limits.LARGE_DECODE_BYTES:
            send(replies, {"large": decode_bytes})
            inbox.get()
        yield

    limits.take_turns_from(ask_for_turn)
    _limit_memory()
    send(replies, {"ready": os.getpid()})
    while True:
        try:
            request = inbox.get(timeout=_IDLE_S)
        except queue.Empty:
            os._exit(RETIRED)
        _limit_time()
        send(replies, _answered(request, frames, answer))


def _answered(request: Message, frames: FrameWriter, answer: Answer) -> Message:
    try:
        return answer(request, frames)
    except UnreadablePhoto as error:
        cause = error.__cause__
        details = "" if cause is None else "".join(traceback.format_exception(cause))
        return {
            "unreadable": error.reason,
            "details": details[-_DETAILS_CHARS:],
            "ticket": "",
            "num_bytes": 0,
        }


def _listen(requests: IO[bytes], inbox: "queue.SimpleQueue[Message]") -> None:
    """Ends the process, whatever it is doing, as soon as the program has gone."""
    while (message := receive(requests)) is not None:
        inbox.put(message)
    os._exit(0)


def _own_streams() -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """Stdin, stdout and stderr for us alone: decoders print, and nobody wants to read it."""
    requests, replies, diagnosis = (
        os.fdopen(os.dup(number), mode)
        for number, mode in ((0, "rb"), (1, "wb"), (2, "wb"))
    )  # fmt: skip
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return requests, replies, diagnosis


def _limit_memory() -> None:
    """Let the system refuse what is too much, where it can; the program watches as well."""
    if sys.platform == "linux":
        import resource  # there is none on Windows

        with suppress(OSError, ValueError, StopIteration):
            status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
            line = next(line for line in status.splitlines() if line.startswith("VmData:"))
            most = int(line.split()[1]) * 1024 + MEMORY_BYTES
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time() -> None:
    """Let the system end this process if the photo takes too long and nobody watches any more."""
    if sys.platform != "win32":
        import resource  # there is none on Windows

        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        with suppress(OSError, ValueError):
            at = int(used.ru_utime + used.ru_stime) + 2 * CPU_S
            resource.setrlimit(resource.RLIMIT_CPU, (at, most))


if __name__ == "__main__":
    main()
