"""The scores of a teacher that learned from other labels, brought to the scale of these labels.

One set's 60 may be another set's 45. Smooth L1 against raw scores would teach the student the other
set's scale, against its own labels.
"""

# N photos, B views of a batch

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import Tensor

from trainer.errors import TrainingError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TeacherScale:
    """A rising straight line from the teacher's scores to labels, both 0-100."""

    slope: float = 1.0
    intercept: float = 0.0

    def apply(self, scores_B: Tensor) -> Tensor:
        """The scores on the labels' scale, (B,)."""
        return self.slope * scores_B + self.intercept

    @property
    def text(self) -> str:
        """As a formula, such as "0.8 x score + 12"."""
        sign = "+" if self.intercept >= 0 else "-"
        return f"{self.slope:.3g} x score {sign} {abs(self.intercept):.3g}"


def fit_teacher_scale(scores_N: Floats, rated_N: Floats, *, name: str) -> TeacherScale:
    """The line with the least squared distance from the labels of these photos.

    Raises TrainingError for a teacher whose scores do not rise with the labels: nothing can be
    learned from it.
    """
    centred_N = scores_N - scores_N.mean()
    spread = float(centred_N @ centred_N)
    slope = float(centred_N @ (rated_N - rated_N.mean())) / spread if spread > 0 else 0.0
    if not slope > 0:
        raise TrainingError(
            f"The scores of the teacher {name} do not rise with these labels.",
            "Give another teacher, or leave teacher.model out to have one trained.",
        )
    return TeacherScale(slope, float(rated_N.mean()) - slope * float(scores_N.mean()))
