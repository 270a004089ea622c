import json
import os
import subprocess
import sys
import time

import psutil
import pytest

from trainer.errors import TrainingError
from trainer.run_status import ProcessIdentity, RunStatus

ME = ProcessIdentity.of_this_process()


def status_of(process=ME, *, state="running", age_s=0.0):
    return RunStatus(state=state, heartbeat_s=time.time() - age_s, process=process)


@pytest.fixture
def other_process():
    """A process that waits until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def identity_of(process):
    started_s = psutil.Process(process.pid).create_time()
    return ProcessIdentity(host=ME.host, pid=process.pid, started_s=started_s)


def test_a_status_is_read_as_it_was_written(tmp_path):
    status = RunStatus(
        state="failed", heartbeat_s=12.5, process=ME, what="No room.", hint="Free some."
    )
    status.write(tmp_path / "status.json")

    assert RunStatus.read(tmp_path / "status.json") == status


def test_before_the_first_status_there_is_none(tmp_path):
    assert RunStatus.read(tmp_path / "status.json") is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"state": "running"}', "null"],
)
def test_a_damaged_status_is_told(tmp_path, text):
    path = tmp_path / "status.json"
    path.write_text(text)

    with pytest.raises(TrainingError, match=r"status\.json is not readable \(\w+\)\. Resume"):
        RunStatus.read(path)


def test_a_state_that_does_not_exist_is_told(tmp_path):
    path = tmp_path / "status.json"
    status_of().write(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "state": "dreaming"}))

    with pytest.raises(TrainingError, match=r"status\.json is not readable \(ValueError\)"):
        RunStatus.read(path)


@pytest.mark.parametrize("state", ["preparing", "running"])
def test_a_working_process_with_a_fresh_heartbeat_is_alive(state):
    assert status_of(state=state).is_alive()


@pytest.mark.parametrize("state", ["stopped", "failed", "finished"])
def test_a_run_that_has_ended_is_not_alive(state):
    assert not status_of(state=state).is_alive()


def test_a_run_without_heartbeat_is_not_alive():
    assert not status_of(age_s=3600).is_alive()


def test_a_killed_process_is_not_alive(other_process):
    identity = identity_of(other_process)
    assert status_of(identity).is_alive()

    other_process.kill()
    other_process.wait()
    assert not status_of(identity).is_alive()


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="only here there are zombies")
def test_a_killed_process_that_nobody_has_buried_is_not_alive(other_process):
    identity = identity_of(other_process)
    other_process.kill()
    os.waitid(os.P_PID, other_process.pid, os.WEXITED | os.WNOWAIT)

    assert not identity.may_be_running()


def test_a_later_process_with_the_same_number_is_another():
    later = ProcessIdentity(host=ME.host, pid=ME.pid, started_s=ME.started_s - 100)

    assert not later.may_be_running()


def test_a_process_of_another_machine_gets_the_doubt():
    away = ProcessIdentity(host="far-away", pid=ME.pid, started_s=1.0)

    assert away.may_be_running()
    assert status_of(away).is_alive()
    assert not status_of(away, age_s=3600).is_alive()


def test_a_process_that_may_not_be_looked_at_gets_the_doubt(monkeypatch):
    def refuse(pid):
        raise psutil.AccessDenied(pid)

    monkeypatch.setattr(psutil, "Process", refuse)
    assert ME.may_be_running()
