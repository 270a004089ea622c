"""Thumbnails for what is on the screen, made in threads, the visible ones first."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from app.catalog.photo_files import FileStamp
from app.window.jobs.thumbnail_files import STORED_SIDES_PX, ThumbnailFiles
from engine.errors import UnreadablePhoto
from engine.processor import num_usable_cores

_log = logging.getLogger(__name__)

_MOST_THREADS = 4
_MEMORY_BYTES = 160 * 1024 * 1024
_BYTES_PER_PIXEL = 4


@dataclass(frozen=True, slots=True)
class _Wanted:
    stamp: FileStamp
    side_px: int


class ThumbnailLoader(QObject):
    """Makes the thumbnails that are wanted now, and holds those used last. For the GUI thread.

    Each of several views says what it wants; what nobody wants any more is not made.

    Signals:
        loaded(Path): `find` now has the thumbnail.
        unreadable(Path, str reason): the photo can't be read.
    """

    loaded = Signal(object)
    unreadable = Signal(object, str)
    _made = Signal(object, QImage)
    _failed = Signal(object, str)

    def __init__(
        self,
        files: ThumbnailFiles,
        *,
        memory_bytes: int = _MEMORY_BYTES,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._held: OrderedDict[FileStamp, tuple[QPixmap, int]] = OrderedDict()
        self._held_bytes = 0
        self._memory_bytes = memory_bytes
        self._wishes: dict[str, list[_Wanted]] = {}
        self._failures: dict[FileStamp, str] = {}
        self._queue = _Queue()
        self._made.connect(self._on_made)
        self._failed.connect(self._on_failed)
        self._threads = [
            threading.Thread(
                target=self._run, args=(files,), name=f"thumbnails-{number}", daemon=True
            )
            for number in range(min(_MOST_THREADS, max(2, num_usable_cores())))
        ]
        for thread in self._threads:
            thread.start()

    def find(self, stamp: FileStamp) -> QPixmap | None:
        """The thumbnail if it is at hand, perhaps in an older size; loads nothing."""
        held = self._held.get(stamp)
        if held is None:
            return None
        self._held.move_to_end(stamp)
        return held[0]

    def want(self, viewer: str, stamps: Sequence[FileStamp], side_px: int) -> None:
        """What a view wants now, most urgent first, instead of what it wanted before.

        A thumbnail fits into a square of `side_px` pixels of the screen.
        """
        self._wishes[viewer] = [
            _Wanted(stamp, side_px)
            for stamp in stamps
            if stamp not in self._failures and not self._holds(stamp, side_px)
        ]
        self._queue.replace([wish for wishes in self._wishes.values() for wish in wishes])

    def forget_failures(self) -> None:
        """Try again what could not be read."""
        self._failures.clear()

    def close(self) -> None:
        """Make no more; waits for the few at work."""
        self._queue.close()
        for thread in self._threads:
            thread.join()

    def _holds(self, stamp: FileStamp, side_px: int) -> bool:
        held = self._held.get(stamp)
        return held is not None and held[1] == side_px

    def _run(self, files: ThumbnailFiles) -> None:
        while (wanted := self._queue.take()) is not None:
            try:
                self._made.emit(wanted, _make(wanted, files))
            except UnreadablePhoto as error:
                self._failed.emit(wanted, error.reason)
            except Exception as error:  # the edge of a job: one photo must not end the thread
                _log.exception("No thumbnail of %s", wanted.stamp.path)
                self._failed.emit(wanted, str(error))
            finally:
                self._queue.done(wanted)

    def _on_made(self, wanted: _Wanted, image: QImage) -> None:
        before = self._held.pop(wanted.stamp, None)
        if before is not None:
            self._held_bytes -= _num_bytes(before[0])
        pixmap = QPixmap.fromImage(image)
        self._held[wanted.stamp] = (pixmap, wanted.side_px)
        self._held_bytes += _num_bytes(pixmap)
        while self._held_bytes > self._memory_bytes and len(self._held) > 1:
            _, (oldest, _) = self._held.popitem(last=False)
            self._held_bytes -= _num_bytes(oldest)
        self.loaded.emit(wanted.stamp.path)

    def _on_failed(self, wanted: _Wanted, reason: str) -> None:
        self._failures[wanted.stamp] = reason
        self.unreadable.emit(wanted.stamp.path, reason)


class _Queue:
    """What is still to be made; all threads use it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: OrderedDict[_Wanted, None] = OrderedDict()
        self._at_work: set[_Wanted] = set()
        self._is_closed = False

    def replace(self, wanted: Sequence[_Wanted]) -> None:
        with self._changed:
            self._waiting = OrderedDict.fromkeys(wanted)
            self._changed.notify_all()

    def take(self) -> _Wanted | None:
        with self._changed:
            while not self._is_closed:
                while self._waiting:
                    wanted, _ = self._waiting.popitem(last=False)
                    if wanted not in self._at_work:
                        self._at_work.add(wanted)
                        return wanted
                self._changed.wait()
            return None

    def done(self, wanted: _Wanted) -> None:
        with self._changed:
            self._at_work.discard(wanted)

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify_all()


def _make(wanted: _Wanted, files: ThumbnailFiles) -> QImage:
    stored_px = next(
        (side for side in STORED_SIDES_PX if side >= wanted.side_px), STORED_SIDES_PX[-1]
    )
    image = files.find(wanted.stamp, stored_px)
    if image is None:
        image = _read(wanted.stamp, stored_px)
        files.store(wanted.stamp, stored_px, image)
    shown = _fitted(image, wanted.side_px)
    data = shown.tobytes()
    width, height = shown.size
    # convertToFormat copies, so that the image does not hang on Python's bytes.
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


def _read(stamp: FileStamp, side_px: int) -> Image.Image:
    # Here, because the decoders would delay the window's first appearance.
    from engine.photos.decode import read_photo

    photo = read_photo(stamp.path, short_side_px=side_px // 2)
    return _fitted(Image.fromarray(photo.pixels_HW3), side_px)


def _fitted(image: Image.Image, side_px: int) -> Image.Image:
    """Shrunk into a square; never enlarged."""
    if max(image.size) <= side_px:
        return image
    shrink = side_px / max(image.size)
    size = (max(1, round(image.width * shrink)), max(1, round(image.height * shrink)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _num_bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * _BYTES_PER_PIXEL
