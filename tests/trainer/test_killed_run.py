"""A real trainer process, killed with -9 and resumed, ends where one left alone ends."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from safetensors.torch import load_file

from trainer.protocol import Finished, Progress, decode
from trainer.run_folder import RunFolder

ROOT = Path(__file__).parents[2]
DEADLINE_S = 120


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "trainer", str(folder), "--detached"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def run_to_its_end(folder: Path) -> None:
    process = start(folder)
    out, _ = process.communicate(timeout=DEADLINE_S)
    last = decode(out.splitlines()[-1])
    assert isinstance(last, Finished), last
    assert not last.was_stopped


def kill_in_stage(folder: Path, stage: str) -> None:
    """Kill -9 once the stage has taken a step and something was saved."""
    process = start(folder)
    assert process.stdout is not None
    deadline = time.monotonic() + DEADLINE_S
    for line in process.stdout:
        message = decode(line)
        is_there = isinstance(message, Progress) and message.stage == stage and message.step > 0
        if is_there and (folder / "last.pt").exists():
            break
        assert time.monotonic() < deadline
    process.kill()
    process.communicate()
    assert not (folder / "report.json").exists()


@pytest.fixture(scope="module")
def make_run(small_runs, small_set, tmp_path_factory):
    parent = tmp_path_factory.mktemp("runs")

    def make(name: str) -> Path:
        config = small_runs.config(
            small_set,
            machine={"save_every_s": 0.0, "photo_cache": str(parent / "photos")},
            teacher={"epochs": 3},
            student={"epochs": 3},
        )
        return RunFolder.create(parent / name, config).path

    return make


@pytest.fixture(scope="module")
def left_alone(make_run):
    folder = make_run("left alone")
    run_to_its_end(folder)
    return folder


@pytest.mark.parametrize("stage", ["teacher", "student"])
def test_a_killed_run_ends_in_the_same_weights_and_figures(make_run, left_alone, stage):
    folder = make_run(f"killed in {stage}")
    kill_in_stage(folder, stage)
    run_to_its_end(folder)
    for name in ("teacher.safetensors", "best.safetensors"):
        expected, found = load_file(left_alone / name), load_file(folder / name)
        assert expected.keys() == found.keys()
        for key, value in expected.items():
            assert value.equal(found[key]), (name, key)
    predictions = [(f / "predictions.csv").read_text("utf-8") for f in (left_alone, folder)]
    assert predictions[0] == predictions[1]
