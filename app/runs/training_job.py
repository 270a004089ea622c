"""Lets work of the trainer's own modules speak to people through the window's jobs."""

from collections.abc import Callable
from typing import TypeVar

from app.errors import AppError
from trainer.errors import TrainingError

Result = TypeVar("Result")


def saying_training_errors(work: Callable[[], Result]) -> Result:
    """The result of `work`; a TrainingError becomes an AppError, whose text is shown as it is."""
    try:
        return work()
    except TrainingError as error:
        raise AppError(str(error)) from error
