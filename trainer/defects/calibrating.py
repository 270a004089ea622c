"""Sets the levels of a taught network, so that a half means the same for every kind."""

# N photos or places, K kinds, G map places a side

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from engine.defects.defect_card import KindLevel

Floats = npt.NDArray[np.floating]

_LEAST_FACTOR, _MOST_FACTOR = 0.4, 2.5
_FEW = 8


def fitted_level(planted_N: Floats, clean_N: Floats) -> KindLevel:
    """The level at which half of the places this loud are spoilt (Platt).

    Logits of a kind at places where it was planted and where it was not; both count the same in
    all. Too few of either leave the kind as it is.
    """
    if min(len(planted_N), len(clean_N)) < _FEW:
        return KindLevel()
    logits = np.concatenate([planted_N, clean_N]).astype(np.float64)
    is_planted = np.concatenate([np.ones(len(planted_N)), np.zeros(len(clean_N))])
    weights = np.where(is_planted == 1, 0.5 / len(planted_N), 0.5 / len(clean_N))

    def entropy(values: npt.NDArray[np.float64]) -> float:
        found = values[0] * logits + values[1]
        return float((weights * (np.logaddexp(0, found) - is_planted * found)).sum())

    bounds = [(_LEAST_FACTOR, _MOST_FACTOR), (-10, 10)]
    best = optimize.minimize(entropy, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=bounds)
    return KindLevel(factor=float(best.x[0]), shift=float(best.x[1]))


def quiet_levels(
    levels: Sequence[KindLevel], loudest_NK: Floats, *, false_alarms: float
) -> list[KindLevel]:
    """The levels, lowered until so small a share of clean photos reaches a half with any kind.

    `loudest_NK` are the logits of every kind where it is loudest in photos with nothing to find.
    All kinds get the same share of the alarms; a kind that alarms less than that stays as it is.
    """
    own_NK = np.stack(
        [level.factor * loudest_NK[:, k] + level.shift for k, level in enumerate(levels)], axis=1
    ).astype(np.float64)

    def lowered_by(share: float) -> npt.NDArray[np.float64]:
        return np.minimum(-np.quantile(own_NK, 1 - share, axis=0, method="higher"), 0) - 1e-6

    shares = np.linspace(0, false_alarms, 101)[::-1]
    shift_K = lowered_by(0.0)
    for share in shares:
        tried_K = lowered_by(float(share))
        if float((own_NK + tried_K >= special.logit(0.5)).any(axis=1).mean()) <= false_alarms:
            shift_K = tried_K
            break
    return [
        KindLevel(factor=level.factor, shift=level.shift + float(shift))
        for level, shift in zip(levels, shift_K, strict=True)
    ]
