"""The errors of the engine. Each text is written for the person at the screen."""

from pathlib import Path


class EngineError(Exception):
    """Something the engine could not do; the text says what was wrong and the way out."""


class UnreadablePhoto(EngineError):
    """A photo that can't be read, with the reason as one sentence in `reason`."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ModelFileError(EngineError):
    """A model file that can't be opened: missing, cut short, newer, or lying about its content."""


class WeightsUnavailable(EngineError):
    """Starting weights that can't be had: no network, no such file, or the wrong network."""


class DeviceUnavailable(EngineError):
    """A device was asked for by name that this machine or this PyTorch does not have."""


class UndefinedMeasure(EngineError):
    """A measure that has no value for these numbers, such as a correlation with a constant."""


class NoLabelScale(EngineError, ValueError):
    """A lowest and a highest possible rating that span no scale."""


class UnsuitableBatch(EngineError):
    """A batch from which no pairs can be chosen: too small, or not finite."""


class ContestError(EngineError):
    """A contest between models that can't be held or judged as asked."""
