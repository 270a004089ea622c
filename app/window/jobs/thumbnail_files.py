"""Thumbnails on the disk: small JPEG files that can be made again at any time."""

import hashlib
import logging
import os
import threading
from pathlib import Path

from PIL import Image

from app.catalog.photo_files import FileStamp
from engine.files.atomic_write import write_whole

_log = logging.getLogger(__name__)

STORED_SIDES_PX = (256, 512)
_JPEG_QUALITY = 88
# A photo as small as its thumbnail is read as fast as the thumbnail.
_WORTH_STORING_BYTES = 48 * 1024


class ThumbnailFiles:
    """The thumbnails of photos by path, size and time; used by several threads at once.

    The folder stays under `max_bytes` from one `prune` to the next. Whatever goes wrong with it
    is logged once, and thumbnails are then made anew each time.
    """

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._is_writable = True
        self._lock = threading.Lock()

    def find(self, stamp: FileStamp, side_px: int) -> Image.Image | None:
        """The stored thumbnail, or None where there is none or it is damaged."""
        path = self._path(stamp, side_px)
        try:
            with Image.open(path, formats=("JPEG",)) as image:
                image.load()
                return image.convert("RGB")
        except (OSError, SyntaxError, ValueError):  # what Pillow raises for broken files
            return None

    def store(self, stamp: FileStamp, side_px: int, image: Image.Image) -> None:
        """Keep a thumbnail, unless the photo itself is as small."""
        if not self._is_writable or stamp.size_bytes < _WORTH_STORING_BYTES:
            return
        path = self._path(stamp, side_px)

        def write(temporary: Path) -> None:
            image.save(temporary, "JPEG", quality=_JPEG_QUALITY)

        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, write, is_flushed=False)
        except OSError as error:
            self._give_up(error)

    def prune(self) -> None:
        """Delete the thumbnails that were made longest ago until the rest fits. Takes a while."""
        found = []
        for folder, _, names in os.walk(self._folder):
            for name in names:
                path = Path(folder, name)
                try:
                    stat = path.stat()
                except OSError:
                    continue  # another window was faster
                found.append((stat.st_mtime_ns, stat.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._max_bytes:
                break
            try:
                path.unlink()
            except OSError:
                continue
            total -= size

    def _path(self, stamp: FileStamp, side_px: int) -> Path:
        digest = hashlib.blake2b(os.fsencode(stamp.path), digest_size=16)
        digest.update(f"\0{stamp.size_bytes}\0{stamp.mtime_ns}".encode())
        name = digest.hexdigest()
        return self._folder / str(side_px) / name[:2] / f"{name[2:]}.jpg"

    def _give_up(self, error: OSError) -> None:
        with self._lock:
            if self._is_writable:
                self._is_writable = False
                _log.warning(
                    "Thumbnails are not stored any more: %s (%s).",
                    self._folder,
                    error.strerror or error,
                )
