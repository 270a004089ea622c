"""A tiny real model, and a way to run commands as people do: in a process of their own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.measures.logistic_fit import LogisticMap
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.model_card import LabelScale, MapScale, ModelCard
from engine.networks.model_file import save_model
from engine.photos.resize import ResizeRule

ROOT = Path(__file__).parents[2]
FIGURE = {"value": 0.87123, "low": 0.85, "high": 0.89}


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory) -> Path:
    """A model file with random weights, the same every time, that rates a photo in no time."""
    torch.manual_seed(0)
    config = CsiqaConfig(backbone="test_vit", crop_px=160)
    network = CSIQA(config)
    network.start_from_mean(50.0)
    with torch.no_grad():
        network.head.weight *= 10  # so that photos differ as much as in a trained model
    card = ModelCard(
        name="tiny",
        role="student",
        network=config,
        normalisation=network.normalisation,
        resize_rule=ResizeRule(long_side_px=None, short_side_px=200),
        num_crops=2,
        labels=LabelScale(low=1.0, high=5.0, higher_is_better=True),
        trained_on="made-up photos",
        num_photos=12,
        label_sha256="ab" * 32,
        protocol="Nothing was trained: the weights are random. " * 4,
        figures={"num_photos": 7, "srcc": FIGURE, "rmse": FIGURE, "krcc": "not a figure"},
        logistic=LogisticMap(low=0.0, high=100.0, centre=50.0, width=10.0, is_linear=False),
        map_scale=MapScale(top=1.0, weak_below=0.25),
        parent="tiny-teacher",
        date="2026-01-31",
        program="discern 0.1.0",
    )
    path = tmp_path_factory.mktemp("model") / "tiny-file.safetensors"
    save_model(path, network, card)
    return path


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
