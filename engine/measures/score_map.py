"""Which map from scores to ratings the mapped figures of an evaluation are taken with."""

from collections.abc import Sequence

from engine.measures.logistic_fit import LogisticMap, fit_logistic

_FEWEST_FOR_A_MAP = 10


def choose_score_map(
    known: LogisticMap | None,
    measured: tuple[Sequence[float], Sequence[float]],
    others: tuple[Sequence[float], Sequence[float]],
) -> tuple[LogisticMap, str]:
    """The map, best one that never saw the measured photos, and its story.

    `known` is what training fitted on the validation part of the very labels. `measured` and
    `others` are scores and ratings of the measured photos and of other ones, 0-100.
    """
    if known is not None:
        return known, "by the map that the model's training fitted on validation."
    num_others = len(others[0])
    if num_others >= _FEWEST_FOR_A_MAP:
        fitted = fit_logistic(*others)
        return fitted, f"by a map fitted on {num_others} other photos, the val part."
    fitted = fit_logistic(*measured)
    return fitted, "by a map fitted on these same photos, which flatters them a little."
