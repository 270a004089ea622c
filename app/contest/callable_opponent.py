"""Any Python function that scores a file as an opponent: `python:metric.py:score`.

The function takes a path (pathlib.Path) and returns a number. What it means is told by attributes
of the function, all optional: `name` (text), `lower_is_better` (bool), `is_0_to_100` (bool; else
the scores are matched by rank). The file runs as a program of the person's own, with all that
programs may do: Discern runs it only when it is named like this, and never takes one into its
library.
"""

import hashlib
import importlib.util
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from app.errors import WrongUse
from engine.errors import UnreadablePhoto
from engine.photo_score import PhotoScore
from engine.photos.decode import read_photo

PREFIX = "python:"
_PROBE_SIDE_PX = 32

ScoresFile = Callable[[Path], float]


class CallableScorer:
    """A function at work. It is called in one thread, one photo after the other."""

    num_crops = 1

    def __init__(self, function: ScoresFile, *, name: str, model_id: str) -> None:
        self._function = function
        self.model_name = name
        self.model_id = model_id

    def score_each(
        self, paths: Iterable[Path], *, should_stop: Callable[[], bool] = lambda: False
    ) -> Iterator[PhotoScore]:
        """Results in order; a photo at which the function fails has the reason instead."""
        for path in paths:
            yield self._score(path)
            if should_stop():
                return

    def _score(self, path: Path) -> PhotoScore:
        try:
            photo = read_photo(path, short_side_px=_PROBE_SIDE_PX)
        except UnreadablePhoto as error:
            return PhotoScore(path=path, error=error.reason)
        try:
            score = float(self._function(path))
        except Exception as error:  # another person's code may raise anything
            reason = f"{self.model_name} failed: {type(error).__name__}: {error}"
            return PhotoScore(path=path, error=reason)
        if not math.isfinite(score):
            return PhotoScore(path=path, error=f"{self.model_name} gave no number but {score}.")
        return PhotoScore(
            path=path,
            score_0_100=score,
            uncertainty=0.0,
            crop_scores=(score,),
            width_px=photo.width_px,
            height_px=photo.height_px,
        )


def load_function(source: str) -> tuple[ScoresFile, str, str]:
    """The function of `python:FILE.py:FUNCTION`, its name, and an id that changes with the file.

    Raises WrongUse when there is no such file or function.
    """
    place, separator, function_name = source.removeprefix(PREFIX).rpartition(":")
    path = Path(place)
    if not separator or path.suffix != ".py" or not path.is_file():
        raise WrongUse(
            f"{source} names no Python file and function. Write it as {PREFIX}metric.py:score"
        )
    spec = importlib.util.spec_from_file_location(f"discern_opponent_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # another person's code may raise anything
        raise WrongUse(f"{path} could not be run: {type(error).__name__}: {error}") from error
    function = getattr(module, function_name, None)
    if not callable(function):
        raise WrongUse(f"{path} has no function {function_name}.")
    name = str(getattr(function, "name", function_name))
    digest = hashlib.sha256(path.read_bytes() + function_name.encode()).hexdigest()
    return function, name, f"{name}@{digest[:12]}"
