import logging
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from app.cli.log_file import logging_to


def test_messages_go_to_the_file_and_own_warnings_to_stderr_too(tmp_path, capsys, expected_logs):
    path = tmp_path / "logs" / "discern.log"
    with logging_to(path):
        logging.getLogger("engine.photos").info("A folder was opened.")
        logging.getLogger("engine.photos").warning("The profile of %s was not used.", "a\nb.jpg")
        logging.getLogger("some.library").warning("A library has something to say.")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(capture=False)
            logging.captureWarnings(capture=True)
            warnings.warn("A library will change.", stacklevel=1)
    logged = path.read_text(encoding="utf-8")
    assert "INFO engine.photos: A folder was opened." in logged
    assert "A library has something to say." in logged
    assert "A library will change." in logged
    assert capsys.readouterr().err == "The profile of a\\nb.jpg was not used.\n"


def test_afterwards_logging_is_as_before(tmp_path):
    level = logging.getLogger("app").level
    handlers = list(logging.getLogger().handlers)
    with logging_to(tmp_path / "discern.log"):
        pass
    assert logging.getLogger().handlers == handlers
    assert logging.getLogger("app").level == level
    assert logging.getLogger("app").handlers == []


def test_a_log_that_cannot_be_written_is_done_without(tmp_path, capsys):
    (tmp_path / "logs").touch()
    with logging_to(tmp_path / "logs" / "discern.log"):
        logging.getLogger("app").info("Nobody reads this.")
    assert "No log is kept" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_under_the_log_is_said_once(tmp_path, capsys):
    path = tmp_path / "discern.log"
    path.symlink_to("/dev/full")
    with logging_to(path):
        for _ in range(3):
            logging.getLogger("app").info("Nobody reads this.")
    said = capsys.readouterr().err
    assert said == f"The log {path} can't be written any more (No space left on device).\n"


def test_a_crash_leaves_its_trace_beside_the_log(tmp_path):
    script = (
        "import os, sys; from pathlib import Path; from app.cli.log_file import logging_to\n"
        "with logging_to(Path(sys.argv[1])): os.abort()\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "discern.log")],
        cwd=Path(__file__).parents[3], check=False, capture_output=True,
    )  # fmt: skip
    assert "Fatal Python error: Aborted" in (tmp_path / "crash.log").read_text()
