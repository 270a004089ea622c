"""The window in a process of its own, as people start it."""

import signal
import sqlite3
import subprocess
import sys

import pytest

WAIT_S = 120


def num_scores(catalog) -> int:
    if not catalog.is_file():
        return 0
    with sqlite3.connect(f"file:{catalog}?mode=ro", uri=True) as connection:
        try:
            return connection.execute("SELECT COUNT(*) FROM score").fetchone()[0]
        except sqlite3.OperationalError:  # it is being made
            return 0


def wait_for_scores(process, catalog) -> None:
    for _ in range(10 * WAIT_S):
        if num_scores(catalog) > 0:
            return
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"The window ended by itself: {process.communicate()}")
    pytest.fail("No score was remembered.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_window_that_is_told_to_end_ends_well(
    begin_discern, tiny_model, tmp_path, discern_home, number
):
    arguments = ["demo", "--folder", tmp_path / "demo", "--model", tiny_model, "--device", "cpu"]
    process = begin_discern(*arguments, env={"QT_QPA_PLATFORM": "offscreen"})
    wait_for_scores(process, discern_home / "data" / "catalog.sqlite3")
    process.send_signal(number)
    _, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0
    # The offscreen platform alone says this, of every window with a least size.
    said = [line for line in err.decode().splitlines() if "propagateSizeHints" not in line]
    assert said == []
    assert (discern_home / "data" / "settings.ini").is_file()


def test_importing_the_window_loads_nothing_that_is_slow():
    slow = "torch timm matplotlib jinja2 scipy skimage pyqtgraph"
    lines = f"import sys, app.window.main\nprint([m for m in {slow.split()} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
