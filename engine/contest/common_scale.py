"""One scale for models that count differently: by ranks, onto the scale of those that agree.

Discern's own models all score from 0 (looks bad) to 100 (looks good), calibrated on labels, so
their numbers are taken as they are. Another opponent may score from 0 to 1, or may call the best
photo 0. The papers fit a logistic curve on a labelled set; a person's folder has no labels. So the
opponent's scores are matched by rank: its best photo gets the best score that Discern's models give
in this pool (their mean, quantile by quantile), its median photo their median, and so on. Order and
ties are kept, and a window of so many points means the same for everybody. With no calibrated model
at all, the scores become percentile ranks.
"""

# N photos

from collections.abc import Mapping, Set

import numpy as np
import numpy.typing as npt

from engine.errors import ContestError
from engine.measures.ranks import mean_ranks

FloatArray = npt.NDArray[np.float64]


def to_common_scale(
    scores: Mapping[str, npt.ArrayLike], *, calibrated: Set[str], lower_is_better: Set[str] = set()
) -> dict[str, FloatArray]:
    """Every model's N scores on one scale from 0 to 100, higher is better; NaN stays NaN.

    `calibrated` names the models whose scores already mean 0 to 100, `lower_is_better` those
    others whose best photo has the lowest number. Raises ContestError for a calibrated score
    outside 0 to 100.

    >>> from engine.contest.common_scale import to_common_scale
    >>> scores = {"ours": [20, 50, 80], "theirs": [0.9, 0.5, 0.1]}  # theirs: the best has the least
    >>> common = to_common_scale(scores, calibrated={"ours"}, lower_is_better={"theirs"})
    >>> common["theirs"].round(3).tolist()  # their best gets the score of our best, and so on
    [20.0, 50.0, 80.0]
    """
    arrays = {model: np.asarray(values, dtype=np.float64) for model, values in scores.items()}
    reference = [arrays[model] for model in arrays if model in calibrated]
    for model in arrays:
        finite = arrays[model][np.isfinite(arrays[model])]
        if model in calibrated and finite.size and not (finite.min() >= 0 and finite.max() <= 100):
            raise ContestError(
                f"{model} gives scores from {finite.min():.3g} to {finite.max():.3g}, and is said "
                "to score from 0 to 100. Treat it as a model with a scale of its own."
            )
    return {
        model: values
        if model in calibrated
        else _matched(-values if model in lower_is_better else values, reference)
        for model, values in arrays.items()
    }


def _matched(values_N: FloatArray, reference: list[FloatArray]) -> FloatArray:
    matched_N = np.full(values_N.shape, np.nan)
    is_scored_N = np.isfinite(values_N)
    if not is_scored_N.any():
        return matched_N
    ranks = mean_ranks(values_N[is_scored_N])
    shares = (ranks - 0.5) / ranks.size  # (0, 1), the middle of the rank's step
    if not reference:
        matched_N[is_scored_N] = 100 * shares
        return matched_N
    quantiles = [
        np.quantile(known[np.isfinite(known)], shares, method="hazen")
        for known in reference
        if np.isfinite(known).any()
    ]
    matched_N[is_scored_N] = np.mean(quantiles, axis=0) if quantiles else 100 * shares
    return matched_N
