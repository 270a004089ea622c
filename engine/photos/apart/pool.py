"""The decoding processes of this program, shared by all its threads."""

import atexit
import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UnreadablePhoto
from engine.photos.apart.decoder_process import (
    WORKER,
    DecoderDied,
    DecoderProcess,
    DecoderRetired,
    DecoderStopped,
    DecoderUnavailable,
    Limits,
)
from engine.photos.apart.frames import Bytes
from engine.photos.apart.wire import Message
from engine.photos.limits import LARGE_DECODE_BYTES, turn_for_large
from engine.photos.photo import Photo
from engine.processor import num_usable_cores

_log = logging.getLogger(__name__)

_MOST_PROCESSES = 8
_WATCH_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The stored size, and the EXIF and XMP as they are in the photo; empty where it has none.

    >>> from engine.photos.apart.pool import Metadata
    >>> said = Metadata(exif=b"", xmp=b"<x:xmpmeta/>", width_px=40, height_px=30)
    >>> [name for name in ("exif", "xmp") if getattr(said, name)]
    ['xmp']
    """

    exif: bytes
    xmp: bytes
    width_px: int
    height_px: int


class DecoderPool:
    """Decoding processes, started when they are needed; each answers one thread at a time.

    A photo that makes its process die, hang or swallow memory costs that photo and that process.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.photos.apart.pool import DecoderPool
    >>> pool = DecoderPool(most_processes=1)
    >>> with TemporaryDirectory() as folder:
    ...     Image.new("L", (40, 30), 128).save(Path(folder) / "grey.tif")
    ...     photo = pool.photo(Path(folder) / "grey.tif", "TIFF", short_side_px=None)
    >>> photo.pixels_HW3.shape, photo.pixels_HW3[0, 0].tolist()
    ((30, 40, 3), [128, 128, 128])
    >>> pool.close()
    """

    def __init__(
        self,
        *,
        command: Sequence[str] = WORKER,
        limits: Limits | None = None,
        most_processes: int | None = None,
    ) -> None:
        self._command = tuple(command)
        self._limits = limits or Limits()
        cores = max(2, min(_MOST_PROCESSES, num_usable_cores()))
        self._num_left = most_processes or cores
        self._changed = threading.Condition()
        self._idle: list[DecoderProcess] = []
        self._busy: set[DecoderProcess] = set()
        self._watch: threading.Thread | None = None
        self._is_closed = False

    def photo(self, path: Path, decoder: str, *, short_side_px: int | None) -> Photo:
        """As engine.photos.decode.read_photo; `decoder` is the name to blame."""
        request = {"do": "photo", "short_side_px": short_side_px}
        reply, content = self._ask(path, decoder, request)
        return Photo(
            pixels_HW3=content.reshape(reply["shape"]),
            width_px=reply["width_px"],
            height_px=reply["height_px"],
        )

    def metadata(self, path: Path, decoder: str) -> Metadata:
        """What a photo says of itself. Raises UnreadablePhoto."""
        reply, content = self._ask(path, decoder, {"do": "metadata"})
        exif, xmp = content[: reply["exif_bytes"]], content[reply["exif_bytes"] :]
        return Metadata(
            exif=exif.tobytes(),
            xmp=xmp.tobytes(),
            width_px=reply["width_px"],
            height_px=reply["height_px"],
        )

    def close(self) -> None:
        """End all processes; whoever waits for one gets UnreadablePhoto."""
        with self._changed:
            self._is_closed = True
            idle, self._idle = self._idle, []
            busy = tuple(self._busy)
            self._changed.notify_all()
        for process in busy:
            process.kill()  # whoever asked it closes it
        for process in idle:
            process.close()

    def _ask(self, path: Path, decoder: str, request: Message) -> tuple[Message, Bytes]:
        request = {**request, "path": os.path.abspath(path)}
        reply, content = self._ask_any(path, decoder, request)
        if "unreadable" in reply:
            _log.debug("Could not decode %s: %s", path, reply["details"])
            raise UnreadablePhoto(path, reply["unreadable"])
        return reply, content

    def _ask_any(self, path: Path, decoder: str, request: Message) -> tuple[Message, Bytes]:
        """The answer of a process, or of a second one if the first can't be blamed on the photo."""
        while True:
            with self._lent(path) as process:
                is_fresh = process.num_answered == 0
                try:
                    return process.ask(request, turn_for_large(LARGE_DECODE_BYTES + 1))
                except DecoderUnavailable as error:
                    raise _unavailable(path, error) from error
                except DecoderRetired:
                    continue  # at most as often as there are processes that sleep
                except DecoderStopped as error:
                    _log.info("The %s decoder was ended over %s: it %s.", decoder, path, error)
                    reason = f"The {decoder} decoder {error} over this photo and was stopped."
                    raise UnreadablePhoto(path, reason) from error
                except DecoderDied as error:
                    _log.info("The %s decoder died over %s: %s", decoder, path, error)
                    if is_fresh:
                        reason = f"This photo made the {decoder} decoder fail. It may be damaged."
                        raise UnreadablePhoto(path, reason) from error
                    # What broke it may be left from a photo before.

    @contextmanager
    def _lent(self, path: Path) -> Iterator[DecoderProcess]:
        process = self._take(path)
        num_before = process.num_answered
        try:
            yield process
        finally:
            is_sound = process.num_answered > num_before
            with self._changed:
                self._busy.discard(process)
                self._num_left += 1
                is_kept = is_sound and not self._is_closed
                if is_kept:
                    self._idle.append(process)
                self._changed.notify()
            if not is_kept:
                process.close()
                self._replace(process)

    def _take(self, path: Path) -> DecoderProcess:
        with self._changed:
            self._changed.wait_for(lambda: self._num_left or self._is_closed)
            if self._is_closed:
                raise UnreadablePhoto(path, "Discern is closing.")
            self._num_left -= 1
            try:
                # The one used last is the least likely to have retired.
                process = self._idle.pop() if self._idle else self._started()
            except DecoderUnavailable as error:
                self._num_left += 1
                self._changed.notify()
                raise _unavailable(path, error) from error
            self._busy.add(process)
            if self._watch is None:
                self._watch = threading.Thread(
                    target=self._watch_them, name="decoder-watch", daemon=True
                )
                self._watch.start()
            return process

    def _replace(self, process: DecoderProcess) -> None:
        """Let another one start at once, so that the next photo need not wait for it."""
        with self._changed:
            if process.was_up and not self._is_closed and not self._idle:
                with suppress(DecoderUnavailable):  # whoever needs one will be told
                    self._idle.append(self._started())

    def _started(self) -> DecoderProcess:
        return DecoderProcess(self._command, self._limits)

    def _watch_them(self) -> None:
        """Looks at those at work every moment, and ends when none is."""
        while True:
            time.sleep(_WATCH_S)
            with self._changed:
                if not self._busy:
                    self._watch = None
                    return
                busy = tuple(self._busy)
            for process in busy:
                process.look()


def _unavailable(path: Path, error: DecoderUnavailable) -> UnreadablePhoto:
    _log.warning("The decoders for HEIF, AVIF, TIFF and camera RAW can't be started: %s", error)
    return UnreadablePhoto(path, "The decoder for this format could not be started. See the log.")


_pool: DecoderPool | None = None
_pool_lock = threading.Lock()


def the_pool() -> DecoderPool:
    """The pool that all of this program shares; it ends with the program.

    >>> from engine.photos.apart.pool import the_pool
    >>> the_pool() is the_pool()
    True
    """
    global _pool
    with _pool_lock:
        if _pool is None:
            _pool = DecoderPool()
            atexit.register(_pool.close)
        return _pool
