"""Reading photos for the inspector off the GUI thread: soon at screen size, whole when zoomed."""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage

from app.window.photo_view.layered_image import LayeredImage, image_of, layered
from app.window.photo_view.photo_facts import read_facts
from engine.errors import UnreadablePhoto

_log = logging.getLogger(__name__)

_SCREEN_SHORT_SIDE_PX = 720  # the reader gives at least twice that where the photo has it
_NUM_KEPT = 6
_NUM_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPhoto:
    """A photo in colour and in grey, the size of the whole photo, and its facts."""

    path: Path
    colour: LayeredImage
    grey: LayeredImage
    photo_size: QSize
    facts: list[tuple[str, str]]

    @property
    def is_whole(self) -> bool:
        """Whether every pixel of the photo is at hand."""
        return self.colour.size == self.photo_size


class PhotoLoader(QObject):
    """Loads photos in threads of its own and keeps the last few at screen size.

    Signals, on the GUI thread; one of them ends each request:
        loaded(LoadedPhoto): the photo, at screen size or whole as it was asked for.
        failed(Path, str): the reason why it can't be shown.
    """

    loaded = Signal(object)
    failed = Signal(object, str)
    _arrived = Signal(object, object)  # from the threads: (_Request, LoadedPhoto | str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_NUM_THREADS)
        self._kept: OrderedDict[Path, tuple[object, LoadedPhoto]] = OrderedDict()
        self._under_way: dict[_Request, bool] = {}  # to whether somebody waits for it
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def load(self, path: Path, stamp: object, *, is_whole: bool = False) -> LoadedPhoto | None:
        """Ask for a photo; it is returned at once if it was kept and its stamp has not changed.

        The stamp is anything that changes with the file, such as its size and time.
        """
        kept = self._kept.get(path)
        if kept is not None and kept[0] == stamp and (kept[1].is_whole or not is_whole):
            self._kept.move_to_end(path)
            return kept[1]
        self._begin(_Request(path, stamp, is_whole), is_awaited=True)
        return None

    def prepare(self, path: Path, stamp: object) -> None:
        """Load a photo that will probably be asked for next."""
        kept = self._kept.get(path)
        if kept is None or kept[0] != stamp:
            self._begin(_Request(path, stamp, is_whole=False), is_awaited=False)

    def close(self) -> None:
        """Drop what waits, and wait for what is being read."""
        self._pool.clear()
        self._pool.waitForDone()

    def _begin(self, request: "_Request", *, is_awaited: bool) -> None:
        if request in self._under_way:
            self._under_way[request] |= is_awaited
            return
        self._under_way[request] = is_awaited
        self._pool.start(_Reading(self, request), 1 if is_awaited else 0)

    def _on_arrived(self, request: "_Request", result: LoadedPhoto | str) -> None:
        is_awaited = self._under_way.pop(request)
        if isinstance(result, str):
            if is_awaited:
                self.failed.emit(request.path, result)
            return
        if not request.is_whole:  # whole photos are too large to keep
            self._kept[request.path] = (request.stamp, result)
            while len(self._kept) > _NUM_KEPT:
                self._kept.popitem(last=False)
        if is_awaited:
            self.loaded.emit(result)


@dataclass(frozen=True, slots=True)
class _Request:
    path: Path
    stamp: object
    is_whole: bool


class _Reading(QRunnable):
    """One request, in a thread of the pool."""

    def __init__(self, loader: PhotoLoader, request: _Request) -> None:
        super().__init__()
        self._loader = loader
        self._request = request

    def run(self) -> None:
        try:
            result: LoadedPhoto | str = _read(self._request)
        except UnreadablePhoto as error:
            result = error.reason
        except Exception as error:  # the edge of a job: whatever happens must reach the person
            _log.exception("Could not show %s", self._request.path, exc_info=error)
            result = f"It could not be shown ({type(error).__name__})."
        self._loader._arrived.emit(self._request, result)  # noqa: SLF001 its own class


def _read(request: _Request) -> LoadedPhoto:
    # Here, because the decoders are slow to load and the window must be seen at once.
    from engine.photos.decode import read_photo

    short_side_px = None if request.is_whole else _SCREEN_SHORT_SIDE_PX
    photo = read_photo(request.path, short_side_px=short_side_px)
    image = image_of(photo.pixels_HW3)
    return LoadedPhoto(
        path=request.path,
        colour=layered(image),
        grey=layered(image.convertToFormat(QImage.Format.Format_Grayscale8)),
        photo_size=QSize(photo.width_px, photo.height_px),
        facts=read_facts(request.path),
    )
