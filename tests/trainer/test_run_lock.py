import errno
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from trainer import run_lock
from trainer.errors import TrainingError
from trainer.run_lock import RunLock
from trainer.run_status import ProcessIdentity

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from trainer.run_lock import RunLock
with RunLock(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "the run" / "trainer.lock"


@pytest.fixture(autouse=True)
def _folder(path):
    path.parent.mkdir()


@pytest.fixture
def holder(path):
    """Another process that has the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout.readline().strip() == b"locked"
        yield process
        process.kill()


def test_two_processes_never_have_the_lock(path, holder):
    with pytest.raises(TrainingError, match=f"the run is in use by process {holder.pid} on "):
        RunLock(path).acquire()


def test_the_lock_of_a_killed_process_is_free(path, holder):
    holder.kill()
    holder.wait()

    with RunLock(path):
        assert json.loads(path.read_text())["pid"] == os.getpid()


def test_a_lock_that_was_given_back_is_free(path, holder):
    holder.communicate()

    with RunLock(path):
        pass
    with RunLock(path):
        pass
    assert path.read_text() == ""


def test_releasing_twice_does_no_harm(path):
    lock = RunLock(path)
    lock.acquire()
    lock.release()
    lock.release()


def test_a_holder_whose_name_can_not_be_read_is_another_process(path, holder):
    path.write_text("{")

    with pytest.raises(TrainingError, match="is in use by another process"):
        RunLock(path).acquire()


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(TrainingError, match=r"could not be written: No such file.*still there"):
        RunLock(tmp_path / "gone" / "trainer.lock").acquire()


def test_a_drive_on_which_locking_fails_is_told(path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(run_lock, "_lock_descriptor", fail)
    with pytest.raises(TrainingError, match="could not be locked: Input/output error"):
        RunLock(path).acquire()


@pytest.fixture
def _no_locks(monkeypatch):
    def fail(descriptor):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(run_lock, "_lock_descriptor", fail)


@pytest.mark.usefixtures("_no_locks")
def test_without_locks_a_live_process_in_the_file_is_respected(path):
    owner = ProcessIdentity.of_this_process()
    path.write_text(json.dumps(asdict(owner)))

    with pytest.raises(TrainingError, match=f"in use by process {owner.pid} on {owner.host}"):
        RunLock(path).acquire()


@pytest.mark.usefixtures("_no_locks")
def test_without_locks_a_dead_process_in_the_file_is_taken_over(path, expected_logs):
    me = ProcessIdentity.of_this_process()
    path.write_text(json.dumps({**asdict(me), "started_s": me.started_s - 100}))

    with RunLock(path):
        assert json.loads(path.read_text()) == asdict(me)
    assert "has no locks" in expected_logs[0].getMessage()
