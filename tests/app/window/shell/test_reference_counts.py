import subprocess
import sys
from pathlib import Path

LINES = """
from app.window.shell.reference_counts import hold_constants
from PySide6.QtCore import QObject, QStringListModel, Qt, Signal

class Sender(QObject):
    sent = Signal()

hold_constants()
sender = Sender()
for _ in range(50_000):
    sender.sent.emit()
model = QStringListModel(["one"])
for _ in range(50_000):
    assert model.index(0).data(Qt.ItemDataRole.UserRole) is None
"""


def test_many_calls_do_not_end_the_program():
    done = subprocess.run(
        [sys.executable, "-c", LINES],
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
