import argparse
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.cli import followed_run, train
from app.cli.train_display import TrainingDisplay
from app.errors import WrongUse
from app.runs.process import TrainingProcess
from trainer.checked_values import ConfigError
from trainer.config import LabelsConfig, RunConfig
from trainer.errors import TrainingError
from trainer.protocol import Epoch, Notice, Progress, Started
from trainer.run_folder import RunFolder

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "tests" / "trainer" / "scripted_runs.py"
DEADLINE_S = 30.0


@pytest.fixture
def scripted(monkeypatch):
    """Lets the command run a scripted trainer by name."""

    def use(name):
        def make(folder, *, options=()):
            command = [sys.executable, str(SCRIPT), name]
            return TrainingProcess(folder, options=options, command=command)

        monkeypatch.setattr(train, "TrainingProcess", make)  # --check
        monkeypatch.setattr(followed_run, "TrainingProcess", make)

    return use


@pytest.fixture
def toml(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text('name = "my: run/1"\n[labels]\nsource = "labels.csv"\n', encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path):
    config = RunConfig(name="a run", labels=LabelsConfig(source="labels.csv"))
    return RunFolder.create(tmp_path / "the run", config)


def discern_train(*arguments):
    parser = argparse.ArgumentParser()
    train.add_parser(parser.add_subparsers())
    args = parser.parse_args(["train", *map(str, arguments)])
    return args.run(args)


def test_a_run_is_followed_and_its_report_told(scripted, toml, tmp_path, capsys):
    scripted("finishes")

    assert discern_train(toml, "--folder", tmp_path / "run") == 0
    out, err = capsys.readouterr()
    assert f"The run folder is {tmp_path / 'run'}" in err
    assert "Note: One photo can't be read. It is left out." in err
    assert (
        "Training on a scripted device in fp32: 8 photos, 2 for validation, 2 for test. "
        "It will take about 2 min." in err
    )
    assert (
        "teacher, epoch 1 of 2: validation SRCC 0.500, PLCC 0.250, loss 2, 1 s, the best so far\n"
        in err
    )
    assert "student, epoch 2 of 2: validation SRCC 0.500, PLCC 0.250, loss 2, 1 s\n" in err
    assert "SRCC  0.500 (0.400 to 0.600)" in out
    assert "As scripted." in out
    config = RunFolder.open(tmp_path / "run").config
    assert config.labels.source == str(tmp_path / "labels.csv")


def test_the_run_folder_is_named_after_the_run_and_the_time(scripted, toml, tmp_path, monkeypatch):
    scripted("finishes")
    monkeypatch.chdir(tmp_path)

    assert discern_train(toml) == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert re.fullmatch(r"my-run-1-\d{8}-\d{6}", folder.name)


def test_a_stopped_run_says_how_to_go_on(scripted, folder, capsys):
    scripted("is_interrupted")

    assert discern_train("--resume", folder.path) == 130
    assert f"everything is saved. Go on with:  discern train --resume {folder.path}" in (
        capsys.readouterr().err
    )


def test_a_finished_run_shows_its_report_again(scripted, folder, capsys):
    scripted("finishes")
    assert discern_train("--resume", folder.path) == 0
    first = capsys.readouterr().out
    scripted("stumbles")

    assert discern_train("--resume", folder.path) == 0
    again = capsys.readouterr()
    assert again.out == first
    assert "This run is finished" in again.err


def test_a_damaged_status_does_not_keep_a_run_from_going_on(scripted, folder):
    folder.status_json.write_text("{")
    scripted("finishes")

    assert discern_train("--resume", folder.path) == 0


@pytest.mark.parametrize("content", [None, b"\xff", b"{"])
def test_a_report_that_can_not_be_read_is_told(scripted, folder, capsys, content):
    scripted("says_finished_itself")
    if content is not None:
        folder.report_json.write_bytes(content)

    assert discern_train("--resume", folder.path) == 1
    assert "report.json can't be read" in capsys.readouterr().err


def test_a_failed_run_says_what_to_do(scripted, folder, capsys):
    scripted("fails")

    assert discern_train("--resume", folder.path) == 1
    assert "discern: The scores are all the same. Give others.\n" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_crashed_run_shows_the_end_of_what_it_wrote(scripted, folder, capsys):
    scripted("crashes")

    assert discern_train("--resume", folder.path) == 1
    err = capsys.readouterr().err
    assert "The training was ended from outside (SIGSEGV)." in err
    assert f"discern train --resume {folder.path}" in err
    assert "  Fatal Python error: Segmentation fault" in err


def test_a_check_tells_what_it_found_and_leaves_nothing(scripted, toml, tmp_path, capsys):
    scripted("stumbles")

    assert discern_train(toml, "--check") == 0
    assert capsys.readouterr().out == "One photo is missing.\nThe run is called my: run/1.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["run.toml"]


def test_a_check_that_fails_is_told(scripted, toml, capsys):
    scripted("stumbles")
    toml.write_text('name = "a run that can\'t be checked"\n[labels]\nsource = "x"\n')

    assert discern_train(toml, "--check") == 1
    assert "discern: There is no such file. Give another.\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "Give either labels or a RUN.toml to train, or --resume"),
        (
            ["run.toml", "--resume", "folder"],
            "Give either labels or a RUN.toml to train, or --resume",
        ),
        (["--resume", "folder", "--folder", "other"], "--resume goes alone"),
        (["--resume", "folder", "--check"], "--resume goes alone"),
    ],
)
def test_wrong_use_is_told(arguments, text):
    with pytest.raises(WrongUse, match=text):
        discern_train(*arguments)


def test_a_mistake_in_the_toml_is_told_before_a_folder_is_made(toml, tmp_path):
    toml.write_text('name = "a"\n[label]\nsource = "x"\n')

    with pytest.raises(ConfigError, match=r"no setting label\. Did you mean labels"):
        discern_train(toml, "--folder", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_that_is_taken_is_told(toml, tmp_path):
    with pytest.raises(TrainingError, match="is not empty and is no run"):
        discern_train(toml, "--folder", tmp_path)


def test_a_run_that_is_going_on_is_not_started_twice(scripted, folder, capsys):
    scripted("finishes")
    holder = subprocess.Popen(
        [sys.executable, str(SCRIPT), "hangs", str(folder.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with holder:
        holder.stdout.readline()
        assert discern_train("--resume", folder.path) == 1
        holder.kill()

    assert f"is in use by process {holder.pid}" in capsys.readouterr().err


def interrupted_train(name, folder, *, until, times):
    """The exit status and stderr of a `discern train` that gets Ctrl+C."""
    lines = (
        "import sys; from app.cli import followed_run, train\n"
        "from app.runs.process import TrainingProcess\n"
        "followed_run.TrainingProcess = lambda folder, options=(): TrainingProcess(\n"
        f"    folder, options=options, command=[sys.executable, {str(SCRIPT)!r}, {name!r}])\n"
        f"sys.exit(train._resume(train.Path({str(folder.path)!r})))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", lines], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        seen = ""
        for _ in range(times):
            while until not in seen:
                line = process.stderr.readline()
                assert line, seen
                seen += line
            process.send_signal(signal.SIGINT)
            until = "Press Ctrl+C again"
        seen += process.stderr.read()
        return process.wait(timeout=DEADLINE_S), seen


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_the_first_ctrl_c_lets_the_run_save(folder):
    status, err = interrupted_train("stops_late", folder, until="Training on", times=1)

    assert status == 130
    assert "Finishing this step, then saving." in err
    assert "Note: Saving." in err
    assert "Stopped; everything is saved." in err
    assert folder.read_status().state == "stopped"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_the_second_ctrl_c_ends_the_run_at_once(folder):
    status, err = interrupted_train("hangs", folder, until="Training on", times=2)

    assert status == 130
    assert f"Stopped at once. Go on with:  discern train --resume {folder.path}" in err
    assert not folder.is_alive()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_killed_command_leaves_no_run_behind(folder):
    lines = (
        "from app.runs.process import TrainingProcess; from pathlib import Path; import sys\n"
        f"process = TrainingProcess(Path({str(folder.path)!r}), command=\n"
        f"    [sys.executable, {str(SCRIPT)!r}, 'until_stopped'])\n"
        "process.start()\n"
        "for message in process.messages(): sys.stdout.write('going on\\n'); sys.stdout.flush()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", lines], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.kill()
    deadline_s = time.monotonic() + DEADLINE_S
    while folder.read_status().state != "stopped":
        assert time.monotonic() < deadline_s
        threading.Event().wait(0.01)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def progress(**changes):
    values = {
        "stage": "teacher",
        "repeat": 1,
        "epoch": 1,
        "num_epochs": 4,
        "step": 5,
        "num_steps": 10,
        "losses": {"loss": 3.25},
        "examples_per_s": 812.4,
        "seconds_left": 125.0,
        "gpu_memory_bytes": None,
    }
    return Progress(**{**values, **changes})


def test_the_bar_shows_loss_speed_and_time_left(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with TrainingDisplay(num_repeats=10) as display:
        display.show(progress())
        shown = terminal.getvalue()

    assert "Training the teacher (2 of 10)  38 %|" in shown
    assert ", loss 3.25, 812 crops per second, 2 min left" in shown


def test_each_stage_has_a_bar_of_its_own(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with TrainingDisplay(num_repeats=1) as display:
        display.show(progress(stage="photos", epoch=0, num_epochs=1, losses={}, step=10))
        display.show(progress(stage="test", epoch=0, num_epochs=1, losses={}, examples_per_s=0.0))
        display.show(progress(stage="polishing", seconds_left=None))
        shown = terminal.getvalue()

    assert "Reading photos 100 %|" in shown
    assert "812 photos per second" in shown
    assert "Testing  50 %|" in shown
    assert "polishing  38 %|" in shown


def test_without_a_terminal_there_is_no_bar(capsys):
    with TrainingDisplay(num_repeats=1) as display:
        display.show(progress())

    assert capsys.readouterr().err == ""


def test_what_is_not_known_is_not_told(capsys):
    with TrainingDisplay(num_repeats=2) as display:
        display.show(
            Epoch(
                stage="student",
                repeat=1,
                epoch=0,
                losses={},
                validation_srcc=None,
                validation_plcc=None,
                is_best=False,
                seconds=3.0,
            )
        )
        display.show(
            Started(
                version=1,
                run_folder="",
                device_name="CPU",
                precision="fp32",
                num_train=1,
                num_validation=2,
                num_test=3,
                seconds_expected=None,
            )
        )
        display.show(Notice(what="A name\nwith a line break.", hint=""))

    assert capsys.readouterr().err == (
        "repeat 2, student, epoch 1: 3 s\n"
        "Training on CPU in fp32: 1 photo, 2 for validation, 3 for test.\n"
        "Note: A name\\nwith a line break.\n"
    )


def test_an_ablation_goes_on_with_the_same_command_and_with_resume(
    monkeypatch, toml, tmp_path, capsys
):
    command = [sys.executable, str(SCRIPT.with_name("scripted_ablation.py")), "finishes"]

    def make(folder, *, options=()):
        return TrainingProcess(folder, options=options, command=command)

    monkeypatch.setattr(followed_run, "TrainingProcess", make)
    folder = tmp_path / "ablation"
    ablation = ("--ablation", "--folder", folder)

    assert discern_train(toml, *ablation, "--seeds", 1) == 0
    out, err = capsys.readouterr()
    assert "Note: Run 7 of 10: easy + hard, seed 0." in err
    assert re.search(r"^all +1 +0\.9000 +- ", out, re.MULTILINE)

    assert discern_train(toml, *ablation, "--seeds", 2) == 0
    out, err = capsys.readouterr()
    assert "Run 7 of 20" not in err
    assert "Run 11 of 20: all, seed 1." in err
    assert re.search(r"^all +2 +0\.8950 0\.0071", out, re.MULTILINE)
    assert (folder / "ablation.txt").read_text() == out

    assert discern_train("--resume", folder) == 0
    assert capsys.readouterr().out == out
    toml.write_text('name = "another"\n[labels]\nsource = "labels.csv"\n', encoding="utf-8")
    with pytest.raises(WrongUse, match="other settings"):
        discern_train(toml, *ablation)
