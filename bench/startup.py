"""How long a person waits for the first words and for the first score."""

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench.figure import Figure
from bench.interleaved import time_in_turns
from bench.subjects import write_photos
from engine.networks.model_library import list_models

_ROOT = Path(__file__).parents[1]


def measure(*, num_rounds: int = 5) -> list[Figure]:
    """New processes each time; the files of the program are in the system's cache by then."""
    with tempfile.TemporaryDirectory(prefix="discern-bench-") as name:
        (photo,) = write_photos(Path(name), num_photos=1, width_px=1200, height_px=800)
        commands = {"discern --help": ["--help"]}
        if list_models():
            commands["discern rate, one small photo"] = ["rate", str(photo), "--no-cache"]
        timings = time_in_turns(
            {what: partial(_run, command, name) for what, command in commands.items()},
            num_rounds=num_rounds,
        )
    return [Figure(what=what, value=timings.fastest_s(what), unit="s") for what in commands]


def _run(arguments: list[str], home: str) -> None:
    command = [sys.executable, "-m", "app", *arguments]
    environment = {**os.environ, "DISCERN_HOME": home}
    subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, check=True)
