"""Photos per second on large JPEGs: rating, decoding alone, and what full-size decoding takes."""

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PIL import Image

from bench.figure import Figure
from bench.interleaved import time_in_turns
from bench.subjects import scorer, write_photos
from engine.counted import counted
from engine.photos.read_ahead import read_ahead
from engine.photos.resized import read_resized
from engine.processor import num_usable_cores
from engine.scorer import Scorer


def measure(
    *,
    num_rounds: int = 3,
    num_photos: int = 24,
    width_px: int = 6000,
    height_px: int = 4000,
    num_crops: int | None = None,
) -> list[Figure]:
    """The scorer from files to scores; then the same reading in the same threads without it."""
    rater = scorer(num_crops=num_crops)
    with tempfile.TemporaryDirectory(prefix="discern-bench-") as folder:
        paths = write_photos(
            Path(folder), num_photos=num_photos, width_px=width_px, height_px=height_px
        )
        megabytes = sum(path.stat().st_size for path in paths) / num_photos / 1e6
        timings = time_in_turns(
            {
                "score": partial(_score, rater, paths),
                "read": partial(_in_threads, partial(_read, rater), paths),
                "full": partial(_in_threads, _read_all_pixels, paths),
            },
            num_rounds=num_rounds,
        )
    rates = {name: num_photos / timings.fastest_s(name) for name in timings.seconds}
    megapixels = width_px * height_px / 1e6
    return [
        Figure(
            what=f"rating {megapixels:.3g}-megapixel JPEGs ({megabytes:.1f} MB each), "
            + counted(rater.num_crops, "view"),
            value=rates["score"],
            unit="photos/s",
        ),
        Figure(
            what="  reading them for it, without the network", value=rates["read"], unit="photos/s"
        ),
        Figure(
            what="  rating, as a share of reading alone",
            value=timings.ratio("read", "score"),
            unit="x",
        ),
        Figure(what="  decoding them in full, Pillow", value=rates["full"], unit="photos/s"),
        Figure(
            what="  rating, as a multiple of full decoding",
            value=timings.ratio("full", "score"),
            unit="x",
        ),
    ]


def _score(rater: Scorer, paths: Sequence[Path]) -> None:
    for photo in rater.score_each(paths):
        assert photo.error is None, photo.error


def _in_threads(function: Callable[[Path], object], paths: Sequence[Path]) -> None:
    num_threads = num_usable_cores()
    for _ in read_ahead(function, paths, num_threads=num_threads, depth=num_threads + 2):
        pass


def _read(rater: Scorer, path: Path) -> None:
    read_resized(path, rater.card.resize_rule, crop_px=rater.card.crop_px)


def _read_all_pixels(path: Path) -> None:
    with Image.open(path) as image:
        image.load()
