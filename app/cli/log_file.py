"""Where log messages of a command go: all to a file, warnings of Discern itself also to stderr."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from app.cli.terminal import printable, write_err

_OWN_PACKAGES = ("app", "engine", "trainer")
_MAX_BYTES = 1_000_000
_NUM_OLD_FILES = 2


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Log to `path` while entered; a log that can't be written is done without."""
    handlers: list[tuple[logging.Logger, logging.Handler]] = []
    to_stderr = _StderrHandler(logging.WARNING)
    handlers += [(logging.getLogger(name), to_stderr) for name in _OWN_PACKAGES]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        to_file = RotatingFileHandler(
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
        yield
    finally:
        logging.captureWarnings(capture=False)
        for logger, handler in handlers:
            logger.removeHandler(handler)
            handler.close()
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


class _StderrHandler(logging.Handler):
    """Writes the bare sentence above the progress bar."""

    def emit(self, record: logging.LogRecord) -> None:
        write_err(printable(record.getMessage()))
