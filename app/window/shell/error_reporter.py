"""Where every unexpected error of the window ends: in the log, and in one dialog."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QWidget

from app.window.shell.error_dialog import ErrorDialog
from app.window.shell.system_facts import system_facts

_log = logging.getLogger(__name__)
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.DEBUG,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class ErrorReporter(QObject):
    """Logs errors from any thread, and shows them one at a time on the GUI thread.

    Signals:
        reported(str, str): sentence and details; from the thread the error happened in.
    """

    reported = Signal(str, str)

    def __init__(self, log_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log_file = log_file
        self._window: QWidget | None = None
        self._model_id: Callable[[], str | None] = lambda: None
        self.dialog: ErrorDialog | None = None
        self.reported.connect(self._on_reported)

    def speak_for(self, window: QWidget, model_id: Callable[[], str | None]) -> None:
        """Show dialogs over this window, and name this model in them."""
        self._window = window
        self._model_id = model_id

    def install(self) -> None:
        """Catch what nobody else does: in slots, in threads, and in Qt itself."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_log_qt_message)

    def uninstall(self) -> None:
        """Hand the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def report(self, error: BaseException) -> None:
        """Log an error with its traceback and show it."""
        sentence = self.tr("Something unexpected went wrong (%s: %s).") % (
            type(error).__name__,
            error,
        )
        _log.critical("Unexpected: %r", error, exc_info=error)
        self.reported.emit(sentence, "".join(traceback.format_exception(error)))

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            if self._window is not None:
                self._window.close()
            return
        self.report(error.with_traceback(trace))

    def _on_thread_exception(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None:
            self.report(hook.exc_value)

    def _on_reported(self, sentence: str, details: str) -> None:
        if self.dialog is not None:
            return  # one at a time; the log has them all
        self.dialog = ErrorDialog(
            sentence,
            f"{system_facts(self._model_id())}\n\n{details}",
            log_file=self._log_file,
            parent=self._window,
        )
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def _on_closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


def _log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    _log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
