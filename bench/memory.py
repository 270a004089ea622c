"""The most memory that rating 2,000 photos takes, and how much of it came after the first 100."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figure import Figure
from bench.subjects import write_photos

_ROOT = Path(__file__).parents[1]
_GROWTH_AT_MOST_MB = 32.0


def measure(
    *, num_photos: int = 2000, num_early: int = 100, num_crops: int | None = None
) -> list[Figure]:
    """Rates in a process of its own, so that what is measured is the scorer's memory alone."""
    with tempfile.TemporaryDirectory(prefix="discern-bench-") as name:
        folder = Path(name)
        _write_many(folder, num_photos)
        command = [sys.executable, "-m", "bench.peak_memory", name, str(num_early)]
        if num_crops is not None:
            command.append(str(num_crops))
        done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
    peaks = json.loads(done.stdout)
    early_mb, late_mb = peaks["early_bytes"] / 1e6, peaks["late_bytes"] / 1e6
    return [
        Figure(what=f"peak memory after {num_early:,} photos", value=early_mb, unit="MB"),
        Figure(what=f"peak memory after {num_photos:,} photos", value=late_mb, unit="MB"),
        Figure(
            what="  growth in between",
            value=late_mb - early_mb,
            unit="MB",
            at_most=_GROWTH_AT_MOST_MB,
        ),
    ]


def _write_many(folder: Path, num_photos: int) -> None:
    """A few small JPEGs under many names."""
    few = write_photos(folder, num_photos=min(5, num_photos), width_px=1200, height_px=800)
    for number in range(len(few), num_photos):
        path = folder / f"photo_{number:05d}.jpg"
        try:
            os.link(few[number % len(few)], path)
        except OSError:  # a file system without hard links
            shutil.copyfile(few[number % len(few)], path)
