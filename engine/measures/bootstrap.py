"""How sure a figure is, given that other photos could have been drawn (percentile bootstrap)."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from engine.counted import counted
from engine.errors import EngineError, UndefinedMeasure
from engine.measures.agreement import Figure
from engine.measures.paired_values import FloatArray, paired_values

Measure = Callable[[FloatArray, FloatArray], float]


def interval(
    measure: Measure,
    predicted: npt.ArrayLike,
    rated: npt.ArrayLike,
    *,
    num_resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Figure:
    """The measure of all photos, with its percentile interval over redrawn photos.

    Photos are redrawn with replacement; one seed gives one interval. Resamples in which the
    measure is undefined (all ratings alike, say) are skipped; if that happens to half of them,
    UndefinedMeasure is raised.

    >>> from engine.measures.bootstrap import interval
    >>> from engine.measures.correlation import rmse
    >>> interval(rmse, [12, 22, 32], [10, 20, 30], num_resamples=50)  # off by 2 on every photo
    Figure(value=2.0, low=2.0, high=2.0)
    >>> interval(rmse, [10, 26], [10, 20], num_resamples=50).high  # a quarter sees the second twice
    6.0
    """
    predicted_N, rated_N = paired_values(predicted, rated, allow_constant=True)
    return _bootstrapped(
        lambda rows: measure(predicted_N[rows], rated_N[rows]),
        predicted_N.size,
        num_resamples,
        seed,
        confidence,
    )


def paired_difference(
    measure: Measure,
    predicted_a: npt.ArrayLike,
    predicted_b: npt.ArrayLike,
    rated: npt.ArrayLike,
    *,
    num_resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Figure:
    """How much larger the measure is for A than for B, both on the very same redrawn photos.

    Far narrower than what two separate intervals suggest, since the luck of the draw is shared.
    An interval that excludes 0 tells the two apart.

    >>> from engine.measures.bootstrap import paired_difference
    >>> from engine.measures.correlation import rmse
    >>> rated, off_by_3, off_by_1 = [10, 20, 30], [13, 23, 33], [11, 21, 31]
    >>> paired_difference(rmse, off_by_3, off_by_1, rated, num_resamples=50)
    Figure(value=2.0, low=2.0, high=2.0)
    """
    a_N, rated_N = paired_values(predicted_a, rated, allow_constant=True)
    b_N, _ = paired_values(predicted_b, rated, allow_constant=True)
    return _bootstrapped(
        lambda rows: measure(a_N[rows], rated_N[rows]) - measure(b_N[rows], rated_N[rows]),
        rated_N.size,
        num_resamples,
        seed,
        confidence,
    )


def _bootstrapped(
    figure: Callable[[npt.NDArray[np.intp]], float],
    num_photos: int,
    num_resamples: int,
    seed: int,
    confidence: float,
) -> Figure:
    if not 0.0 < confidence < 1.0:
        raise EngineError(f"The confidence is {confidence}; choose one between 0 and 1, as 0.95.")
    if num_resamples < 1:
        raise EngineError(f"{num_resamples} resamples were asked for; choose 1000 or so.")
    value = figure(np.arange(num_photos))
    rng = np.random.default_rng(seed)
    redrawn: list[float] = []
    for _ in range(num_resamples):
        rows = rng.integers(0, num_photos, size=num_photos)
        try:
            redrawn.append(figure(rows))
        except UndefinedMeasure:
            continue
    if 2 * len(redrawn) <= num_resamples:
        raise UndefinedMeasure(
            f"The measure was undefined in {num_resamples - len(redrawn)} of {num_resamples} "
            f"redrawn samples of the {counted(num_photos)}. Give more photos of different quality."
        )
    tail = 50.0 * (1.0 - confidence)
    low, high = np.percentile(redrawn, [tail, 100.0 - tail])
    return Figure(value=value, low=float(low), high=float(high))
