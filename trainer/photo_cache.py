"""Photos decoded and resized once, kept as plain bytes, so that no epoch waits for a decoder."""

# N photos; P pixels of all photos together

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from engine.errors import UnreadablePhoto
from engine.photos.read_ahead import read_ahead
from engine.photos.resize import ResizeRule
from engine.photos.resized import read_resized
from engine.processor import num_usable_cores
from trainer.atomic_write import write_text
from trainer.errors import TrainingError

_log = logging.getLogger(__name__)

_FORMAT = 1


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

    A photo that changed since (size or time) is decoded again with all others. Raises
    TrainingError when the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = _key(paths, rule, crop_px)
    index_file = folder / f"photos-{key}.json"
    pixel_file = folder / f"photos-{key}.rgb"
    if not (index_file.exists() and pixel_file.exists()):
        index = _decode_all(paths, rule, crop_px, pixel_file, on_progress, should_stop)
        if index is None:
            return None
        write_text(index_file, json.dumps(index))
    return _open(index_file, pixel_file)


def _key(paths: Sequence[Path], rule: ResizeRule, crop_px: int) -> str:
    digest = hashlib.sha256(json.dumps([_FORMAT, asdict(rule), crop_px]).encode())
    for path in paths:
        try:
            state = path.stat()
            digest.update(
                f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode(errors="replace")
            )
        except OSError:
            digest.update(f"{path}\0missing\n".encode(errors="replace"))
    return digest.hexdigest()[:16]


def _decode_all(
    paths: Sequence[Path],
    rule: ResizeRule,
    crop_px: int,
    pixel_file: Path,
    on_progress: Callable[[int], None],
    should_stop: Callable[[], bool],
) -> dict[str, object] | None:
    def decode(path: Path) -> npt.NDArray[np.uint8] | str:
        try:
            return read_resized(path, rule, crop_px=crop_px).pixels_HW3
        except UnreadablePhoto as error:
            return error.reason

    first, widths, heights, unreadable = [], [], [], {}
    num_pixels = 0
    num_threads = num_usable_cores()
    part_file = pixel_file.with_suffix(".part")
    decoded = read_ahead(decode, paths, num_threads=num_threads, depth=4 * num_threads)
    try:
        with part_file.open("wb") as out:
            for number, pixels in enumerate(decoded):
                if should_stop():
                    part_file.unlink()
                    return None
                if isinstance(pixels, str):
                    unreadable[str(number)] = pixels
                    height, width = 0, 0
                else:
                    height, width = pixels.shape[:2]
                    _write(out, pixels)
                first.append(num_pixels)
                widths.append(width)
                heights.append(height)
                num_pixels += width * height
                on_progress(number + 1)
    except OSError as error:
        part_file.unlink(missing_ok=True)
        raise TrainingError(
            f"The decoded photos could not be written to {part_file.parent}: {error.strerror}.",
            "They need about "
            f"{3 * num_pixels / max(len(first), 1) * len(paths) / 1e9:.1f} GB in all. Free that "
            "much, or name another folder as machine.photo_cache in the run's TOML.",
        ) from error
    finally:
        decoded.close()  # stops the threads
    part_file.replace(pixel_file)
    return {"first": first, "width": widths, "height": heights, "unreadable": unreadable}


def _write(out: BinaryIO, pixels_HW3: npt.NDArray[np.uint8]) -> None:
    out.write(np.ascontiguousarray(pixels_HW3).data)


def _open(index_file: Path, pixel_file: Path) -> CachedPhotos:
    index = json.loads(index_file.read_text(encoding="utf-8"))
    size = pixel_file.stat().st_size
    if size == 0:
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
