"""How well scores agree with people: the figures of a report, each with its interval."""

# N photos

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.measures.bootstrap import interval, paired_difference
from engine.measures.correlation import krcc, plcc, rmse, srcc
from engine.measures.logistic_fit import LogisticMap

Floats = npt.NDArray[np.float64]


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
    RMSE is taken after it, in the units of the labels.
    """
    mapped_N = logistic.apply(predicted_N)

    def with_interval(
        measure: Callable[[Any, Any], float], predicted: Floats, rated: Floats, resamples: int
    ) -> dict[str, float]:
        return asdict(interval(measure, predicted, rated, num_resamples=resamples))

    in_units = (to_label_units(mapped_N), to_label_units(rated_N))
    return {
        "num_photos": len(rated_N),
        "srcc": with_interval(srcc, predicted_N, rated_N, num_resamples),
        "plcc": with_interval(plcc, predicted_N, rated_N, num_resamples),
        "plcc_mapped": with_interval(plcc, mapped_N, rated_N, num_resamples),
        "krcc": with_interval(krcc, predicted_N, rated_N, num_resamples),
        "rmse": with_interval(rmse, *in_units, num_resamples),
    }


def compare(student_N: Floats, teacher_N: Floats, rated_N: Floats) -> dict[str, dict[str, float]]:
    """Student minus teacher on the same photos, with 95 % intervals over the photos."""
    return {
        "srcc": asdict(paired_difference(srcc, student_N, teacher_N, rated_N)),
        "plcc": asdict(paired_difference(plcc, student_N, teacher_N, rated_N)),
    }


def summarise(values: list[float]) -> dict[str, float | int]:
    """Mean and standard deviation (n - 1) over repeats, as the paper reports the mean."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return {
        "mean": float(np.mean(values)),
        "std": spread,
        "median": float(np.median(values)),
        "num_repeats": len(values),
    }
