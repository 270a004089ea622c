"""The checks that every test passes through; shown on a small suite in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

SUITE = """
import logging, os

def test_silent(): pass
def test_loud(): logging.getLogger("engine.x").warning("odd %s", "thing")
def test_loud_as_declared(expected_logs):
    logging.getLogger("engine.x").error("as meant")
    assert [record.getMessage() for record in expected_logs] == ["as meant"]
def test_info_is_no_matter(): logging.getLogger("engine.x").info("fine")
def test_home_is_empty(discern_home):
    assert os.environ["DISCERN_HOME"] == str(discern_home)
    assert not any(discern_home.iterdir())
def test_no_display(): assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
"""


def test_only_an_undeclared_warning_fails_a_test(tmp_path):
    here = Path(__file__).parent
    for name in ("conftest.py", "odd_files.py"):
        (tmp_path / name).write_bytes((here / name).read_bytes())
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    options = ["-p", "no:cacheprovider", "-q", "-c", os.devnull, "--import-mode=importlib"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--rootdir={tmp_path}", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": str(here.parent),
        },
    )
    assert "1 failed, 5 passed" in result.stdout
    assert "WARNING engine.x: odd thing" in result.stdout
