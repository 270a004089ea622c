import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench import screenshots

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A home with the program in it, and the folder of its packages."""
    home = tmp_path_factory.mktemp("anna")
    return home, screenshots.install(home)


def test_the_installed_program_is_the_one_that_runs(installed):
    home, packages = installed
    assert packages.is_relative_to(home / ".local")
    lines = (
        "import importlib.util, app, trainer\n"
        "from app.places import catalog\n"
        "from app.version import version\n"
        "assert importlib.util.find_spec('bench.studio')\n"
        "print(app.__path__[0], trainer.__path__[0], catalog(), version(), sep='\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", lines],
        env=screenshots.environment_in(home, packages),
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
    )
    program, trainer, catalog, version = done.stdout.splitlines()
    assert Path(program) == packages / "app"
    assert Path(trainer) == packages / "trainer"
    assert Path(catalog).is_relative_to(home)
    assert version[0].isdigit()


def test_the_templates_of_reports_are_installed(installed):
    _, packages = installed
    source = ROOT / "app" / "reports" / "templates"
    names = {path.name for path in source.iterdir()}
    assert {path.name for path in (packages / "app/reports/templates").iterdir()} == names


def test_a_home_that_is_there_is_refused_and_left_alone(tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(SystemExit):
        screenshots.main(["--home", str(tmp_path)])
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "letter.txt").is_file()


def test_a_stopped_program_leaves_no_home(tmp_path):
    home = tmp_path / "anna"
    lines = (
        "import os, signal, sys, bench.screenshots as program\n"
        "def install(home):\n"
        "    (home / 'note.txt').write_text('here')\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "program.install = install\n"
        f"program.main(['--home', {str(home)!r}])\n"
    )
    done = subprocess.run([sys.executable, "-c", lines], cwd=ROOT, check=False)
    assert done.returncode == 128 + signal.SIGTERM
    assert not home.exists()
