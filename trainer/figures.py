"""How well scores agree with people: the figures of a report, each with its interval."""

# N photos

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import UndefinedMeasure
from engine.measures.bootstrap import Interval, interval, paired_difference
from engine.measures.correlation import krcc, plcc, rmse, srcc
from engine.measures.logistic_fit import LogisticMap, fit_logistic

MEASURES = ("srcc", "plcc", "plcc_mapped", "krcc", "rmse")

Floats = npt.NDArray[np.float64]
Figure = dict[str, float | None] | None  # None: the measure has no value for these scores


def agreement(predicted_N: Floats, rated_N: Floats) -> tuple[float, float]:
    """SRCC and PLCC; 0 for a network that says the same of every photo: it agrees with nobody."""
    if np.ptp(predicted_N) == 0:
        return 0.0, 0.0
    return srcc(predicted_N, rated_N), plcc(predicted_N, rated_N)


def fit_map(predicted_N: Floats, rated_N: Floats) -> LogisticMap:
    """The logistic from scores to labels; a constant, the mean label, if all scores are equal."""
    if np.ptp(predicted_N) == 0:
        mean = float(rated_N.mean())
        centre = float(predicted_N[0])
        return LogisticMap(low=mean, high=mean, centre=centre, width=1.0, is_linear=True)
    return fit_logistic(predicted_N, rated_N)


def measure_figures(
    predicted_N: Floats,
    rated_N: Floats,
    logistic: LogisticMap,
    *,
    to_label_units: Callable[[Floats], Floats],
    num_resamples: int = 1000,
) -> dict[str, Any]:
    """SRCC, PLCC raw and mapped, KRCC and RMSE with 95 % bootstrap intervals over the photos.

    Scores and labels are 0-100; `logistic` was fitted on other photos (the validation part), and
    RMSE is taken after it, in the units of the labels. A figure that has no value, such as a
    correlation with scores that are all the same, is None; an interval that has none is empty.
    """
    mapped_N = logistic.apply(predicted_N)

    def figure(
        measure: Callable[[Any, Any], float], predicted: Floats, rated: Floats = rated_N
    ) -> Figure:
        return _figure(
            lambda: measure(predicted, rated),
            lambda: interval(measure, predicted, rated, num_resamples=num_resamples),
        )

    return {
        "num_photos": len(rated_N),
        "srcc": figure(srcc, predicted_N),
        "plcc": figure(plcc, predicted_N),
        "plcc_mapped": figure(plcc, mapped_N),
        "krcc": figure(krcc, predicted_N),
        "rmse": figure(rmse, to_label_units(mapped_N), to_label_units(rated_N)),
    }


def compare(student_N: Floats, teacher_N: Floats, rated_N: Floats) -> dict[str, Figure]:
    """Student minus teacher on the same photos, with 95 % intervals over the photos."""

    def difference(measure: Callable[[Any, Any], float]) -> Figure:
        return _figure(
            lambda: measure(student_N, rated_N) - measure(teacher_N, rated_N),
            lambda: paired_difference(measure, student_N, teacher_N, rated_N),
        )

    return {"srcc": difference(srcc), "plcc": difference(plcc)}


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


def _figure(measured: Callable[[], float], with_interval: Callable[[], Interval]) -> Figure:
    try:
        value = measured()
    except UndefinedMeasure:
        return None
    try:
        return asdict(with_interval())
    except UndefinedMeasure:
        return {"value": value, "low": None, "high": None}
