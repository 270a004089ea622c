"""A teacher that is a table: scores of the photos, by whatever gave them."""

# N photos of the labels

from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.counted import counted
from trainer.errors import TrainingError
from trainer.labels.label_set import LabelSet
from trainer.labels.read_labels import read_labels
from trainer.labels.split import Split
from trainer.teacher_scale import fit_teacher_scale

Floats = npt.NDArray[np.float64]

_SUFFIXES = (".csv", ".tsv", ".txt")


def is_score_table(teacher: str) -> bool:
    """Whether a run's `teacher.model` names a table of scores rather than a model."""
    return Path(teacher).suffix.lower() in _SUFFIXES


def scores_of_table(
    path: Path, labels: LabelSet, split: Split, rated_N: Floats, *, adjusts_scale: bool
) -> Floats:
    """The table's score (N,) of every photo of the labels, in points; NaN for photos of no part.

    The table is read as labels are. With `adjusts_scale` a line brings its scores to the labels of
    the training part. Raises TrainingError where photos that are trained on have no score, and for
    scores that fall as the labels rise; LabelError for what is no table.
    """
    table = read_labels(path)
    known = {photo.path.resolve(): photo.score for photo in table.photos}
    scores_N = np.array([known.get(photo.path.resolve(), np.nan) for photo in labels.photos])
    scores_N = np.asarray(table.range.to_0_100(scores_N), dtype=np.float64)
    learnt = np.array(split.train)
    missing = learnt[~np.isfinite(scores_N[learnt])]
    if missing.size:
        raise TrainingError(
            f"{path.name} has no score for {counted(missing.size)} of the training part, such as "
            f"{labels.photos[missing[0]].path.name}.",
            "Give a score for every photo, or leave teacher.model out to have a teacher trained.",
        )
    if not adjusts_scale:
        return scores_N
    scale = fit_teacher_scale(scores_N[learnt], rated_N[learnt], name=path.name)
    return scale.slope * scores_N + scale.intercept
