"""Measures how well scores agree with people's ratings, for reports of every kind."""

# N photos

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from engine.errors import UndefinedMeasure
from engine.measures.agreement import Agreement, Figure, Undefined
from engine.measures.bootstrap import interval, paired_difference
from engine.measures.correlation import krcc, plcc, rmse, srcc
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap
from engine.measures.paired_values import FloatArray

Measure = Callable[[npt.ArrayLike, npt.ArrayLike], float]


def measure_agreement(
    predicted_0_100: npt.ArrayLike,
    rated_0_100: npt.ArrayLike,
    *,
    score_map: LogisticMap | None,
    scale: LabelScale,
    num_resamples: int = 1000,
) -> Agreement:
    """SRCC, PLCC raw and mapped, KRCC and RMSE, with 95 % bootstrap intervals over the photos.

    Scores and ratings are 0-100, higher = better, in one order. `score_map` leads from scores to
    ratings and should come from other photos; it is held fixed. RMSE is taken after it, in units
    of the labels. A figure that has no value says why; one whose redrawn photos mostly have none
    has no interval.

    >>> from engine.measures.label_scale import LabelScale
    >>> from engine.measures.measure_agreement import measure_agreement
    >>> scale = LabelScale(low=1.0, high=5.0, higher_is_better=True)
    >>> settings = {"score_map": None, "scale": scale, "num_resamples": 100}
    >>> found = measure_agreement([1, 2, 3], [10, 30, 20], **settings)
    >>> round(found.srcc.value, 4), found.rmse.value
    (0.5, 'there is no map from scores to labels')
    """
    predicted_N = np.asarray(predicted_0_100, dtype=np.float64)
    rated_N = np.asarray(rated_0_100, dtype=np.float64)

    def figure(
        measure: Measure, predicted: FloatArray, rated: FloatArray = rated_N
    ) -> Figure | Undefined:
        return _figure(measure, predicted, rated, num_resamples)

    mapped_correlation: Figure | Undefined = Undefined.NO_MAP
    error: Figure | Undefined = Undefined.NO_MAP
    if score_map is not None:
        mapped_N = score_map.apply(predicted_N)
        mapped_correlation = figure(plcc, mapped_N)
        if mapped_correlation is Undefined.SCORES_ALIKE and np.ptp(predicted_N) > 0:
            mapped_correlation = Undefined.FLAT_MAP
        error = figure(rmse, scale.from_0_100(mapped_N), scale.from_0_100(rated_N))
    return Agreement(
        num_photos=rated_N.size,
        srcc=figure(srcc, predicted_N),
        plcc=figure(plcc, predicted_N),
        plcc_mapped=mapped_correlation,
        krcc=figure(krcc, predicted_N),
        rmse=error,
    )


def measure_gain(
    measure: Measure, new: npt.ArrayLike, old: npt.ArrayLike, rated: npt.ArrayLike
) -> Figure | Undefined:
    """How much larger a correlation is for the new scores than for the old, on the same photos.

    >>> from engine.measures.correlation import srcc
    >>> from engine.measures.measure_agreement import measure_gain
    >>> gain = measure_gain(srcc, new=[1, 2, 3, 4], old=[1, 2, 4, 3], rated=[10, 20, 30, 40])
    >>> round(gain.value, 4)  # 1 less 0.8
    0.2
    """
    new_N, old_N, rated_N = (np.asarray(values, dtype=np.float64) for values in (new, old, rated))
    why = _why_undefined(measure, new_N, rated_N) or _why_undefined(measure, old_N, rated_N)
    if why is not None:
        return why
    try:
        return paired_difference(measure, new_N, old_N, rated_N)
    except UndefinedMeasure:  # in most of the redrawn photos
        return Figure(value=measure(new_N, rated_N) - measure(old_N, rated_N))


def _figure(
    measure: Measure, predicted_N: FloatArray, rated_N: FloatArray, num_resamples: int
) -> Figure | Undefined:
    why = _why_undefined(measure, predicted_N, rated_N)
    if why is not None:
        return why
    try:
        return interval(measure, predicted_N, rated_N, num_resamples=num_resamples)
    except UndefinedMeasure:  # in most of the redrawn photos
        return Figure(value=measure(predicted_N, rated_N))


def _why_undefined(
    measure: Measure, predicted_N: FloatArray, rated_N: FloatArray
) -> Undefined | None:
    if rated_N.size < 2:
        return Undefined.TOO_FEW_PHOTOS
    if not (np.isfinite(predicted_N).all() and np.isfinite(rated_N).all()):
        return Undefined.NOT_FINITE
    if measure is rmse:  # a distance, which has a value for constants too
        return None
    if rated_N.min() == rated_N.max():
        return Undefined.RATINGS_ALIKE
    if predicted_N.min() == predicted_N.max():
        return Undefined.SCORES_ALIKE
    return None
