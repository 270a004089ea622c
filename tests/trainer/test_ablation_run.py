"""The process of an ablation: real runs, then scripted ones that stop, fail and die."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from trainer.ablation import ROWS, Ablation
from trainer.protocol import Failed, Finished, Notice, Started, Stop, decode, encode
from trainer.run_folder import RunFolder

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("scripted_ablation.py")
DEADLINE_S = 60.0


@pytest.fixture
def ablation(tmp_path, run_config) -> Ablation:
    return Ablation.create(tmp_path / "ablation", run_config, num_seeds=1)


class Process:
    """A process that works on an ablation; it is gone at the end of the test."""

    def __init__(self, command, folder) -> None:
        self.process = subprocess.Popen(
            [*command, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        )

    def wait_for(self, is_wanted):
        for line in self.process.stdout:
            message = decode(line)
            if is_wanted(message):
                return message
        raise AssertionError("It ended without the message that was waited for.")

    def rest(self):
        """All messages up to its end."""
        messages = [decode(line) for line in self.process.stdout]  # stdin stays open: its end stops
        self.process.wait(DEADLINE_S)
        return messages


@pytest.fixture
def start(ablation):
    begun = []

    def begin(name) -> Process:
        begun.append(Process([sys.executable, str(SCRIPT), name], ablation.folder.path))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.kill()
        one.process.communicate()


def titles(messages):
    return [
        message.what
        for message in messages
        if isinstance(message, Notice) and message.what.startswith("Run ")
    ]


def until(condition) -> None:
    deadline_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def test_real_runs_share_the_teacher_and_fill_the_table(tmp_path, small_runs, small_set):
    config = small_runs.config(
        small_set,
        teacher={"epochs": 1},
        student={"epochs": 1},
        machine={"device": "cpu", "num_threads": 1},
    )
    ablation = Ablation.create(tmp_path / "ablation", config, num_seeds=1)
    really = {"all", "distillation"}
    for run in ablation.runs:
        if run.row.name not in really:  # as if they had been done before
            ablation.open_run(run)
            figures = {"srcc": {"value": 0.5}, "plcc": {"value": 0.25}}
            report = {"repeats": [{"student": {"figures": figures}}]}
            (run.folder / "report.json").write_text(json.dumps(report))
    one = Process([sys.executable, "-m", "trainer"], ablation.folder.path)
    messages = one.rest()
    one.process.communicate()
    last = messages[-1]
    assert isinstance(last, Finished), last
    assert not last.was_stopped
    assert titles(messages) == ["Run 1 of 10: all, seed 0.", "Run 4 of 10: distillation, seed 0."]
    assert sum(isinstance(message, Started) for message in messages) == 2
    assert ablation.num_done() == len(ROWS)
    table = {line.row.name: line for line in ablation.table()}
    for run in ablation.runs:
        report = json.loads((run.folder / "report.json").read_text())
        figures = report["repeats"][0]["student"]["figures"]
        assert table[run.row.name].srcc == figures["srcc"]["value"]
        assert table[run.row.name].plcc == figures["plcc"]["value"]
    lines = ablation.table_txt.read_text().splitlines()
    assert sum(line.split()[-4:] == ["0.5000", "-", "0.2500", "-"] for line in lines) == 8
    distilled = RunFolder.open(ablation.folder.path / "distillation-seed0")
    assert distilled.config.teacher.model.endswith("teacher.safetensors")
    assert not ablation.folder.photo_cache.exists()


def test_stop_saves_the_run_at_work_and_the_next_start_goes_on(ablation, start):
    one = start("halts_in_the_third")
    one.wait_for(lambda message: message == Notice(what="Run 3 of 10: mask, seed 0.", hint=""))
    one.wait_for(lambda message: isinstance(message, Started))
    one.process.stdin.write(encode(Stop()))
    one.process.stdin.flush()
    last = one.rest()[-1]
    assert last == Finished(report="", was_stopped=True)
    assert ablation.folder.read_status().state == "stopped"
    assert ablation.num_done() == 2
    halted = ablation.open_run(ablation.runs[2])
    assert halted.read_status().state == "stopped"

    messages = start("halts_in_the_third").rest()
    assert titles(messages)[0] == "Run 3 of 10: mask, seed 0."
    assert len(titles(messages)) == 8
    assert messages[-1] == Finished(report=str(ablation.table_txt), was_stopped=False)
    assert ablation.folder.read_status().state == "finished"


def test_killing_it_lets_the_run_at_work_save_and_stop(ablation, start):
    one = start("halts_in_the_third")
    halted = RunFolder(ablation.runs[2].folder, ablation.folder.config)
    until(halted.last_pt.exists)
    child = psutil.Process(halted.read_status().process.pid)
    one.process.kill()
    assert psutil.wait_procs([child], timeout=DEADLINE_S)[0]
    assert halted.read_status().state == "stopped"
    assert isinstance(start("halts_in_the_third").rest()[-1], Finished)
    assert ablation.num_done() == len(ROWS)


@pytest.mark.parametrize(
    ("name", "words"),
    [("fails", "failed: The scores are all the same."), ("exits", "exit status 7")],
)
def test_a_run_that_ends_badly_ends_the_ablation_saying_which(ablation, start, name, words):
    last = start(name).rest()[-1]
    assert isinstance(last, Failed)
    assert "“all, seed 0”" in last.what
    assert words in last.what
    assert last.hint
    assert ablation.folder.read_status().state == "failed"
