import torch

from engine.losses.distillation import logit_distillation
from engine.losses.regression import smooth_l1


def test_it_is_the_regression_loss_against_the_teacher():
    student, teacher = torch.tensor([50.2, 10.0, 75.0]), torch.tensor([50.0, 12.0, 60.0])
    for beta in (1.0, 3.0):
        loss = logit_distillation(student, teacher, beta=beta)
        assert loss.item() == smooth_l1(student, teacher, beta=beta).item()


def test_no_gradient_reaches_the_teacher():
    student = torch.tensor([50.0, 10.0], requires_grad=True)
    teacher = torch.tensor([40.0, 20.0], requires_grad=True)
    logit_distillation(student, teacher).backward()
    assert student.grad.tolist() == [0.5, -0.5]
    assert teacher.grad is None
