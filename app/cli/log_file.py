"""Where log messages of a command go: all to a file, warnings of Discern itself also to stderr."""

import faulthandler
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from app.cli.terminal import printable, write_err

_OWN_PACKAGES = ("app", "engine", "trainer")
CRASH_FILE = "crash.log"
"""What is left of a crash lies beside the log, as it is written when nothing else can be."""

_MAX_BYTES = 1_000_000
_NUM_OLD_FILES = 2
_NOTHING = logging.CRITICAL + 1


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Log to `path` while entered; a log that can't be written is done without."""
    handlers: list[tuple[logging.Logger, logging.Handler]] = []
    to_stderr = _StderrHandler(logging.WARNING)
    handlers += [(logging.getLogger(name), to_stderr) for name in _OWN_PACKAGES]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        to_file = _LogFile(
            path,
            maxBytes=_MAX_BYTES,
            backupCount=_NUM_OLD_FILES,
            encoding="utf-8",
            errors="backslashreplace",
        )
    except OSError as error:
        write_err(f"No log is kept: {path} can't be written ({error.strerror or error}).")
    else:
        to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        handlers.append((logging.getLogger(), to_file))
    levels = {name: logging.getLogger(name).level for name in _OWN_PACKAGES}
    for name in _OWN_PACKAGES:
        logging.getLogger(name).setLevel(logging.INFO)
    for logger, handler in handlers:
        logger.addHandler(handler)
    # Warnings of libraries are for the log, not for the person at the terminal.
    logging.captureWarnings(capture=True)
    try:
        with _crashes_noted_in(path.with_name(CRASH_FILE)):
            yield
    finally:
        logging.captureWarnings(capture=False)
        for logger, handler in handlers:
            logger.removeHandler(handler)
            with suppress(OSError):  # what could not be written was said
                handler.close()
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def _crashes_noted_in(path: Path) -> Iterator[None]:
    """Let a library that ends the program leave a trace of where; somebody else's wish wins."""
    if faulthandler.is_enabled():
        yield
        return
    try:
        is_long = path.exists() and path.stat().st_size > _MAX_BYTES
        file = path.open("wb" if is_long else "ab")
    except OSError:
        yield  # that nothing can be logged there was said
        return
    with file:
        faulthandler.enable(file)
        try:
            yield
        finally:
            faulthandler.disable()


class _LogFile(RotatingFileHandler):
    """A log that says once that it can't be written, and is then done without."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Called by `emit` where an error is being handled."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)  # a mistake of ours, such as a wrong format
            return
        self.setLevel(_NOTHING)
        write_err(
            f"The log {self.baseFilename} can't be written any more ({error.strerror or error})."
        )


class _StderrHandler(logging.Handler):
    """Writes the bare sentence above the progress bar."""

    def emit(self, record: logging.LogRecord) -> None:
        write_err(printable(record.getMessage()))
