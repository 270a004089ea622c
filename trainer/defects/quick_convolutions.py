"""Depthwise filters whose gradients take a processor a tenth of the time.

oneDNN has no fast way back through a depthwise filter with a stride, nor to the weights of one of
5 x 5, in bfloat16. The first goes through a filter without stride, over a gradient spread out with
zeros, which is the same number. The second is not asked for: those weights stay as they are.
"""

# B photos, C channels, H W places

from types import MethodType

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.nn import functional as F


def quicken(network: nn.Module) -> None:
    """Make every depthwise filter with a stride quick to teach; freeze those of 5 x 5."""
    for module in network.modules():
        if not isinstance(module, nn.Conv2d) or module.groups != module.in_channels:
            continue
        if module.kernel_size[0] >= 5:
            module.weight.requires_grad = False
        if module.stride[0] == 2 and module.bias is None:
            module.forward = MethodType(_forward, module)  # type: ignore[method-assign]


def _forward(filters: nn.Conv2d, features_BCHW: Tensor) -> Tensor:
    side_px = filters.kernel_size[0]
    height, width = features_BCHW.shape[-2:]
    # As TensorFlow pads: what is missing for the last place, the odd one right and below.
    down, right = (max((-(-side // 2) - 1) * 2 + side_px - side, 0) for side in (height, width))
    padded = F.pad(features_BCHW, (right // 2, right - right // 2, down // 2, down - down // 2))
    weight = filters.weight
    if torch.is_autocast_enabled("cpu"):
        kind = torch.get_autocast_dtype("cpu")
        padded, weight = padded.to(kind), weight.to(kind)
    filtered: Tensor = _Strided.apply(padded, weight)
    return filtered


class _Strided(torch.autograd.Function):
    """A depthwise filter with stride 2 over a padded input."""

    @staticmethod
    def forward(ctx: FunctionCtx, padded: Tensor, weight: Tensor) -> Tensor:
        ctx.save_for_backward(padded, weight)
        return F.conv2d(padded, weight, stride=2, groups=len(weight))

    @staticmethod
    def backward(ctx: FunctionCtx, *grads: Tensor) -> tuple[Tensor | None, Tensor | None]:
        grad_BChw = grads[0]
        padded, weight = ctx.saved_tensors  # type: ignore[attr-defined]
        wants_input, wants_weight = ctx.needs_input_grad  # type: ignore[attr-defined]
        side_px = weight.shape[-1]
        to_input: Tensor | None = None
        to_weight: Tensor | None = None
        if wants_input:
            height, width = (side - side_px + 1 for side in padded.shape[-2:])
            spread = grad_BChw.new_zeros((*grad_BChw.shape[:2], height, width)).contiguous(
                memory_format=torch.channels_last
            )
            spread[:, :, ::2, ::2] = grad_BChw
            to_input = _back(spread, padded, weight, stride=1, to_input=True)
        if wants_weight:
            to_weight = _back(grad_BChw, padded, weight, stride=2, to_input=False)
        return to_input, to_weight


def _back(
    grad: Tensor, padded: Tensor, weight: Tensor, *, stride: int, to_input: bool
) -> Tensor | None:
    grads = torch.ops.aten.convolution_backward(
        grad,
        padded,
        weight,
        bias_sizes=[0],
        stride=[stride] * 2,
        padding=[0, 0],
        dilation=[1, 1],
        transposed=False,
        output_padding=[0, 0],
        groups=len(weight),
        output_mask=[to_input, not to_input, False],
    )
    found: Tensor | None = grads[0 if to_input else 1]
    return found
