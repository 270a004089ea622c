"""Depthwise filters whose gradients take a processor a fraction of the time.

oneDNN has no fast way back through a depthwise filter with a stride, nor to the weights of one of
5 x 5 in bfloat16. The first goes through a filter without stride, over a gradient spread out with
zeros, which is the same number. The second is computed in float32, a quarter of the time.
"""

# B photos, C channels, H W places

from types import MethodType

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.nn import functional as F

from engine.networks.light_timm import Conv2dSame
from trainer.machine import Machine

_WIDE = 5


def choose_convolutions(network: nn.Module, machine: Machine) -> None:
    """Make depthwise filters quick where training gains by it: on a processor, in bf16.

    A step of EfficientNet-Lite0 takes .63 of the time (16 photos of 288 pixels, one core of an AMD
    EPYC with avx512_bf16), and with its first two stages frozen .57.
    """
    if machine.device.type == "cpu" and machine.dtype == torch.bfloat16:
        quicken(network)


def quicken(network: nn.Module) -> None:
    """Give every slow depthwise filter a quick way back; what it computes stays the same."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and _is_slow(module):
            module.forward = MethodType(_forward, module)  # type: ignore[method-assign]


def freeze_wide(network: nn.Module) -> None:
    """Let the weights of depthwise filters of 5 x 5 and wider stay as they are."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and _is_depthwise(module) and _is_wide(module):
            module.weight.requires_grad = False


def _is_depthwise(filters: nn.Conv2d) -> bool:
    return filters.groups == filters.in_channels == filters.out_channels


def _is_wide(filters: nn.Conv2d) -> bool:
    return filters.kernel_size[0] >= _WIDE


def _is_slow(filters: nn.Conv2d) -> bool:
    is_plain = (
        filters.bias is None
        and filters.dilation == (1, 1)
        and filters.padding_mode == "zeros"
        and not isinstance(filters.padding, str)
        and len(set(filters.kernel_size)) == len(set(filters.stride)) == 1
    )
    is_strided = filters.stride[0] == 2
    is_wide = filters.stride[0] == 1 and _is_wide(filters)
    return is_plain and _is_depthwise(filters) and (is_strided or is_wide)


def _forward(filters: nn.Conv2d, features_BCHW: Tensor) -> Tensor:
    padded, weight = _padded(filters, features_BCHW), filters.weight
    if torch.is_autocast_enabled("cpu"):
        kind = torch.get_autocast_dtype("cpu")
        padded, weight = padded.to(kind), weight.to(kind)
    filtered: Tensor = _Quick.apply(padded, weight, filters.stride[0])
    return filtered


def _padded(filters: nn.Conv2d, features_BCHW: Tensor) -> Tensor:
    if not isinstance(filters, Conv2dSame):
        assert not isinstance(filters.padding, str)
        down, right = filters.padding
        return F.pad(features_BCHW, (right, right, down, down)) if down or right else features_BCHW
    # As TensorFlow pads: what is missing for the last place, the odd one right and below.
    side_px, stride = filters.kernel_size[0], filters.stride[0]
    down, right = (
        max((-(-side // stride) - 1) * stride + side_px - side, 0)
        for side in features_BCHW.shape[-2:]
    )
    around = (right // 2, right - right // 2, down // 2, down - down // 2)
    return F.pad(features_BCHW, around)


class _Quick(torch.autograd.Function):
    """A depthwise filter over a padded input."""

    @staticmethod
    def forward(ctx: FunctionCtx, padded: Tensor, weight: Tensor, stride: int) -> Tensor:
        ctx.save_for_backward(padded, weight)
        ctx.stride = stride  # type: ignore[attr-defined]
        return F.conv2d(padded, weight, stride=stride, groups=len(weight))

    @staticmethod
    def backward(
        ctx: FunctionCtx, *grads: Tensor
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        grad_BChw = grads[0]
        padded, weight = ctx.saved_tensors  # type: ignore[attr-defined]
        wants_input, wants_weight, _ = ctx.needs_input_grad  # type: ignore[attr-defined]
        stride = ctx.stride  # type: ignore[attr-defined]
        side_px = weight.shape[-1]
        to_input: Tensor | None = None
        to_weight: Tensor | None = None
        if wants_input:
            spread = grad_BChw
            if stride > 1:
                height, width = (side - side_px + 1 for side in padded.shape[-2:])
                spread = grad_BChw.new_zeros((*grad_BChw.shape[:2], height, width)).contiguous(
                    memory_format=torch.channels_last
                )
                spread[:, :, ::stride, ::stride] = grad_BChw
            to_input = _back(spread, padded, weight, stride=1, to_input=True)
        if wants_weight and side_px >= _WIDE:
            wide = (values.float() for values in (grad_BChw, padded, weight))
            to_weight = _back(*wide, stride=stride, to_input=False)
        elif wants_weight:
            to_weight = _back(grad_BChw, padded, weight, stride=stride, to_input=False)
        return to_input, to_weight if to_weight is None else to_weight.to(weight.dtype), None


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
