"""What several models say of photos, made into one label on the scale of the people's labels."""

# N photos, M models

import csv
import math
from collections.abc import Mapping, Sequence
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


def taught_labels(
    scores_MN: Floats,
    weights_M: Sequence[float],
    rated_N: Floats,
    is_rated_N: npt.NDArray[np.bool_],
) -> Floats:
    """One label for every photo, (N,), on the scale of the people's labels.

    Every model's scores are standardised over the photos that people rated, and averaged with these
    weights. A straight line, fitted to the people's labels there, brings the mean to their scale.

    >>> import numpy as np
    >>> from trainer.ensemble.taught_labels import taught_labels
    >>> scores = np.array([[10.0, 20.0, 30.0], [0.1, 0.3, 0.5]])
    >>> rated, is_rated = np.array([1.0, 3.0, np.nan]), np.array([True, True, False])
    >>> taught_labels(scores, [1, 1], rated, is_rated).tolist()
    [1.0, 3.0, 5.0]
    """
    known_MN = scores_MN[:, is_rated_N]
    deviation_M = known_MN.std(axis=1)
    if (deviation_M == 0).any() or not np.isfinite(known_MN).all():
        raise LabelError("A model gives all photos one score, or none.", "Leave that model out.")
    standard_MN = (scores_MN - known_MN.mean(axis=1)[:, None]) / deviation_M[:, None]
    mean_N = np.average(standard_MN, axis=0, weights=np.asarray(weights_M, np.float64))
    slope, intercept = np.polyfit(mean_N[is_rated_N], rated_N[is_rated_N], 1)
    taught_N: Floats = np.round(slope * mean_N + intercept, 6)
    return taught_N


def scores_of(names: Sequence[str], tables: Sequence[Mapping[str, float]]) -> Floats:
    """The scores (M, N) of these photos in every table; NaN where one has none.

    >>> from trainer.ensemble.taught_labels import scores_of
    >>> scores_of(["a.jpg", "b.jpg"], [{"a.jpg": 40.0}]).tolist()
    [[40.0, nan]]
    """
    return np.array([[table.get(name, math.nan) for name in names] for table in tables])
