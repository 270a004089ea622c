import json
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.runs.outcome import Died
from app.runs.process import TrainingProcess
from trainer.config import LabelsConfig, RunConfig
from trainer.protocol import Epoch, Failed, Finished, Notice, Progress, Started
from trainer.run_folder import RunFolder

SCRIPT = Path(__file__).parents[2] / "trainer" / "scripted_runs.py"
DEADLINE_S = 30.0
# A child that speaks the protocol by itself, so that it can do it wrongly.
RAW_CHILD = """
import os, sys, time
from trainer.protocol import *
def say(message):
    os.write(1, encode(message))
finished = Finished(report="r", was_stopped=False)
"""


@pytest.fixture
def folder(tmp_path):
    config = RunConfig(name="a run", labels=LabelsConfig(source="labels.csv"))
    return RunFolder.create(tmp_path / "the run", config)


@pytest.fixture
def scripted(folder):
    """Makes the process of a scripted run that has not been started."""

    def make(name, **settings):
        return TrainingProcess(folder.path, command=[sys.executable, str(SCRIPT), name], **settings)

    return make


@pytest.fixture
def raw(folder):
    """Makes the process of a child that runs the given lines."""

    def make(lines, **settings):
        command = [sys.executable, "-c", RAW_CHILD + lines]
        return TrainingProcess(folder.path, command=command, **settings)

    return make


def all_messages(process):
    with process:
        return list(process.messages())


def wait_for(process, kind):
    deadline_s = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline_s:
        message = process.next_message(timeout_s=1.0)
        if isinstance(message, kind):
            return message
        assert process.outcome is None, process.outcome
    raise AssertionError("It did not come.")


def test_a_run_is_followed_to_its_end(scripted, folder):
    process = scripted("finishes")
    messages = all_messages(process)

    kinds = [Notice, Started, *[Progress, Epoch] * 4, Finished]
    assert [type(message) for message in messages] == kinds
    assert process.outcome == Finished(report=str(folder.report_json), was_stopped=False)
    assert process.protocol_errors == []


def test_a_failure_is_the_outcome(scripted):
    process = scripted("fails")
    messages = all_messages(process)

    assert process.outcome == Failed(what="The scores are all the same.", hint="Give others.")
    assert messages[-1] == process.outcome
    assert "TrainingError" in process.stderr_tail


def test_stop_lets_the_run_save(scripted):
    with scripted("stops_late") as process:
        wait_for(process, Started)
        process.stop(grace_s=DEADLINE_S)
        assert list(process.messages()) == [
            Notice(what="Saving.", hint=""),
            Finished(report="", was_stopped=True),
        ]

    assert process.outcome == Finished(report="", was_stopped=True)


def test_a_run_that_does_not_stop_is_killed_after_the_grace(scripted):
    with scripted("hangs") as process:
        wait_for(process, Started)
        process.stop(grace_s=0.2)
        assert list(process.messages()) == []

    assert isinstance(process.outcome, Died)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_cancel_ends_a_run_at_once_and_it_can_be_resumed(scripted, folder):
    with scripted("until_stopped") as process:
        wait_for(process, Started)
        process.cancel()
        assert list(process.messages()) == []
    assert process.outcome == Died(exit_code=-signal.SIGKILL, stderr_tail=process.stderr_tail)
    assert not folder.is_alive()

    with scripted("until_stopped") as again:
        wait_for(again, Started)
        again.stop()
        assert [type(message) for message in again.messages()] == [Finished]


def test_leaving_early_ends_the_run(scripted):
    with scripted("hangs") as process:
        wait_for(process, Started)
        pid = process.pid

    assert isinstance(process.outcome, Died)
    assert not psutil.pid_exists(pid)


def test_the_processes_of_a_run_are_killed_with_it(raw):
    with raw(
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "say(Notice(what=str(child.pid), hint=''))\n"
        "child.wait()\n"
    ) as process:
        grandchild = psutil.Process(int(wait_for(process, Notice).what))
        process.cancel()
        list(process.messages())

    grandchild.wait(timeout=DEADLINE_S)


def test_stop_and_cancel_after_the_end_do_no_harm(scripted):
    process = scripted("says_finished_itself")
    process.stop()
    process.cancel()
    all_messages(process)
    process.stop()
    process.cancel()

    assert process.outcome == Finished(report="report of its own", was_stopped=False)
    assert process.next_message(timeout_s=0.0) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_crash_is_an_outcome_with_the_end_of_stderr(scripted):
    process = scripted("crashes")
    all_messages(process)

    assert isinstance(process.outcome, Died)
    assert process.outcome.exit_code == -signal.SIGSEGV
    assert "Segmentation fault" in process.outcome.stderr_tail


def test_a_run_that_leaves_without_a_word_is_an_outcome(scripted):
    process = scripted("exits")
    all_messages(process)

    assert isinstance(process.outcome, Died)
    assert process.outcome.exit_code == 7
    assert "leaving" in process.outcome.stderr_tail


def test_a_program_that_does_not_exist_is_an_outcome(folder):
    process = TrainingProcess(folder.path, command=["/no/such/program"])

    assert all_messages(process) == []
    assert isinstance(process.outcome, Died)
    assert process.outcome.exit_code is None
    assert "/no/such/program" in process.outcome.what
    assert process.pid is None


def test_a_line_that_comes_in_two_halves_is_one_message(raw):
    process = raw(
        "line = encode(Notice(what='é', hint=''))\n"
        "cut = line.index(b'\\xc3') + 1\n"
        "os.write(1, line[:cut])\n"
        "time.sleep(0.1)\n"
        "os.write(1, line[cut:])\n"
        "say(finished)\n"
    )

    assert all_messages(process)[0] == Notice(what="é", hint="")
    assert process.protocol_errors == []


def test_garbage_on_the_wire_is_kept_and_skipped(raw):
    process = raw(
        'os.write(1, b\'Downloading: 40%\\n\\xff\\xfe\\n{"type": "Reboot"}\\n\')\n'
        "say(finished)\n"
        "os.write(1, b'{\"type\": ')\n"
    )

    assert all_messages(process) == [Finished(report="r", was_stopped=False)]
    assert len(process.protocol_errors) == 4
    assert "Downloading" in str(process.protocol_errors[0])


def test_endless_garbage_does_not_fill_the_memory(raw):
    process = raw("os.write(1, b'x\\n' * 1000)\nsay(finished)\n")
    all_messages(process)

    assert len(process.protocol_errors) == 100


def test_only_the_first_last_message_counts(raw):
    process = raw("say(finished)\nsay(Failed(what='Oh.', hint=''))\nsay(finished)\n")

    assert all_messages(process) == [Finished(report="r", was_stopped=False)]
    assert process.outcome == Finished(report="r", was_stopped=False)


def test_only_the_end_of_stderr_is_kept(raw):
    process = raw("os.write(2, b'x' * 100_000 + 'é'.encode() * 3999 + b'!')\nsay(finished)\n")
    all_messages(process)

    assert process.stderr_tail == "é" * 3999 + "!"


def test_a_process_that_does_not_end_after_its_last_message_is_killed(scripted):
    process = scripted("finishes_but_does_not_end", exit_grace_s=0.2)

    assert all_messages(process) == [Finished(report="", was_stopped=False)]
    assert process.outcome == Finished(report="", was_stopped=False)


def test_a_grandchild_that_keeps_the_pipes_does_not_keep_us(raw, monkeypatch):
    monkeypatch.setattr("app.runs.process._PIPE_GRACE_S", 0.1)
    process = raw(
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "say(Notice(what=str(child.pid), hint=''))\n"
        "say(finished)\n"
    )
    notice, _ = all_messages(process)

    assert process.outcome == Finished(report="r", was_stopped=False)
    psutil.Process(int(notice.what)).kill()


def test_next_message_returns_in_time(scripted):
    with scripted("hangs") as process:
        wait_for(process, Started)
        before_s = time.monotonic()
        assert process.next_message(timeout_s=0.05) is None
        assert time.monotonic() - before_s < 5


def test_a_folder_named_trainer_where_the_user_works_is_not_run(folder, tmp_path, monkeypatch):
    (tmp_path / "trainer").mkdir()
    (tmp_path / "trainer" / "__main__.py").write_text("raise SystemExit(99)")
    monkeypatch.chdir(tmp_path)
    folder.config_json.write_text(json.dumps({"name": ""}))
    process = TrainingProcess(folder.path)
    all_messages(process)

    assert isinstance(process.outcome, Failed)
    assert "labels is missing" in process.outcome.what


def test_ctrl_c_in_the_terminal_reaches_only_the_parent(scripted):
    if not hasattr(os, "getpgid"):
        pytest.skip("Windows has process groups of another kind")
    with scripted("hangs") as process:
        wait_for(process, Started)
        assert os.getpgid(process.pid) != os.getpgid(0)
