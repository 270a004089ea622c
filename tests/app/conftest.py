"""Photos, and a way to run commands as people do: in a process of their own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


@pytest.fixture
def photo_folder(tmp_path) -> Path:
    """Six small photos that look different, two of them in a folder below."""
    folder = tmp_path / "photos"
    (folder / "below").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(6):
        pixels = rng.integers(0, 40 * (number + 1), (220, 260, 3), dtype=np.uint8)
        place = folder / "below" if number > 3 else folder
        Image.fromarray(pixels).save(place / f"photo{number}.jpg")
    return folder


def without_display(environment) -> dict[str, str]:
    """The environment of a terminal on a machine without a screen."""
    of_display = {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"}
    return {name: value for name, value in environment.items() if name not in of_display}


def start_discern(*arguments, **options) -> subprocess.Popen:
    """`discern` with these arguments, begun in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **{
            "cwd": ROOT,
            **options,
            "env": {
                **without_display(os.environ),
                "PYTHONPATH": str(ROOT),
                "OMP_NUM_THREADS": "1",
                **options.get("env", {}),
            },
        },
    )


class Done:
    """How a command ended."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.raw_out, raw_err = process.communicate()
        self.status = process.returncode
        self.out = self.raw_out.decode("utf-8")
        self.err = raw_err.decode("utf-8")


@pytest.fixture
def discern():
    """Runs `discern` in a process of its own to its end: discern("rate", folder).status."""
    return lambda *arguments, **options: Done(start_discern(*arguments, **options))


@pytest.fixture
def begin_discern():
    """Begins `discern` in a process of its own; what still runs at the end is killed."""
    processes = []

    def begin(*arguments, **options):
        processes.append(start_discern(*arguments, **options))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.fixture
def age():
    """Makes every photo in a folder an hour old, so that its time can be trusted."""
    an_hour_ago_s = time.time() - 3600

    def make_old(folder: Path) -> None:
        for path in folder.rglob("*.*"):
            os.utime(path, (an_hour_ago_s, an_hour_ago_s))

    return make_old
