"""The errors of the application. Each text is written for the person at the screen."""

from engine.errors import EngineError
from trainer.errors import TrainingError


class AppError(Exception):
    """Something the application could not do; the text says what was wrong and the way out."""


class WrongUse(AppError):
    """A command that can't be carried out as it was typed."""


class CatalogUnavailable(AppError):
    """The catalog can't be used now; rating goes on without remembering."""


class OutputNotWritten(AppError):
    """A result file could not be written: no such folder, no permission, or a full disk."""


class ContestUnreadable(AppError):
    """A contest file that can't be used: missing, damaged, or of a newer version."""


# Every root of the errors that were foreseen: their text is shown as it is.
FORESEEN = (AppError, EngineError, TrainingError)
