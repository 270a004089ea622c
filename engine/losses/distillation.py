"""What the student learns from its frozen teacher (Eq. 4)."""

from torch import Tensor

from engine.losses.regression import smooth_l1


def logit_distillation(
    student_0_100: Tensor, teacher_0_100: Tensor, *, beta: float = 1.0
) -> Tensor:
    """The regression loss against the teacher's scores of the same crops; both are (B,).

    No gradient reaches the teacher. The weight lambda1 is the caller's.

    >>> import torch
    >>> from engine.losses.distillation import logit_distillation
    >>> student, teacher = torch.tensor([50.0, 60.0]), torch.tensor([50.5, 63.0])
    >>> logit_distillation(student, teacher).item()  # the mean of 0.5 ** 2 / 2 and 3 - 1 / 2
    1.3125
    """
    return smooth_l1(student_0_100, teacher_0_100.detach(), beta=beta)
