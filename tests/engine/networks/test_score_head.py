import torch
from torch import nn

from engine.networks.score_head import scores_0_100


def head(dtype=torch.float32):
    made = nn.Linear(3, 1)
    with torch.no_grad():
        made.weight.copy_(torch.tensor([[0.25, -0.5, 1.0]]))
        made.bias.fill_(0.5)
    return made.to(dtype)


def test_scores_are_a_hundred_times_the_linear_layer():
    features = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.5, 0.125]])
    scores = scores_0_100(head(), features)
    assert scores.tolist() == [25.0, 37.5]  # .25 - .5 + .5, and -.25 + .125 + .5


def test_nothing_is_rounded_under_autocast():
    features = torch.tensor([[0.001, 0.0, 0.0], [0.0, 0.0, 0.0]])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = scores_0_100(head(), features)
    assert scores.dtype == torch.float32
    torch.testing.assert_close(scores, torch.tensor([50.025, 50.0]), rtol=0, atol=1e-5)


def test_narrow_weights_and_features_are_widened_first():
    features = torch.tensor([[2.0**-7, 0.0, 0.0]], dtype=torch.bfloat16)
    scores = scores_0_100(head(torch.bfloat16), features)
    torch.testing.assert_close(scores, torch.tensor([100 * (0.5 + 2.0**-9)]), rtol=0, atol=1e-5)


def test_gradients_reach_features_and_layer_under_autocast():
    layer, features = head(), torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores_0_100(layer, features).sum().backward()
    assert features.grad.tolist() == [[25.0, -50.0, 100.0]]
    assert layer.weight.grad.tolist() == [[100.0, 200.0, 300.0]]
    assert layer.bias.grad.tolist() == [100.0]
