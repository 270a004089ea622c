"""Where in a photo something lies, as people say it: lower left, along the top, everywhere."""

# H W pixels

import numpy as np
import numpy.typing as npt

from app.translation import translated

EVERYWHERE_FROM = 0.8  # of the photo
_SPREAD_FROM = 0.62  # of a side, between the tenth and the ninetieth hundredth of what lies there
_MUCH_FROM = 0.3
_BEGINNING_UNTIL, _END_FROM = 0.42, 0.58  # of a side
_INNER_TENTHS = (0.1, 0.9)

_SPREAD, _BEGINNING, _MIDDLE, _END = range(4)
_NAMES = {
    (_BEGINNING, _BEGINNING): "upper left",
    (_BEGINNING, _MIDDLE): "top",
    (_BEGINNING, _END): "upper right",
    (_BEGINNING, _SPREAD): "along the top",
    (_MIDDLE, _BEGINNING): "left",
    (_MIDDLE, _MIDDLE): "in the middle",
    (_MIDDLE, _END): "right",
    (_MIDDLE, _SPREAD): "across the middle",
    (_END, _BEGINNING): "lower left",
    (_END, _MIDDLE): "bottom",
    (_END, _END): "lower right",
    (_END, _SPREAD): "along the bottom",
    (_SPREAD, _BEGINNING): "along the left",
    (_SPREAD, _MIDDLE): "down the middle",
    (_SPREAD, _END): "along the right",
}


def place_words(is_there_HW: npt.NDArray[np.bool_]) -> str:
    """Where the marked pixels lie, of which there must be one; in the person's language."""
    share = float(is_there_HW.mean())
    if share >= EVERYWHERE_FROM:
        return _said("everywhere")
    rows, columns = (_along(is_there_HW.sum(axis=axis)) for axis in (1, 0))
    if rows == columns == _SPREAD:
        return _said("in much of it" if share >= _MUCH_FROM else "in several places")
    return _said(_NAMES[rows, columns])


def _along(counts: npt.NDArray[np.int64]) -> int:
    """Whether it lies at the beginning, middle or end of a side, or is spread over it."""
    cumulated = np.cumsum(counts) / counts.sum()
    first, last = (float(np.searchsorted(cumulated, tenth)) for tenth in _INNER_TENTHS)
    if (last - first + 1) / len(counts) > _SPREAD_FROM:
        return _SPREAD
    centre = float((counts * (np.arange(len(counts)) + 0.5)).sum() / counts.sum()) / len(counts)
    if centre < _BEGINNING_UNTIL:
        return _BEGINNING
    return _END if centre > _END_FROM else _MIDDLE


def _said(words: str) -> str:
    return translated(words, context="DefectPlace")
