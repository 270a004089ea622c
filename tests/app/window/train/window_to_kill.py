"""The real window with a run at work, to be killed: python window_to_kill.py NAME OUTLIVES.

Writes the run's folder to stdout once the run is at work, then stays open.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from app.window.main import WindowRequest, Workbench, make_application
from trainer.config import LabelsConfig, RunConfig

RUNS = Path(__file__).parents[3] / "trainer" / "scripted_runs.py"

name, outlives = sys.argv[1:]
application = make_application()
bench = Workbench(WindowRequest(device="cpu"), trainer=[sys.executable, str(RUNS), name])
bench.window.show()


def on_heard(folder, messages):
    sys.stdout.write(f"{folder}\n")
    sys.stdout.flush()


bench.training.heard.connect(on_heard)
config = RunConfig(name="watched", labels=LabelsConfig(source="labels.csv"))
QTimer.singleShot(0, lambda: bench.training.begin(config, outlives_us=outlives == "yes"))
application.exec()
