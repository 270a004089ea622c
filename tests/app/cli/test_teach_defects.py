import sys
from types import SimpleNamespace

import pytest

from app.cli import teach_defects
from app.cli.main import main
from app.runs.process import TrainingProcess

# A child that speaks the trainer's protocol: argv[1] is the run folder.
_CHILD = """
import sys, time
from trainer.protocol import *
def send(message):
    sys.stdout.buffer.write(encode(message)); sys.stdout.flush()
def progress(step):
    send(Progress(stage="defects", repeat=0, epoch=0, num_epochs=1, step=step, num_steps=2,
         losses={"loss": 0.5}, examples_per_s=0.0, seconds_left=1.0, gpu_memory_bytes=None))
"""
_TEACHES = """
progress(1)
send(Notice(what=" ".join(sys.argv[1:]), hint=""))
send(Finished(report="", was_stopped=False))
"""
_FAILS = "send(Failed(what='The run has no labels and split yet.', hint='Let it finish.'))"
_DIES = "sys.exit('it burst')"
_IS_STOPPED = """
import os, signal
os.kill(os.getppid(), signal.SIGINT)
for line in sys.stdin.buffer:
    if b"Stop" in line or b"stop" in line:
        send(Finished(report="", was_stopped=True))
        break
"""


@pytest.fixture
def teach(monkeypatch, tmp_path, capfd):
    """Runs the command with a scripted child; gives (status, stderr)."""

    def run(script, *arguments):
        asked = SimpleNamespace(command=None)

        def make(folder, *, options=(), command=()):
            asked.command = command
            child = [sys.executable, "-c", _CHILD + script]
            return TrainingProcess(folder, options=options, command=child)

        monkeypatch.setattr(teach_defects, "TrainingProcess", make)
        status = main(["teach-defects", str(tmp_path / "run"), *map(str, arguments)])
        assert asked.command is None or asked.command[-1] == "trainer.distortion"
        return status, capfd.readouterr().err

    return run


def test_what_the_trainer_says_is_shown_and_options_reach_it(teach, tmp_path):
    model = tmp_path / "mine.safetensors"
    model.touch()
    status, err = teach(_TEACHES, "--model", model, "--epochs", 3)
    assert status == 0
    assert f"Note: {tmp_path / 'run'} --model={model} --epochs=3\n" in err


def test_a_failure_is_a_sentence(teach):
    status, err = teach(_FAILS)
    assert status == 1
    assert "discern: The run has no labels and split yet. Let it finish.\n" in err


def test_a_trainer_that_dies_leaves_its_last_words(teach):
    status, err = teach(_DIES)
    assert status == 1
    assert "  it burst" in err


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_asks_the_trainer_to_stop(teach):
    status, err = teach(_IS_STOPPED)
    assert status == 130
    assert "Stopping after this step" in err
    assert "the one in hand is as it was before" in err


def test_a_model_that_is_not_there_is_told_before_anything_starts(teach, tmp_path):
    status, err = teach(_DIES, "--model", tmp_path / "none.safetensors")
    assert status == 2
    assert "There is no model file" in err


def test_the_real_trainer_says_what_a_folder_lacks(tmp_path, capsys):
    assert main(["teach-defects", str(tmp_path)]) == 1
    assert "is no run folder" in capsys.readouterr().err


def test_a_folder_of_the_command_s_name_is_not_opened_in_the_window(monkeypatch, tmp_path, capsys):
    (tmp_path / "teach-defects").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["teach-defects"])
    assert "RUN_FOLDER" in capsys.readouterr().err
