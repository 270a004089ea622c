"""The errors of the engine. Each text is written for the person at the screen."""

from pathlib import Path


class EngineError(Exception):
    """Something the engine could not do; the text says what was wrong and the way out.

    >>> from engine.errors import EngineError
    >>> from engine.pairs.distances import count
    >>> try:
    ...     count(1.5, 32)
    ... except EngineError as error:  # every error of the engine is one
    ...     str(error)
    'A pair ratio of 1.5 was given; choose one above 0 and up to 1.'
    """


class UnreadablePhoto(EngineError):
    """A photo that can't be read, with the reason as one sentence in `reason`.

    >>> from pathlib import Path
    >>> from engine.errors import UnreadablePhoto
    >>> error = UnreadablePhoto(Path("a.jpg"), "The file is empty.")
    >>> str(error), error.reason
    ('a.jpg: The file is empty.', 'The file is empty.')
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ModelFileError(EngineError):
    """A model file that can't be opened: missing, cut short, newer, or lying about its content.

    >>> from pathlib import Path
    >>> from engine.networks.model_file import read_card
    >>> read_card(Path("missing.safetensors"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.ModelFileError: There is no model file at missing.safetensors. ...
    """


class WeightsUnavailable(EngineError):
    """Starting weights that can't be had: no network, no such file, or the wrong network.

    >>> from engine.networks.backbone import create_backbone
    >>> create_backbone("resnet5O", crop_px=224)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.WeightsUnavailable: timm ... has no network called resnet5O. Close names: ...
    """


class DeviceUnavailable(EngineError):
    """A device was asked for by name that this machine or this PyTorch does not have.

    >>> from engine.device import choose_device
    >>> choose_device("toaster")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.DeviceUnavailable: There is no device toaster. ...
    """


class UndefinedMeasure(EngineError):
    """A measure that has no value for these numbers, such as a correlation with a constant.

    >>> from engine.measures.correlation import srcc
    >>> srcc([70, 30, 50], [4, 4, 4])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.UndefinedMeasure: All rated scores are 4, so agreement is undefined; ...
    """


class NoLabelScale(EngineError, ValueError):
    """A lowest and a highest possible rating that span no scale.

    >>> from engine.measures.label_scale import LabelScale
    >>> LabelScale(low=5.0, high=1.0, higher_is_better=True)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.NoLabelScale: The labels range from 5 to 1, which is no range. ...
    """


class UnsuitableBatch(EngineError):
    """A batch from which no pairs can be chosen: too small, or not finite.

    >>> import torch
    >>> from engine.pairs.distances import score_distances
    >>> score_distances(torch.tensor([10.0, 90.0]))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.UnsuitableBatch: A batch of 2 is too small to choose pairs from. ...
    """


class ContestError(EngineError):
    """A contest between models that can't be held or judged as asked.

    >>> from engine.contest.pool import make_pool
    >>> make_pool([], {"one": []})
    Traceback (most recent call last):
        ...
    engine.errors.ContestError: A contest needs at least two models. Name one more.
    """


class UnusableRatings(EngineError):
    """Ratings of several people that can't be counted or fitted: NaN, negative, none at all.

    >>> from engine.ratings.counts import rating_counts
    >>> rating_counts([[0, 0, 0, 0, 0]])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.UnusableRatings: Row 1 of the counts has no rating at all. ...
    """
