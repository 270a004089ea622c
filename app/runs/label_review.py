"""What the first page of a new training shows of labels before they are trained on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.config import LabelsConfig
from trainer.labels.check import check_labels
from trainer.labels.label_problem import LabelProblem
from trainer.labels.label_set import LabelSet
from trainer.labels.read_config import read_named_labels

_NUM_BINS = 40
FEWEST_LABELS = 5
"""That a model of one's own needs. A full training needs more, which the trainer says by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReview:
    """Labels as they were read, those of them that can be used, and all that is wrong."""

    config: LabelsConfig
    read: LabelSet
    usable: LabelSet
    problems: tuple[LabelProblem, ...]

    @property
    def is_fatal(self) -> bool:
        """Whether training on them must not start."""
        return any(problem.is_fatal for problem in self.problems)

    def histogram(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """How many usable photos have which score: counts, and the edges in label units."""
        scores = [photo.score for photo in self.usable.photos]
        scale = self.usable.range
        return np.histogram(scores, bins=_NUM_BINS, range=(scale.low, scale.high))


def review_labels(config: LabelsConfig) -> LabelReview:
    """Read and check labels as a run would, but for their number. Opens every photo: for a thread.

    Raises LabelError when they can't be read at all.
    """
    read = read_named_labels(config)
    usable, problems = check_labels(read, min_photos=FEWEST_LABELS)
    return LabelReview(config=config, read=read, usable=usable, problems=tuple(problems))
