"""A real trainer process, killed with -9, stopped or failing, and resumed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from safetensors.torch import load_file

from trainer.protocol import Epoch, Failed, Finished, Progress, Stop, decode, encode
from trainer.run_folder import RunFolder

ROOT = Path(__file__).parents[2]
KILLING_ITSELF = Path(__file__).with_name("run_killing_itself.py")
DEADLINE_S = 120


def start(*arguments: str | Path, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def end_of(process: subprocess.Popen[bytes]) -> Finished | Failed:
    """The last message of a run whose stdin stays open until then."""
    assert process.stdout is not None
    lines = list(process.stdout)
    process.communicate(timeout=DEADLINE_S)
    last = decode(lines[-1])
    assert isinstance(last, Finished | Failed), last
    return last


def run_to_its_end(folder: Path) -> None:
    last = end_of(start("-m", "trainer", folder))
    assert last == Finished(report=str(folder / "report.json"), was_stopped=False)


def wait_for_step(process: subprocess.Popen[bytes], folder: Path, stage: str) -> None:
    """Until the stage has taken a step and something was saved."""
    assert process.stdout is not None
    deadline = time.monotonic() + DEADLINE_S
    for line in process.stdout:
        message = decode(line)
        is_there = isinstance(message, Progress) and message.stage == stage and message.step > 0
        if is_there and (folder / "last.pt").exists():
            return
        assert time.monotonic() < deadline
    raise AssertionError(f"The run ended before a step of the {stage}.")


def kill_in_stage(folder: Path, stage: str) -> None:
    process = start("-m", "trainer", folder)
    wait_for_step(process, folder, stage)
    process.kill()
    process.communicate()
    assert not (folder / "report.json").exists()


def let_it_kill_itself(folder: Path, stage: str, step: int) -> None:
    process = start(KILLING_ITSELF, stage, str(step), folder)
    assert process.stdout is not None
    process.stdout.read()  # stdin stays open: its end would mean Stop
    process.communicate(timeout=DEADLINE_S)
    assert process.returncode == -signal.SIGKILL
    assert not (folder / "report.json").exists()


@pytest.fixture(scope="module")
def make_run(small_runs, small_set, tmp_path_factory):
    parent = tmp_path_factory.mktemp("runs")

    def make(name: str, **sections) -> Path:
        settings = {
            "machine": {"save_every_s": 0.0},
            "teacher": {"epochs": 3},
            "student": {"epochs": 3},
        }
        config = small_runs.config(small_set, **{**settings, **sections})
        return RunFolder.create(parent / name, config).path

    return make


@pytest.fixture(scope="module")
def left_alone(make_run):
    folder = make_run("left alone")
    run_to_its_end(folder)
    return folder


def assert_same_end(folder: Path, expected: Path) -> None:
    """The same weights to the bit, and the same figures."""
    for name in ("teacher.safetensors", "best.safetensors"):
        weights, found = load_file(expected / name), load_file(folder / name)
        assert weights.keys() == found.keys()
        for key, value in weights.items():
            assert value.equal(found[key]), (name, key)
    assert (folder / "predictions.csv").read_text() == (expected / "predictions.csv").read_text()
    reports = [json.loads((f / "report.json").read_text()) for f in (expected, folder)]
    assert reports[0]["summary"] == reports[1]["summary"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_run_killed_in_every_stage_ends_as_one_left_alone(make_run, left_alone):
    folder = make_run("killed")
    let_it_kill_itself(folder, "photos", 20)
    assert list((folder / "photo_cache").glob(".*.part"))
    kill_in_stage(folder, "teacher")
    kill_in_stage(folder, "student")
    let_it_kill_itself(folder, "test", 20)
    run_to_its_end(folder)
    assert_same_end(folder, left_alone)
    events = [decode(line) for line in (folder / "events.jsonl").read_bytes().splitlines()]
    assert any(isinstance(event, Epoch) for event in events)
    assert not any(isinstance(event, Failed) for event in events)
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_a_run_told_to_stop_saves_and_goes_on_to_the_same_end(make_run, left_alone):
    folder = make_run("stopped", machine={"save_every_s": 1e6})
    process = start("-m", "trainer", folder)
    assert process.stdin is not None
    assert process.stdout is not None
    for line in process.stdout:
        message = decode(line)
        if isinstance(message, Progress) and message.stage == "teacher":
            break
    process.stdin.write(encode(Stop()))
    process.stdin.flush()
    assert end_of(process) == Finished(report="", was_stopped=True)
    assert process.returncode == 0
    run_to_its_end(folder)
    assert_same_end(folder, left_alone)


def test_no_network_gives_a_sentence_at_once(make_run, tmp_path):
    folder = make_run("offline", network={"backbone": "vit_tiny_patch16_224", "weights": "hub"})
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "nothing kept")}
    begun = time.monotonic()
    process = start("-m", "trainer", folder, **offline)
    last = end_of(process)
    assert isinstance(last, Failed)
    assert "The starting weights of vit_tiny_patch16_224 could not be fetched" in last.what
    assert 'set weights = "none" to start from chance' in last.what
    assert process.returncode == 1
    assert time.monotonic() - begun < DEADLINE_S / 2
    assert not (folder / "photo_cache").exists()
