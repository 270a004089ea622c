"""How far predicted scores are from the rated ones, on the 0-100 scale.

Smooth L1 turns from a parabola to a straight line at `beta` points of 100. A network that works in
[0, 1] inside gets the same loss as `100 * smooth_l1(p, r, beta=0.01)`.
"""

# B images; both tensors are (B,)

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import EngineError, UnsuitableBatch


def smooth_l1(predicted_0_100: Tensor, rated_0_100: Tensor, *, beta: float = 1.0) -> Tensor:
    """Mean smooth L1 distance: squared below `beta` points, straight above.

    >>> import torch
    >>> from engine.losses.regression import smooth_l1
    >>> predicted, rated = torch.tensor([10.0, 20.0]), torch.tensor([10.5, 23.0])
    >>> smooth_l1(predicted, rated).item()  # the mean of 0.5 ** 2 / 2 and 3 - 1 / 2
    1.3125
    """
    if not beta > 0.0:
        raise EngineError(f"Smooth L1 has a beta of {beta}; choose one above 0, or the loss 'l1'.")
    return F.smooth_l1_loss(*_comparable(predicted_0_100, rated_0_100), beta=beta)


def l1(predicted_0_100: Tensor, rated_0_100: Tensor) -> Tensor:
    """Mean absolute distance in points.

    >>> import torch
    >>> from engine.losses.regression import l1
    >>> l1(torch.tensor([10.0, 20.0]), torch.tensor([13.0, 19.0])).item()  # the mean of 3 and 1
    2.0
    """
    predicted_B, rated_B = _comparable(predicted_0_100, rated_0_100)
    return (predicted_B - rated_B).abs().mean()


def mse(predicted_0_100: Tensor, rated_0_100: Tensor) -> Tensor:
    """Mean squared distance in points squared.

    >>> import torch
    >>> from engine.losses.regression import mse
    >>> mse(torch.tensor([10.0, 20.0]), torch.tensor([13.0, 19.0])).item()  # the mean of 9 and 1
    5.0
    """
    predicted_B, rated_B = _comparable(predicted_0_100, rated_0_100)
    return (predicted_B - rated_B).square().mean()


def norm_in_norm(
    predicted: Tensor,
    rated: Tensor,
    *,
    p: float = 1.0,
    q: float = 2.0,
    rescaled_weight: float = 0.0,
    is_detached: bool = False,
    eps: float = 1e-8,
) -> Tensor:
    """Distance of the two once each is centred and divided by its q-norm, in [0, 1].

    It compares the shape of the scores and not their scale: 0 for any rising straight line, and
    (1 - PLCC) / 2 for p = q = 2. `rescaled_weight` above 0 mixes in the same distance with the
    predictions multiplied by the cosine of the two, as a weighted mean (0.1 is customary).
    `is_detached` keeps the predictions' mean and norm out of the gradient. A batch of one has no
    shape: the loss is 0, and so is the gradient.

    >>> import torch
    >>> from engine.losses.regression import norm_in_norm
    >>> predicted = torch.tensor([1.0, 2.0, 3.0])
    >>> round(norm_in_norm(predicted, torch.tensor([20.0, 40.0, 60.0])).item(), 4)
    0.0
    >>> round(norm_in_norm(predicted, torch.tensor([60.0, 40.0, 20.0]), p=2.0).item(), 4)
    1.0
    """
    if p < 1.0 or q < 1.0:
        raise EngineError(f"Norm-in-Norm has p = {p} and q = {q}; choose both as 1 or more.")
    predicted_B, rated_B = _comparable(predicted, rated)
    batch_size = predicted_B.shape[0]
    if batch_size < 2:
        return (predicted_B * 0.0).sum()
    shape_B = _normalised(predicted_B, q, eps, is_detached=is_detached)
    target_B = _normalised(rated_B, q, eps, is_detached=False)
    # The largest value the p-norm of the difference can take
    scale = math.pow(2.0, max(1.0, 1.0 / q)) * math.pow(batch_size, max(0.0, 1.0 / p - 1.0 / q))
    loss = (shape_B - target_B).abs().pow(p).sum() / math.pow(scale, p)
    if rescaled_weight > 0.0:
        cosine = F.cosine_similarity(shape_B, target_B, dim=0)
        rescaled = (cosine * shape_B - target_B).abs().pow(p).sum() / math.pow(scale, p)
        loss = (loss + rescaled_weight * rescaled) / (1.0 + rescaled_weight)
    return loss


def _normalised(values_B: Tensor, q: float, eps: float, *, is_detached: bool) -> Tensor:
    centre = values_B.mean()
    centred_B = values_B - (centre.detach() if is_detached else centre)
    norm: Tensor = torch.linalg.vector_norm(centred_B, ord=q)
    return centred_B / ((norm.detach() if is_detached else norm) + eps)


def _comparable(predicted: Tensor, rated: Tensor) -> tuple[Tensor, Tensor]:
    """Both as they are or widened to float32; a silent broadcast of (B,) and (B, 1) is refused."""
    if predicted.ndim != 1 or predicted.shape != rated.shape or predicted.shape[0] == 0:
        raise UnsuitableBatch(
            f"The predicted scores have the shape {tuple(predicted.shape)}, the rated ones "
            f"{tuple(rated.shape)}; give one number per image, (B,), to both."
        )
    dtype = torch.promote_types(torch.promote_types(predicted.dtype, rated.dtype), torch.float32)
    return predicted.to(dtype), rated.to(dtype)
