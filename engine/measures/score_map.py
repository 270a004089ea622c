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

    >>> from engine.measures.score_map import choose_score_map
    >>> score_map, story = choose_score_map(None, ([10, 20, 30], [20, 40, 60]), ([], []))
    >>> [round(rating, 4) for rating in score_map.apply([15, 25]).tolist()]
    [30.0, 50.0]
    >>> story
    'by a map fitted on these same photos, which flatters them a little.'
    """
    if known is not None:
        return known, "by the map that the model's training fitted on validation."
    num_others = len(others[0])
    if num_others >= _FEWEST_FOR_A_MAP:
        fitted = fit_logistic(*others)
        return fitted, f"by a map fitted on {num_others} other photos, the val part."
    fitted = fit_logistic(*measured)
    return fitted, "by a map fitted on these same photos, which flatters them a little."
