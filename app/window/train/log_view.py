"""The log of a run, with a search in it."""

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QFontDatabase, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.window.jobs.runner import Job, JobRunner

_MOST_LINES = 2000
_MOST_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class _LogText:
    """The end of a log, as a job read it."""

    path: Path
    text: str


class LogView(QWidget):
    """The end of train.log; Return and Shift+Return in the search go on and back."""

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._path: Path | None = None
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(_MOST_LINES)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.tr("Log of the run"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the log"))
        self.search.setAccessibleName(self.tr("Search the log"))
        self.search.setClearButtonEnabled(True)
        self.back_button = QPushButton(self.tr("&Previous"))
        self.next_button = QPushButton(self.tr("&Next"))
        self.refresh_button = QPushButton(self.tr("&Read again"))
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        row.addWidget(self.refresh_button)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.text, 1)
        self.search.returnPressed.connect(self.find_next)
        self.next_button.clicked.connect(self.find_next)
        self.back_button.clicked.connect(lambda: self.find_next(is_backward=True))
        self.refresh_button.clicked.connect(self.read)

    def show_file(self, path: Path) -> None:
        """Show the end of this log from now on."""
        self._path = path
        self.text.clear()
        self.read()

    def read(self) -> None:
        """Read the log anew, in the background."""
        path = self._path
        if path is None:
            return
        job = Job(lambda _: _LogText(path, _end_of(path)))
        job.finished.connect(self._on_read)
        self._jobs.start(job)

    def find_next(self, *, is_backward: bool = False) -> bool:
        """Go to the next place that holds what is searched, or on from the top; whether found."""
        wanted = self.search.text()
        flags = QTextDocument.FindFlag(0)
        if is_backward:
            flags |= QTextDocument.FindFlag.FindBackward
        if not wanted or self.text.find(wanted, flags):
            return bool(wanted)
        end = QTextCursor.MoveOperation.End if is_backward else QTextCursor.MoveOperation.Start
        self.text.moveCursor(end)
        return self.text.find(wanted, flags)

    def _on_read(self, _: int, read: _LogText) -> None:
        if read.path != self._path or read.text == self.text.toPlainText():
            return
        bar = self.text.verticalScrollBar()
        was_at_end = bar.value() >= bar.maximum() - 2
        self.text.setPlainText(read.text)
        if was_at_end:
            self.text.moveCursor(QTextCursor.MoveOperation.End)
            self.text.moveCursor(QTextCursor.MoveOperation.StartOfLine)


def _end_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _MOST_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError as error:
        return f"{path}: {error.strerror}"
    return "\n".join(deque(text.splitlines(), maxlen=_MOST_LINES))
