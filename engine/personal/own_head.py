"""The head of a personal model: what makes a person's score of a model's features and its score."""

# B views, F features, D principal components, E = D + 1 inputs, V support vectors

import torch
from torch import Tensor, nn

from engine.personal.head_shape import HeadShape
from engine.personal.taylor_kan import TaylorKAN


class OwnHead(nn.Module):
    """The model's score on a line, and what the head adds to it, in points of 100.

    Features are standardised first. Ridge adds a weighted sum of them. The other heads see their
    principal components, standardised too, and the model's score.

    >>> import torch
    >>> from engine.personal.head_shape import HeadShape
    >>> from engine.personal.own_head import OwnHead
    >>> head = OwnHead(HeadShape(kind="ridge", num_features=2))  # as it begins, it adds nothing
    >>> head(torch.tensor([[5.0, 7.0]]), torch.tensor([61.0])).tolist()
    [61.0]
    """

    mean_F: Tensor
    scale_F: Tensor
    line_2: Tensor
    weights_F: Tensor
    components_FD: Tensor
    centre_E: Tensor
    rate_E: Tensor
    size: Tensor

    def __init__(self, shape: HeadShape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("mean_F", torch.zeros(shape.num_features))
        self.register_buffer("scale_F", torch.ones(shape.num_features))
        self.register_buffer("line_2", torch.tensor([0.0, 1.0]))
        self.body: nn.Module | None = None
        if shape.kind == "ridge":
            self.register_buffer("weights_F", torch.zeros(shape.num_features))
            return
        num_inputs = shape.num_components + 1
        components = torch.zeros(shape.num_features, shape.num_components)
        self.register_buffer("components_FD", components)
        self.register_buffer("centre_E", torch.zeros(num_inputs))
        self.register_buffer("rate_E", torch.ones(num_inputs))
        self.register_buffer("size", torch.ones(()))
        if shape.kind == "svr":
            self.body = _SupportVectors(num_inputs, shape.num_vectors)
        elif shape.kind == "mlp":
            self.body = _Perceptron(num_inputs, shape.hidden)
        else:
            self.body = TaylorKAN(num_inputs, hidden=shape.hidden, degree=shape.degree)

    def standardised(self, features_BF: Tensor) -> Tensor:
        """The features about their means, in deviations."""
        return (features_BF - self.mean_F) * self.scale_F

    def inputs(self, features_BF: Tensor, model_B: Tensor) -> Tensor:
        """What the body sees, (B, E): principal components and the model's score."""
        components_BD = self.standardised(features_BF) @ self.components_FD
        inputs_BE = torch.cat([components_BD, model_B[:, None]], dim=1)
        return (inputs_BE - self.centre_E) * self.rate_E

    def forward(self, features_BF: Tensor, model_B: Tensor) -> Tensor:
        """Scores (B,) in points, not clipped."""
        line_B = self.line_2[0] + self.line_2[1] * model_B
        if self.body is None:
            return line_B + self.standardised(features_BF) @ self.weights_F
        added_B: Tensor = self.body(self.inputs(features_BF, model_B))
        return line_B + self.size * added_B


class _SupportVectors(nn.Module):
    """Support vector regression with a Gaussian kernel, as scikit-learn fits it."""

    vectors_VE: Tensor
    duals_V: Tensor
    bias_and_gamma: Tensor

    def __init__(self, num_inputs: int, num_vectors: int) -> None:
        super().__init__()
        self.register_buffer("vectors_VE", torch.zeros(num_vectors, num_inputs))
        self.register_buffer("duals_V", torch.zeros(num_vectors))
        self.register_buffer("bias_and_gamma", torch.tensor([0.0, 1.0]))

    def forward(self, inputs_BE: Tensor) -> Tensor:
        distances_BV = (
            (inputs_BE**2).sum(dim=1)[:, None]
            + (self.vectors_VE**2).sum(dim=1)
            - 2 * inputs_BE @ self.vectors_VE.T
        )
        bias, gamma = self.bias_and_gamma
        added_B: Tensor = torch.exp(-gamma * distances_BV.clamp(min=0)) @ self.duals_V + bias
        return added_B


class _Perceptron(nn.Module):
    """Layers with GELU between them, down to one number; as it begins, that is near 0."""

    def __init__(self, num_inputs: int, hidden: tuple[int, ...]) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = num_inputs
        for width in hidden:
            layers += [nn.Linear(before, width), nn.GELU()]
            before = width
        self.layers = nn.Sequential(*layers, nn.Linear(before, 1))

    def forward(self, inputs_BE: Tensor) -> Tensor:
        added_B1: Tensor = self.layers(inputs_BE)
        return added_B1.squeeze(1)
