"""Whether a personal model is worth having: nested cross-validation beside the model in use.

The kind of head is chosen anew inside every fold, so that no photo has a say in the head that it
judges. Intervals are of photos redrawn in whole groups, over the mean of the repeats.
"""

# N photos, R repeats of the cross-validation, F features

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.counted import counted
from engine.errors import UndefinedMeasure
from engine.measures.agreement import Figure
from engine.measures.correlation import rmse, srcc
from engine.personal.choose_head import choose_kind
from engine.personal.fit_head import (
    FEWEST_LABELS,
    Features,
    Floats,
    check_labels,
    fit_head,
    straight_line,
)
from engine.personal.folds import Indices, folds
from engine.personal.head_shape import HEAD_KINDS, HeadKind
from engine.personal.one_thread import one_thread
from engine.personal.report import Contender, ContenderName, LearningPoint, PersonalReport, Verdict

_NUM_FOLDS = 5
_REPEATS = ((150, 3), (400, 2))  # labels up to which so many repeats are made; beyond them 1
_NUM_RESAMPLES = 400
_FEWEST_TO_JUDGE = 20
_COARSE_SHARE = 0.7
_FEWEST_TO_FORESEE = 60  # with fewer, chance bends the curve more than labels do
_LEARNING_SHARES = (0.25, 0.5, 0.75, 1.0)
_FEWEST_TO_LEARN = 10
_CONTENDERS: tuple[ContenderName, ...] = ("personal", "ridge", "model", "model_on_a_line", "mean")


@one_thread()
def judge_head(
    features_NF: Features,
    scores_N: npt.ArrayLike,
    groups_N: Indices | None = None,
    *,
    kinds: Sequence[HeadKind] = HEAD_KINDS,
    seed: int = 0,
    on_share: Callable[[float], None] = lambda share: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> PersonalReport:
    """Judge a personal model by labels that each of its trials did not learn from.

    Features are (N, F + 1), the score of the model in use last; scores (N,) are in points of 100.
    Photos of one group stay together. `on_share` hears how much is done, from 0 to 1. Raises
    TooFewLabels; InterruptedError after a stop.

    >>> import numpy as np
    >>> from engine.personal.judge_head import judge_head
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(60, 9)).astype(np.float32)  # the model's scores are noise
    >>> scores = 50 + 10 * features[:, 2].astype(float)
    >>> report = judge_head(features, scores, kinds=("ridge",))
    >>> report.verdict, report.contender("personal").srcc.value > 0.95
    ('better', True)
    """
    scores = np.asarray(scores_N, dtype=np.float64)
    check_labels(features_NF, scores)
    groups = np.arange(len(scores)) if groups_N is None else groups_N
    num_repeats = next((most for labels, most in _REPEATS if len(scores) <= labels), 1)
    trials: dict[ContenderName, list[Floats]] = {name: [] for name in _CONTENDERS}
    chosen: Counter[str] = Counter()
    num_trials = num_repeats * _NUM_FOLDS + 1
    for repeat in range(num_repeats):
        predicted = {name: np.full(len(scores), np.nan) for name in _CONTENDERS}
        parts = list(folds(groups, _NUM_FOLDS, seed=seed + repeat))
        for number, (learnt, judged) in enumerate(parts):
            if should_stop():
                raise InterruptedError
            if len(learnt) < FEWEST_LABELS or np.ptp(scores[learnt]) == 0:
                continue
            kind = _judge_fold(
                features_NF, scores, groups, learnt, judged, predicted, kinds, seed + repeat
            )
            chosen[kind] += 1
            on_share((repeat * _NUM_FOLDS + number + 1) / num_trials)
        for name, predicted_N in predicted.items():
            trials[name].append(predicted_N)
    kind = choose_kind(features_NF, scores, groups, kinds=kinds, seed=seed, should_stop=should_stop)
    if should_stop():
        raise InterruptedError
    learning = _learning_curve(features_NF, scores, groups, seed)
    on_share(1.0)
    return _report(
        {name: np.array(ones) for name, ones in trials.items()},
        scores,
        groups,
        kind=kind,
        kinds=chosen,
        learning=learning,
    )


def label_warnings(scores_N: Floats) -> tuple[str, ...]:
    """What is wrong with labels as they lie, a sentence each.

    >>> import numpy as np
    >>> from engine.personal.judge_head import label_warnings
    >>> label_warnings(np.array([75.0] * 8 + [50.0, 25.0]))
    ('8 of 10 labels are the same, so they tell little apart. Use more of the scale.',)
    """
    _, counts = np.unique(scores_N, return_counts=True)
    most = int(counts.max())
    if most < _COARSE_SHARE * len(scores_N):
        return ()
    return (
        f"{most} of {len(scores_N)} labels are the same, so they tell little apart. Use more of "
        "the scale.",
    )


def _judge_fold(
    features_NF: Features,
    scores_N: Floats,
    groups_N: Indices,
    learnt: Indices,
    judged: Indices,
    predicted: Mapping[ContenderName, Floats],
    kinds: Sequence[HeadKind],
    seed: int,
) -> HeadKind:
    """Every contender's scores of the judged photos; returns the kind that was chosen."""
    kind = choose_kind(
        features_NF[learnt], scores_N[learnt], groups_N[learnt], kinds=kinds, seed=seed
    )
    ridge = fit_head(features_NF[learnt], scores_N[learnt])
    of_ridge = ridge.predict(features_NF[judged])
    predicted["ridge"][judged] = of_ridge
    predicted["personal"][judged] = (
        of_ridge
        if kind == "ridge"
        else fit_head(features_NF[learnt], scores_N[learnt], kind=kind, seed=seed).predict(
            features_NF[judged]
        )
    )
    model_N = features_NF[:, -1].astype(np.float64)
    intercept, slope = straight_line(model_N[learnt], scores_N[learnt])
    predicted["model"][judged] = model_N[judged]
    predicted["model_on_a_line"][judged] = intercept + slope * model_N[judged]
    predicted["mean"][judged] = scores_N[learnt].mean()
    return kind


def _report(
    trials: Mapping[ContenderName, Floats],
    scores_N: Floats,
    groups_N: Indices,
    *,
    kind: HeadKind,
    kinds: Mapping[str, int],
    learning: tuple[LearningPoint, ...],
) -> PersonalReport:
    draws = list(_redrawn(groups_N))
    contenders = tuple(
        Contender(
            name=name,
            srcc=None if name == "mean" else _figure(_mean_srcc, draws, trials[name], scores_N),
            rmse=_figure(_mean_rmse, draws, trials[name], scores_N) or Figure(value=np.nan),
        )
        for name in _CONTENDERS
    )
    gain = _figure(
        lambda both, rated: _mean_srcc(both[0], rated) - _mean_srcc(both[1], rated),
        draws,
        np.stack([trials["personal"], trials["model"]]),
        scores_N,
    )
    return PersonalReport(
        num_labels=len(scores_N),
        num_groups=len(np.unique(groups_N)),
        num_repeats=len(trials["mean"]),
        kind=kind,
        kinds=dict(kinds),
        contenders=contenders,
        gain=gain,
        verdict=_verdict(gain, len(np.unique(groups_N))),
        learning=learning,
        warnings=label_warnings(scores_N) + _group_warnings(groups_N),
    )


def _verdict(gain: Figure | None, num_groups: int) -> Verdict:
    if gain is None or gain.low is None or num_groups < _FEWEST_TO_JUDGE:
        return "too_few"
    if gain.low > 0:
        return "better"
    return "perhaps" if gain.value > 0 else "no_better"


def _group_warnings(groups_N: Indices) -> tuple[str, ...]:
    num_groups = len(np.unique(groups_N))
    if num_groups > 0.7 * len(groups_N):
        return ()
    return (
        f"The {counted(len(groups_N))} show only {num_groups} different scenes, and photos of one "
        "scene count as one. Rate photos that differ more.",
    )


def _figure(
    measure: Callable[[Floats, Floats], float],
    draws: Sequence[Indices],
    predicted_N: Floats,
    scores_N: Floats,
) -> Figure | None:
    """The measure of all photos, photos last, and its 95 % interval; None where undefined."""
    try:
        value = measure(predicted_N, scores_N)
    except UndefinedMeasure:
        return None
    redrawn = []
    for rows in draws:
        try:
            redrawn.append(measure(predicted_N[..., rows], scores_N[rows]))
        except UndefinedMeasure:
            continue
    if 2 * len(redrawn) <= len(draws):
        return Figure(value=value)
    low, high = np.percentile(redrawn, [2.5, 97.5])
    return Figure(value=value, low=float(low), high=float(high))


def _mean_srcc(predicted_RN: Floats, scores_N: Floats) -> float:
    return float(np.mean([srcc(*_judged(one_N, scores_N)) for one_N in predicted_RN]))


def _mean_rmse(predicted_RN: Floats, scores_N: Floats) -> float:
    return float(np.mean([rmse(*_judged(one_N, scores_N)) for one_N in predicted_RN]))


def _judged(predicted_N: Floats, scores_N: Floats) -> tuple[Floats, Floats]:
    is_judged = np.isfinite(predicted_N)
    return predicted_N[is_judged], scores_N[is_judged]


def _redrawn(groups_N: Indices) -> Sequence[Indices]:
    """Photos of groups drawn with replacement, as often as there are groups."""
    members = [np.flatnonzero(groups_N == group) for group in np.unique(groups_N)]
    rng = np.random.default_rng(0)
    return [
        np.concatenate([members[one] for one in rng.integers(len(members), size=len(members))])
        for _ in range(_NUM_RESAMPLES)
    ]


def _learning_curve(
    features_NF: Features, scores_N: Floats, groups_N: Indices, seed: int
) -> tuple[LearningPoint, ...]:
    """The SRCC of ridge by the number of labels, and what twice as many would bring.

    Folds judge heads that learned from a part of the other folds. Beyond, SRCC is taken to be
    a - b / sqrt(labels).
    """
    rng = np.random.default_rng(seed)
    points: list[LearningPoint] = []
    parts = list(folds(groups_N, _NUM_FOLDS, seed=seed))
    for share in _LEARNING_SHARES:
        predicted_N = np.full(len(scores_N), np.nan)
        num_learnt = []
        for learnt, judged in parts:
            some = rng.permutation(learnt)[: round(share * len(learnt))]
            if len(some) >= _FEWEST_TO_LEARN and np.ptp(scores_N[some]) > 0:
                head = fit_head(features_NF[some], scores_N[some])
                predicted_N[judged] = head.predict(features_NF[judged])
                num_learnt.append(len(some))
        if len(num_learnt) == len(parts) > 1:
            try:
                figure = srcc(*_judged(predicted_N, scores_N))
            except UndefinedMeasure:
                continue
            points.append(LearningPoint(num_labels=round(np.mean(num_learnt)), srcc=figure))
    if len(points) >= 3 and len(scores_N) >= _FEWEST_TO_FORESEE:
        points.append(_forecast(points, 2 * len(scores_N)))
    return tuple(points)


def _forecast(points: Sequence[LearningPoint], num_labels: int) -> LearningPoint:
    inverse_roots = np.array([point.num_labels**-0.5 for point in points])
    slope, intercept = np.polyfit(inverse_roots, [point.srcc for point in points], 1)
    forecast = points[-1].srcc if slope > 0 else intercept + slope * num_labels**-0.5
    return LearningPoint(
        num_labels=num_labels,
        srcc=float(np.clip(max(forecast, points[-1].srcc), -1, 1)),
        is_forecast=True,
    )
