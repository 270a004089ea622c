"""What several models say of photos, made into one label on the scale of the people's labels."""

# N photos, M models

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trainer.errors import LabelError

Floats = npt.NDArray[np.float64]


def read_scores(table: Path) -> dict[str, float]:
    """The scores in a CSV that `discern rate --csv` wrote, by the names of the photos.

    Photos that could not be rated are left out. Raises LabelError where it is no such table, or
    two photos share a name.
    """
    try:
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = [(Path(row["path"]).name, row["score"]) for row in rows]
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise LabelError(
            f"{table} is no table of scores ({error}).", "Make it with `discern rate --csv`."
        ) from error
    names = [name for name, _ in found]
    if len(set(names)) < len(names):
        raise LabelError(
            f"{table} has photos of the same name in different folders.", "Rate them apart."
        )
    return {name: float(score) for name, score in found if score}


@dataclass(frozen=True, slots=True)
class JoinedScores:
    """A label from the scores of several models: their weighted sum (M,), and what is added."""

    weight_M: Floats
    intercept: float

    def labels_of(self, scores_MN: Floats) -> Floats:
        """The labels (N,) of photos with these scores."""
        found_N: Floats = self.weight_M @ scores_MN + self.intercept
        return found_N


def join_scores(scores_MN: Floats, weights_M: Sequence[float], rated_N: Floats) -> JoinedScores:
    """How scores of photos that people rated are joined, on the scale of the people's labels.

    Every model's scores are standardised, and averaged with these weights. A straight line, fitted
    to the people's labels, brings the mean to their scale. Raises LabelError where a model has no
    scores, or one for all.

    >>> import numpy as np
    >>> from trainer.ensemble.taught_labels import join_scores
    >>> joined = join_scores(np.array([[10.0, 20.0], [0.1, 0.3]]), [1, 1], np.array([1.0, 3.0]))
    >>> joined.weight_M.round(6).tolist(), round(joined.intercept, 6)
    ([0.1, 5.0], -0.5)
    """
    deviation_M = scores_MN.std(axis=1)
    if (deviation_M == 0).any() or not np.isfinite(scores_MN).all():
        raise LabelError("A model gives all photos one score, or none.", "Leave that model out.")
    share_M = np.asarray(weights_M, np.float64) / np.sum(weights_M) / deviation_M
    mean_N = share_M @ (scores_MN - scores_MN.mean(axis=1)[:, None])
    slope, intercept = np.polyfit(mean_N, rated_N, 1)
    weight_M: Floats = slope * share_M
    return JoinedScores(weight_M, float(intercept - weight_M @ scores_MN.mean(axis=1)))


def scores_of(names: Sequence[str], tables: Sequence[Mapping[str, float]]) -> Floats:
    """The scores (M, N) of these photos in every table; NaN where one has none.

    >>> from trainer.ensemble.taught_labels import scores_of
    >>> scores_of(["a.jpg", "b.jpg"], [{"a.jpg": 40.0}]).tolist()
    [[40.0, nan]]
    """
    return np.array([[table.get(name, math.nan) for name in names] for table in tables])
