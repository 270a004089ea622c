"""How well a model agrees with people on labelled photos, and how those figures came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.measures.agreement import Agreement
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap
from engine.measures.measure_agreement import measure_agreement
from engine.measures.paired_values import FloatArray, paired_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A photo with what people and the model say about it, in label units.

    >>> from pathlib import Path
    >>> from engine.measures.evaluation import Miss
    >>> miss = Miss(path=Path("fog.jpg"), rated=4.5, predicted=2.0)
    >>> f"{miss.path}: {miss.rated - miss.predicted} stars too low"
    'fog.jpg: 2.5 stars too low'
    """

    path: Path
    rated: float
    predicted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The agreement of one model with people on one set of photos, and where it is worst.

    >>> from pathlib import Path
    >>> from engine.measures.agreement import MEASURES, Agreement, Undefined
    >>> from engine.measures.evaluation import Evaluation, Miss
    >>> fog = Miss(path=Path("fog.jpg"), rated=4.5, predicted=2.0)
    >>> unknown = Agreement(num_photos=1, **dict.fromkeys(MEASURES, Undefined.TOO_FEW_PHOTOS))
    >>> found = Evaluation(agreement=unknown, worst_misses=(fog,))
    >>> f"{found.worst_misses[0].path}, but {found.agreement.srcc.value}"
    'fog.jpg, but there are fewer than 2 photos'
    """

    agreement: Agreement
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
    fixed. Raises UndefinedMeasure where not even a correlation has a value.

    >>> from pathlib import Path
    >>> from engine.measures.evaluation import evaluate
    >>> from engine.measures.label_scale import LabelScale
    >>> from engine.measures.logistic_fit import LogisticMap
    >>> stars = LabelScale(low=1.0, high=5.0, higher_is_better=True)
    >>> as_it_is = LogisticMap(low=0.0, high=100.0, centre=50.0, width=50.0, is_linear=True)
    >>> photos = [Path("sea.jpg"), Path("fog.jpg"), Path("cat.jpg")]
    >>> found = evaluate(
    ...     photos, [25, 50, 100], [25, 75, 100], score_map=as_it_is, scale=stars, num_misses=1
    ... )
    >>> found.worst_misses[0].path.name, found.worst_misses[0].rated, found.agreement.num_photos
    ('fog.jpg', 4.0, 3)
    """
    predicted_N, rated_N = paired_values(predicted_0_100, rated_0_100)
    mapped_N = score_map.apply(predicted_N)
    return Evaluation(
        agreement=measure_agreement(predicted_N, rated_N, score_map=score_map, scale=scale),
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
