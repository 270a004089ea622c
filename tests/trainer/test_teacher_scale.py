import numpy as np
import pytest
import torch

from trainer.errors import TrainingError
from trainer.teacher_scale import TeacherScale, fit_teacher_scale


def test_a_line_is_found_again():
    scores = np.array([20.0, 40.0, 55.0, 80.0])
    scale = fit_teacher_scale(scores, 0.5 * scores + 12.0, name="other")
    assert (scale.slope, scale.intercept) == pytest.approx((0.5, 12.0))
    assert scale.apply(torch.tensor([10.0, 90.0])).tolist() == pytest.approx([17.0, 57.0])


def test_the_line_has_the_least_squares_as_numpy_finds_them():
    rng = np.random.default_rng(0)
    scores = rng.uniform(20, 80, 50)
    rated = 0.7 * scores + rng.normal(5, 8, 50)
    scale = fit_teacher_scale(scores, rated, name="other")
    assert [scale.slope, scale.intercept] == pytest.approx(np.polyfit(scores, rated, 1))


@pytest.mark.parametrize("scores", [[80.0, 50.0, 20.0], [40.0, 40.0, 40.0]])
def test_a_teacher_that_does_not_rise_with_the_labels_is_refused(scores):
    with pytest.raises(TrainingError, match="teacher other do not rise with these labels"):
        fit_teacher_scale(np.array(scores), np.array([10.0, 50.0, 90.0]), name="other")


def test_the_line_reads_as_a_formula():
    assert TeacherScale(0.8, 12.0).text == "0.8 x score + 12"
    assert TeacherScale(1.25, -7.5).text == "1.25 x score - 7.5"
