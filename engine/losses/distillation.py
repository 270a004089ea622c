"""What the student learns from its frozen teacher (Eq. 4)."""

from torch import Tensor

from engine.losses.regression import smooth_l1


def logit_distillation(
    student_0_100: Tensor, teacher_0_100: Tensor, *, beta: float = 1.0
) -> Tensor:
    """The regression loss against the teacher's scores of the same crops; both are (B,).

    No gradient reaches the teacher. The weight lambda1 is the caller's.
    """
    return smooth_l1(student_0_100, teacher_0_100.detach(), beta=beta)
