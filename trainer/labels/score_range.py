"""Which scale a set of scores is on, when nobody says it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.measures.label_scale import LabelScale
from trainer.labels.label_set import LabelledPhoto, LabelSet

_USUAL_RANGES = ((0.0, 1.0), (1.0, 5.0), (0.0, 5.0), (0.0, 10.0), (0.0, 100.0))


def infer_bounds(scores: Sequence[float]) -> tuple[float, float]:
    """The narrowest usual scale that holds the scores, else their own span; NaN is passed over.

    Usual are 0-1, 1-5, 0-5, 0-10 and 0-100. Without a single number the answer is 0-100.
    """
    finite = np.asarray(scores, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    if finite.size == 0:
        return 0.0, 100.0
    lowest, highest = float(finite.min()), float(finite.max())
    for low, high in _USUAL_RANGES:
        if low <= lowest and highest <= high:
            return low, high
    return (lowest, highest) if lowest < highest else (lowest - 0.5, highest + 0.5)


def settle_scale(labels: LabelSet, kept: Sequence[LabelledPhoto]) -> LabelSet:
    """The labels on the scale that the scores of the photos kept suggest, if scores told it."""
    if not labels.is_scale_inferred or not kept:
        return labels
    low, high = infer_bounds([photo.score for photo in kept])
    return replace(labels, range=replace(labels.range, low=low, high=high))


def widen(nominal: LabelScale, scores: Sequence[float]) -> tuple[LabelScale, tuple[str, ...]]:
    """The published scale of a set, made wider where its scores overshoot it, with a note."""
    finite = np.asarray(scores, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    if finite.size == 0:
        return nominal, ()
    low = min(nominal.low, float(finite.min()))
    high = max(nominal.high, float(finite.max()))
    if (low, high) == (nominal.low, nominal.high):
        return nominal, ()
    note = (
        f"The scores run from {finite.min():g} to {finite.max():g}, beyond the nominal scale "
        f"{nominal.low:g} to {nominal.high:g}; the scale was widened to hold them."
    )
    return LabelScale(low=low, high=high, higher_is_better=nominal.higher_is_better), (note,)
