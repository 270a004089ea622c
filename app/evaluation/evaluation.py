"""How well a model agrees with people on labelled photos, and how those figures came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.measures.bootstrap import Interval, interval
from engine.measures.correlation import krcc, plcc, rmse, srcc
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A photo with what people and the model say about it, in label units."""

    path: Path
    rated: float
    predicted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures of one model on one set of photos, each with its 95 % interval."""

    num_photos: int
    srcc: Interval
    plcc: Interval
    plcc_mapped: Interval | None  # None where the map is flat: scores do not rise with ratings
    krcc: Interval
    rmse: Interval  # mapped, in label units
    worst_misses: tuple[Miss, ...]


def evaluate(
    paths: Sequence[Path],
    predicted_0_100: Sequence[float],
    rated_0_100: Sequence[float],
    *,
    score_map: LogisticMap,
    scale: LabelScale,
    num_misses: int,
) -> Evaluation:
    """Measure the agreement; all three sequences are in the same order, one entry per photo.

    The intervals say what other photos of the same kind would have given; the score map is held
    fixed. Raises UndefinedMeasure where the figures have no value.
    """
    predicted_N = np.asarray(predicted_0_100, dtype=np.float64)
    rated_N = np.asarray(rated_0_100, dtype=np.float64)
    mapped_N = score_map.apply(predicted_N)
    points_per_unit = 100.0 / (scale.high - scale.low)
    rmse_0_100 = interval(rmse, mapped_N, rated_N)
    return Evaluation(
        num_photos=len(paths),
        srcc=interval(srcc, predicted_N, rated_N),
        plcc=interval(plcc, predicted_N, rated_N),
        plcc_mapped=interval(plcc, mapped_N, rated_N) if np.ptp(mapped_N) > 0 else None,
        krcc=interval(krcc, predicted_N, rated_N),
        rmse=Interval(
            value=rmse_0_100.value / points_per_unit,
            low=rmse_0_100.low / points_per_unit,
            high=rmse_0_100.high / points_per_unit,
        ),
        worst_misses=tuple(
            Miss(
                path=paths[index],
                rated=scale.from_0_100(float(rated_N[index])),
                predicted=scale.from_0_100(float(mapped_N[index])),
            )
            for index in _worst(mapped_N, rated_N, num_misses)
        ),
    )


def _worst(mapped_N: FloatArray, rated_N: FloatArray, num_misses: int) -> list[int]:
    missed_N = np.abs(mapped_N - rated_N)
    return [int(index) for index in np.argsort(-missed_N, kind="stable")[:num_misses]]
