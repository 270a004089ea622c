import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trainer.protocol import (
    Failed,
    Finished,
    Notice,
    Started,
    Stop,
    decode,
    encode,
)
from trainer.run_folder import RunFolder

SCRIPT = Path(__file__).with_name("scripted_runs.py")
ROOT = Path(__file__).parents[2]
DEADLINE_S = 30.0


class Child:
    """A scripted run in a process of its own."""

    def __init__(self, process):
        self.process = process
        self.stderr = ""

    def next_message(self):
        return decode(self.process.stdout.readline())

    def wait_for(self, kind):
        while not isinstance(message := self.next_message(), kind):
            pass
        return message

    def send(self, message):
        self.process.stdin.write(encode(message))
        self.process.stdin.flush()

    def end(self):
        """The messages that are left, after stdin has been closed."""
        out, err = self.process.communicate(timeout=DEADLINE_S)
        self.stderr = err.decode()
        return [decode(line) for line in out.splitlines()]

    def end_by_itself(self):
        """The messages that are left, while stdin stays open."""
        messages = [decode(line) for line in self.process.stdout]
        self.process.wait(timeout=DEADLINE_S)
        self.stderr = self.process.stderr.read().decode()
        return messages


@pytest.fixture
def start(run_folder):
    children = []

    def start_run(name, *options, folder=run_folder.path):
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), name, str(folder), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        children.append(process)
        return Child(process)

    yield start_run
    for process in children:
        process.kill()
        with process:
            pass


def state_of(run_folder):
    return run_folder.read_status().state


def saved_steps(run_folder):
    return int(run_folder.last_pt.read_bytes()) if run_folder.last_pt.exists() else 0


def wait_until(is_met):
    deadline_s = time.monotonic() + DEADLINE_S
    while not is_met():
        assert time.monotonic() < deadline_s, "It did not happen."
        time.sleep(0.005)


def test_a_run_ends_with_finished(start, run_folder):
    child = start("finishes")
    *_, last = child.end_by_itself()

    assert last == Finished(report=str(run_folder.report_json), was_stopped=False)
    assert child.process.returncode == 0
    assert state_of(run_folder) == "finished"
    assert not run_folder.is_alive()


def test_a_run_may_say_finished_itself(start, run_folder):
    child = start("says_finished_itself")

    assert child.end_by_itself()[1:] == [Finished(report="report of its own", was_stopped=False)]
    assert child.process.returncode == 0


def test_stop_ends_a_run(start, run_folder):
    child = start("until_stopped")
    child.wait_for(Started)
    assert run_folder.is_alive()
    child.send(Stop())

    assert child.end_by_itself() == [Finished(report="", was_stopped=True)]
    assert child.process.returncode == 0
    assert state_of(run_folder) == "stopped"
    assert "stopped at" in run_folder.train_log.read_text(encoding="utf-8")


def test_the_end_of_stdin_ends_a_run(start, run_folder):
    child = start("until_stopped")
    child.wait_for(Started)

    assert child.end() == [Finished(report="", was_stopped=True)]
    assert state_of(run_folder) == "stopped"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_run_like_stop(start, run_folder, number):
    child = start("until_stopped")
    child.wait_for(Started)
    child.process.send_signal(number)

    assert child.end_by_itself() == [Finished(report="", was_stopped=True)]
    assert child.process.returncode == 0
    assert state_of(run_folder) == "stopped"


def test_a_keyboard_interrupt_ends_a_run_like_stop(start, run_folder):
    child = start("is_interrupted")

    assert child.end_by_itself() == [Finished(report="", was_stopped=True)]
    assert child.process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_detached_run_outlives_its_parent_and_its_terminal(start, run_folder):
    child = start("until_stopped", "--detached")
    child.wait_for(Started)
    child.process.stdin.close()
    child.process.stdout.close()
    child.process.stderr.close()
    child.process.send_signal(signal.SIGHUP)
    before = saved_steps(run_folder)
    wait_until(lambda: saved_steps(run_folder) > before + 20)
    assert child.process.poll() is None

    child.process.terminate()
    child.process.wait(timeout=DEADLINE_S)
    assert state_of(run_folder) == "stopped"
    assert "stopped at" in run_folder.train_log.read_text(encoding="utf-8")


def test_what_a_detached_run_prints_goes_to_its_log(start, run_folder):
    child = start("prints", "--detached")
    child.end()

    assert child.stderr == ""
    log = run_folder.train_log.read_text(encoding="utf-8")
    assert "a greeting from C" in log
    assert "a library's greeting" in log


def test_nothing_that_is_printed_reaches_the_wire(start):
    child = start("prints")
    messages = child.end_by_itself()

    assert [type(message) for message in messages] == [Started, Finished]
    for greeting in ("a library's greeting", "a greeting from C", "a greeting from a grandchild"):
        assert greeting in child.stderr


def test_a_library_that_reads_stdin_does_not_hang(start, run_folder):
    start("reads_stdin").end_by_itself()

    assert "stdin gave ''" in run_folder.train_log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "what", "hint"),
    [
        ("fails", "The scores are all the same.", "Give others."),
        ("has_no_device", "There is no CUDA device here.", "discern train --resume"),
        ("has_no_memory", "The graphics card ran out of memory.", "smaller batch_size"),
        ("has_no_main_memory", "This machine ran out of memory.", "discern train --resume"),
        ("has_no_room", "There is no room on the disk for ", "Free some space"),
        ("stumbles", "(ZeroDivisionError: division by zero)", "train.log"),
    ],
)
def test_what_went_wrong_is_told_with_the_way_out(start, run_folder, name, what, hint):
    child = start(name)
    *_, failed = child.end_by_itself()

    assert isinstance(failed, Failed)
    assert what in failed.what
    assert hint in failed.hint
    assert child.process.returncode == 1
    status = run_folder.read_status()
    assert (status.state, status.what, status.hint) == ("failed", failed.what, failed.hint)
    assert "Traceback" in run_folder.train_log.read_text(encoding="utf-8")


def test_a_full_disk_keeps_the_last_save(start, run_folder):
    start("has_no_room").end_by_itself()

    assert run_folder.last_pt.read_bytes() == b"the last save"


def test_a_run_that_has_ended_can_not_fail_any_more(start, run_folder):
    child = start("stumbles_after_the_end")

    assert child.end_by_itself() == [Finished(report="", was_stopped=False)]
    assert child.process.returncode == 1
    assert "ZeroDivisionError" in child.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_crash_leaves_a_trace(start, run_folder):
    child = start("crashes")
    child.end_by_itself()

    assert child.process.returncode == -signal.SIGSEGV
    assert "Segmentation fault" in child.stderr
    assert "in crashes" in child.stderr
    assert not run_folder.is_alive()


def test_a_killed_run_goes_on_where_it_was_saved(start, run_folder):
    child = start("until_stopped")
    child.wait_for(Started)
    wait_until(lambda: saved_steps(run_folder) > 5)
    child.process.kill()
    child.process.wait()
    saved = saved_steps(run_folder)
    assert state_of(run_folder) == "running"
    assert not run_folder.is_alive()
    leftover = run_folder.path / ".last.4711-0a1b2c3d.pt"
    leftover.write_bytes(b"half")

    again = start("until_stopped")
    again.wait_for(Started)
    assert run_folder.is_alive()
    assert not leftover.exists()
    wait_until(lambda: saved_steps(run_folder) > saved)
    again.end()
    assert state_of(run_folder) == "stopped"
    events = run_folder.events_jsonl.read_bytes().splitlines()
    assert [type(decode(line)) for line in events] == [Started, Started, Finished]


def test_two_trainers_never_share_a_folder(start, run_folder):
    first = start("until_stopped")
    first.wait_for(Started)
    status = run_folder.read_status()
    second = start("until_stopped")
    (failed,) = second.end_by_itself()

    assert isinstance(failed, Failed)
    assert f"is in use by process {first.process.pid}" in failed.what
    assert second.process.returncode == 1
    assert run_folder.read_status().process == status.process
    assert run_folder.is_alive()
    assert first.end() == [Finished(report="", was_stopped=True)]


def test_a_folder_without_run_is_told(start, tmp_path):
    child = start("finishes", folder=tmp_path / "nothing")
    (failed,) = child.end_by_itself()

    assert isinstance(failed, Failed)
    assert "is no run folder" in failed.what
    assert child.process.returncode == 1


def test_a_log_that_can_not_be_written_is_told(start, run_folder):
    run_folder.train_log.mkdir()
    (failed,) = start("finishes").end_by_itself()

    assert isinstance(failed, Failed)
    assert "train.log could not be written" in failed.what


def test_wrong_use_gives_two(start):
    child = start("finishes", "--quickly")

    assert child.end_by_itself() == []
    assert child.process.returncode == 2
    assert "unrecognized arguments: --quickly" in child.stderr


def test_a_check_tells_what_it_found_and_trains_nothing(start, run_folder):
    child = start("stumbles", "--check")

    assert child.end_by_itself() == [
        Notice(what="One photo is missing.", hint=""),
        Notice(what="The run is called a run.", hint=""),
        Finished(report="", was_stopped=False),
    ]
    assert run_folder.read_status() is None


def test_a_check_that_fails_is_told(start, tmp_path, run_config):
    config = dataclasses.replace(run_config, name="a run that can't be checked")
    folder = RunFolder.create(tmp_path / "unchecked", config)
    child = start("stumbles", "--check", folder=folder.path)

    assert child.end_by_itself() == [Failed(what="There is no such file.", hint="Give another.")]
    assert child.process.returncode == 1


def test_a_check_that_finds_the_run_impossible_fails(start, tmp_path, run_config):
    config = dataclasses.replace(run_config, name="beyond help")
    folder = RunFolder.create(tmp_path / "unchecked", config)
    child = start("stumbles", "--check", folder=folder.path)

    *notices, failed = child.end_by_itself()
    assert [notice.what for notice in notices][1:] == ["The run is called beyond help."]
    assert failed == Failed(
        what="This run can't be trained as it is.", hint="Mend what is named above."
    )
    assert child.process.returncode == 1


def test_a_check_ends_with_whoever_asked_for_it(start, tmp_path, run_config):
    config = dataclasses.replace(run_config, name="takes for ever")
    child = start(
        "stumbles", "--check", folder=RunFolder.create(tmp_path / "unchecked", config).path
    )
    child.process.stdin.close()  # as the death of the parent does
    assert child.process.wait(timeout=DEADLINE_S) == 1
