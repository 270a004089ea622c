"""Which kind of head suits the labels, by cross-validation among them."""

# N photos, F features

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.measures.correlation import rmse
from engine.personal.fit_head import FEWEST_LABELS, Features, Floats, fit_head
from engine.personal.folds import Indices, folds
from engine.personal.head_shape import HEAD_KINDS, HeadKind
from engine.personal.one_thread import one_thread

_NUM_FOLDS = 3  # inside each fold of the judgement: a choice among few kinds needs no more
_MUST_GAIN = 0.01  # of the error: a kind that is later in the list must do better by this share


@one_thread()
def choose_kind(
    features_NF: Features,
    scores_N: npt.ArrayLike,
    groups_N: Indices,
    *,
    kinds: Sequence[HeadKind] = HEAD_KINDS,
    seed: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
) -> HeadKind:
    """The kind of the least error on photos that it did not learn from; ridge in doubt.

    Features are (N, F + 1), scores (N,) in points. Photos of one group are never parted.

    >>> import numpy as np
    >>> from engine.personal.choose_head import choose_kind
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(60, 9)).astype(np.float32)
    >>> scores = 50 + 10 * features[:, 2].astype(float)  # as straight as can be
    >>> choose_kind(features, scores, np.arange(60), kinds=("ridge", "taylor_kan"))
    'ridge'
    """
    if len(kinds) == 1:
        return kinds[0]
    errors = errors_of_kinds(
        features_NF, scores_N, groups_N, kinds=kinds, seed=seed, should_stop=should_stop
    )
    best = kinds[0]
    for kind in kinds[1:]:
        if kind in errors and errors[kind] < errors.get(best, np.inf) * (1 - _MUST_GAIN):
            best = kind
    return best


def errors_of_kinds(
    features_NF: Features,
    scores_N: npt.ArrayLike,
    groups_N: Indices,
    *,
    kinds: Sequence[HeadKind] = HEAD_KINDS,
    seed: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
) -> Mapping[HeadKind, float]:
    """The RMSE of each kind in points, on photos that it did not learn from.

    >>> import numpy as np
    >>> from engine.personal.choose_head import errors_of_kinds
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(60, 9)).astype(np.float32)
    >>> scores = 50 + 10 * features[:, 2].astype(float)
    >>> errors_of_kinds(features, scores, np.arange(60), kinds=("ridge",))["ridge"] < 1
    True
    """
    scores = np.asarray(scores_N, dtype=np.float64)
    errors: dict[HeadKind, float] = {}
    for kind in kinds:
        if should_stop():
            break
        predicted_N = cross_predicted(features_NF, scores, groups_N, kind=kind, seed=seed)
        is_judged = np.isfinite(predicted_N)
        if is_judged.sum() >= 2:
            errors[kind] = rmse(predicted_N[is_judged], scores[is_judged])
    return errors


def cross_predicted(
    features_NF: Features,
    scores_N: Floats,
    groups_N: Indices,
    *,
    kind: HeadKind,
    seed: int = 0,
    num_folds: int = _NUM_FOLDS,
) -> Floats:
    """A score (N,) for each photo by a head that did not learn from it; NaN where none could.

    >>> import numpy as np
    >>> from engine.personal.choose_head import cross_predicted
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(60, 9)).astype(np.float32)
    >>> scores = 50 + 10 * features[:, 2].astype(float)
    >>> predicted = cross_predicted(features, scores, np.arange(60), kind="ridge")
    >>> float(np.abs(predicted - scores).max()) < 5
    True
    """
    predicted_N = np.full(len(scores_N), np.nan)
    for learnt, judged in folds(groups_N, num_folds, seed=seed):
        if len(learnt) >= FEWEST_LABELS and np.ptp(scores_N[learnt]) > 0:
            head = fit_head(features_NF[learnt], scores_N[learnt], kind=kind, seed=seed)
            predicted_N[judged] = head.predict(features_NF[judged])
    return predicted_N
