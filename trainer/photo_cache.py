"""Photos decoded and resized once, kept as plain bytes, so that no epoch waits for a decoder."""

# N photos; P pixels of all photos together

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import psutil

from engine.errors import UnreadablePhoto
from engine.photos.read_ahead import read_ahead
from engine.photos.resize import ResizeRule
from engine.photos.resized import read_resized
from engine.processor import num_usable_cores
from trainer.atomic_write import write_text
from trainer.errors import TrainingError

_log = logging.getLogger(__name__)

_FORMAT = 2
_MISSING = "missing"

Index = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPhotos:
    """All readable photos as one array of pixels, and where in it each photo lies.

    `pixels_P3` is uint8 RGB, memory-mapped; photo i is the rows `first_N[i]` and on, row by row,
    `width_N[i]` by `height_N[i]`. `unreadable` maps the index of a photo to the reason.
    """

    pixels_P3: npt.NDArray[np.uint8]
    first_N: npt.NDArray[np.int64]
    width_N: npt.NDArray[np.int64]
    height_N: npt.NDArray[np.int64]
    unreadable: dict[int, str]

    def photo(self, index: int) -> npt.NDArray[np.uint8]:
        """Photo `index` as (H, W, 3)."""
        first, width, height = self.first_N[index], self.width_N[index], self.height_N[index]
        return self.pixels_P3[first : first + width * height].reshape(height, width, 3)


def cache_photos(
    paths: Sequence[Path],
    rule: ResizeRule,
    *,
    crop_px: int,
    folder: Path,
    on_progress: Callable[[int], None] = lambda num_done: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> CachedPhotos | None:
    """Decode every photo into `folder`, or find it there from an earlier start; None if stopped.

    If a photo changed since (size or time), all are decoded again. One that is gone by now stays
    as it was cached. Raises TrainingError when the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder)
    key = _key(paths, rule, crop_px)
    index_file = folder / f"photos-{key}.json"
    pixel_file = folder / f"photos-{key}.rgb"
    index = _found(index_file, pixel_file, paths)
    if index is None:
        index_file.unlink(missing_ok=True)  # it would not fit the new pixels
        index = _decode_all(paths, rule, crop_px, pixel_file, on_progress, should_stop)
        if index is None:
            return None
        write_text(index_file, json.dumps(index))
    return _open(index, pixel_file)


def remove_cache(folder: Path) -> None:
    """Give back the disk space of a cache that no run needs any more, as far as possible."""
    shutil.rmtree(folder, ignore_errors=True)


def _key(paths: Sequence[Path], rule: ResizeRule, crop_px: int) -> str:
    digest = hashlib.sha256(json.dumps([_FORMAT, asdict(rule), crop_px]).encode())
    for path in paths:
        digest.update(f"{path}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()[:16]


def _state(path: Path) -> str:
    try:
        state = path.stat()
    except OSError:
        return _MISSING
    return f"{state.st_size} {state.st_mtime_ns}"


def _found(index_file: Path, pixel_file: Path, paths: Sequence[Path]) -> Index | None:
    """The index of an earlier start, if it is whole and the photos are the same as then."""
    try:
        index: Index = json.loads(index_file.read_text(encoding="utf-8"))
        size_bytes = pixel_file.stat().st_size
    except (OSError, ValueError):
        return None
    if size_bytes != 3 * sum(w * h for w, h in zip(index["width"], index["height"], strict=True)):
        return None
    for number, (path, before) in enumerate(zip(paths, index["states"], strict=True)):
        now = _state(path)
        is_kept = now == _MISSING and str(number) not in index["unreadable"]
        if now != before and not is_kept:
            _log.info("%s changed since it was decoded; all photos are decoded again", path)
            return None
    return index


def _decode_all(
    paths: Sequence[Path],
    rule: ResizeRule,
    crop_px: int,
    pixel_file: Path,
    on_progress: Callable[[int], None],
    should_stop: Callable[[], bool],
) -> Index | None:
    def decode(path: Path) -> tuple[str, npt.NDArray[np.uint8] | str]:
        state = _state(path)  # before reading: a photo that changes meanwhile is read again
        try:
            return state, read_resized(path, rule, crop_px=crop_px).pixels_HW3
        except UnreadablePhoto as error:
            return state, error.reason

    index: Index = {"first": [], "width": [], "height": [], "unreadable": {}, "states": []}
    num_pixels = 0
    num_threads = num_usable_cores()
    part_file = pixel_file.with_name(f".{pixel_file.stem}.{os.getpid()}.part")
    decoded = read_ahead(decode, paths, num_threads=num_threads, depth=4 * num_threads)
    try:
        with part_file.open("wb") as out:
            for number, (state, pixels) in enumerate(decoded):
                if should_stop():
                    return None
                height, width = (0, 0) if isinstance(pixels, str) else pixels.shape[:2]
                if isinstance(pixels, str):
                    index["unreadable"][str(number)] = pixels
                else:
                    _write(out, pixels)
                index["first"].append(num_pixels)
                index["width"].append(width)
                index["height"].append(height)
                index["states"].append(state)
                num_pixels += width * height
                on_progress(number + 1)
            out.flush()
            os.fsync(out.fileno())
        part_file.replace(pixel_file)
    except OSError as error:
        needed_bytes = 3 * num_pixels / max(len(index["first"]), 1) * len(paths)
        raise TrainingError(
            f"The decoded photos could not be written to {part_file.parent}: {error.strerror}.",
            f"They need about {needed_bytes / 1e9:.1f} GB in all. Free that much, or name another "
            "folder as machine.photo_cache in the run's TOML.",
        ) from error
    finally:
        decoded.close()  # stops the threads
        part_file.unlink(missing_ok=True)
    return index


def _write(out: BinaryIO, pixels_HW3: npt.NDArray[np.uint8]) -> None:
    out.write(np.ascontiguousarray(pixels_HW3).data)


def _remove_abandoned(folder: Path) -> None:
    """Remove what killed processes had begun to write."""
    for part in folder.glob(".photos-*.part"):
        pid = part.name.split(".")[-2]
        if pid.isdecimal() and (int(pid) == os.getpid() or not psutil.pid_exists(int(pid))):
            part.unlink(missing_ok=True)


def _open(index: Index, pixel_file: Path) -> CachedPhotos:
    if pixel_file.stat().st_size == 0:
        pixels: npt.NDArray[np.uint8] = np.empty((0, 3), np.uint8)
    else:
        # copy-on-write: PyTorch wants a writable array, and nobody writes to it
        pixels = np.memmap(pixel_file, np.uint8, "c").reshape(-1, 3)
    return CachedPhotos(
        pixels_P3=pixels,
        first_N=np.asarray(index["first"], np.int64),
        width_N=np.asarray(index["width"], np.int64),
        height_N=np.asarray(index["height"], np.int64),
        unreadable={int(number): reason for number, reason in index["unreadable"].items()},
    )
