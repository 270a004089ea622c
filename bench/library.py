"""The library with 100,000 photos: how soon it shows them, whether it stalls, what it holds."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from app.catalog.photo_files import stamp_of
from app.catalog.score_memory import ScoreMemory
from app.catalog.scores import StoredScore
from bench.figure import Figure

MODEL_ID, NUM_CROPS = "made-up@000000000000", 4
_ROOT = Path(__file__).parents[1]
_FOLDERS = 10
_AN_HOUR_S = 3600


def measure(*, num_photos: int = 100_000, num_rounds: int = 2) -> list[Figure]:
    """Windows on a folder of small made-up photos that were all rated before; no model is loaded.

    Each window is a process of its own, offscreen; the best of the rounds counts.
    """
    with tempfile.TemporaryDirectory(prefix="discern-bench-") as scratch:
        folder, home = Path(scratch) / "photos", Path(scratch) / "home"
        paths = list(_write_photos(folder, num_photos))
        _remember_scores(paths, home / "data" / "catalog.sqlite3")
        seconds_to_window = min(_run(home, "window")["shown_s"] for _ in range(num_rounds))
        runs = [_run(home, "library", str(folder)) for _ in range(num_rounds)]
    best = {name: min(run[name] for run in runs) for name in runs[0]}
    photos = f"{num_photos:,} photos"
    return [
        Figure(what="the window is visible after", value=seconds_to_window, unit="s", at_most=1),
        Figure(
            what=f"{photos}: first thumbnails on the screen after",
            value=best["first_thumbnails_s"],
            unit="s",
            at_most=1,
        ),
        Figure(what="  all of the first screen after", value=best["first_screen_s"], unit="s"),
        Figure(
            what="  all listed with their remembered scores after",
            value=best["all_scores_s"],
            unit="s",
            at_most=2,
        ),
        Figure(
            what="  longest stall of the window while listing",
            value=best["longest_stall_listing_ms"],
            unit="ms",
        ),
        Figure(
            what="  longest stall while scrolling to the end",
            value=best["longest_stall_scrolling_ms"],
            unit="ms",
            at_most=50,
        ),
        Figure(
            what="  longest stall while sorting and filtering",
            value=best["longest_stall_sorting_ms"],
            unit="ms",
        ),
        Figure(what="  memory", value=best["memory_mb"], unit="MB", at_most=600),
    ]


def _write_photos(folder: Path, num_photos: int) -> Iterator[Path]:
    rng = np.random.default_rng(0)
    contents = []
    folder.mkdir(parents=True)
    template = folder.parent / "template.jpg"
    for _ in range(20):
        coarse = Image.fromarray(rng.integers(0, 255, (6, 8, 3), dtype=np.uint8))
        coarse.resize((96, 72), Image.Resampling.BICUBIC).save(template, quality=80)
        contents.append(template.read_bytes())
    an_hour_ago_s = time.time() - _AN_HOUR_S
    for number in range(num_photos):
        below = folder / f"part {number * _FOLDERS // num_photos}"
        if number % (num_photos // _FOLDERS) == 0:
            below.mkdir(parents=True)
        path = below / f"IMG_{number:06}.jpg"
        path.write_bytes(contents[number % len(contents)])
        os.utime(path, (an_hour_ago_s, an_hour_ago_s))
        yield path


def _remember_scores(paths: list[Path], catalog_path: Path) -> None:
    rng = np.random.default_rng(1)
    scores = np.clip(rng.normal(60, 15, len(paths)), 0, 100)
    with ScoreMemory(catalog_path, model_id=MODEL_ID, num_crops=NUM_CROPS) as memory:
        for number, (path, score) in enumerate(zip(paths, scores, strict=True)):
            stored = StoredScore(
                score_0_100=float(score),
                uncertainty=2.0,
                crop_scores=(float(score),) * NUM_CROPS,
                width_px=96,
                height_px=72,
            )
            memory.remember(stamp_of(path), number.to_bytes(20, "big"), stored)


def _run(home: Path, *arguments: str) -> dict[str, float]:
    environment = {
        **os.environ,
        "DISCERN_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(_ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.library_window", str(time.time()), *arguments],
        cwd=_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures
