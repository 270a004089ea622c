"""The figures of epochs and of several repeats; those of a model are the engine's."""

# N photos

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.measures.agreement import MEASURES
from engine.measures.correlation import plcc, srcc

Floats = npt.NDArray[np.float64]


def epoch_agreement(predicted_N: Floats, rated_N: Floats) -> tuple[float, float]:
    """SRCC and PLCC; 0 for a network that says the same of every photo: it agrees with nobody."""
    if np.ptp(predicted_N) == 0:
        return 0.0, 0.0
    return srcc(predicted_N, rated_N), plcc(predicted_N, rated_N)


def summarise(values: Sequence[float | None]) -> dict[str, float | int] | None:
    """Mean and standard deviation (n - 1) over repeats, as the paper reports the mean.

    None if one of them has no value: the mean of the others would be too good.
    """
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    spread = float(np.std(known, ddof=1)) if len(known) > 1 else 0.0
    return {
        "mean": float(np.mean(known)),
        "std": spread,
        "median": float(np.median(known)),
        "num_repeats": len(known),
    }


def summary(entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Mean and spread over the repeats of a report of every figure, for teacher and student."""

    def values(role: str, measure: str) -> list[float | None]:
        figures = [entry[role]["figures"][measure] for entry in entries]
        return [None if figure is None else figure["value"] for figure in figures]

    return {
        role: {measure: summarise(values(role, measure)) for measure in MEASURES}
        for role in ("teacher", "student")
        if all(role in entry for entry in entries)
    }
