"""The quick way back gives the gradients of the plain way."""

import copy

import pytest
import timm
import torch
from timm.layers import create_conv2d

from trainer.machine import Machine
from trainer.quick_convolutions import choose_convolutions, freeze_wide, quicken


def results_of(network, height, width):
    photos = torch.linspace(-1, 1, 2 * 6 * height * width).view(2, 6, height, width)
    photos.requires_grad_()
    filtered = network(photos)
    (filtered * torch.arange(filtered.numel()).view_as(filtered)).sum().backward()
    return filtered.detach(), photos.grad, network[0].weight.grad


def is_quick(module):
    return "forward" in vars(module)


@pytest.mark.parametrize(("height", "width"), [(16, 16), (15, 18), (9, 7)])
@pytest.mark.parametrize(("side_px", "stride"), [(3, 2), (5, 2), (5, 1), (7, 1)])
@pytest.mark.parametrize("padding", ["same", ""])
def test_a_filter_gives_the_same_and_learns_the_same(height, width, side_px, stride, padding):
    torch.manual_seed(0)
    plain = torch.nn.Sequential(
        create_conv2d(6, 6, side_px, stride=stride, depthwise=True, padding=padding, bias=False)
    )
    quick = copy.deepcopy(plain)
    quicken(quick)

    assert is_quick(quick[0]) == (not isinstance(plain[0].padding, str))
    for mine, theirs in zip(
        results_of(quick, height, width), results_of(plain, height, width), strict=True
    ):
        torch.testing.assert_close(mine, theirs)


@pytest.mark.parametrize(
    "options",
    [
        {"groups": 6, "kernel_size": 3},  # quick as it is
        {"groups": 6, "kernel_size": 5, "bias": True},
        {"groups": 6, "kernel_size": 5, "dilation": 2},
        {"groups": 6, "kernel_size": (5, 3)},
        {"groups": 6, "kernel_size": 5, "padding_mode": "reflect", "padding": 2},
        {"groups": 3, "kernel_size": 5},
    ],
)
def test_filters_of_other_kinds_are_left_alone(options):
    filters = torch.nn.Conv2d(6, 6, **{"bias": False, **options})
    quicken(filters)
    assert not is_quick(filters)


def test_in_bf16_a_network_learns_what_it_learned_before():
    torch.manual_seed(0)
    plain = timm.create_model("test_efficientnet", num_classes=1).eval()
    quick = copy.deepcopy(plain)
    quicken(quick)
    copied = copy.deepcopy(quick)  # as a moving average copies it
    photos = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    for network in (plain, quick, copied):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            network(photos).sum().backward()
    for name, parameter in plain.named_parameters():
        for other in (quick, copied):
            found = other.get_parameter(name).grad
            assert (found - parameter.grad).norm() <= 0.05 * parameter.grad.norm() + 1e-6, name


@pytest.mark.parametrize(
    ("device", "dtype", "is_chosen"),
    [
        ("cpu", torch.bfloat16, True),
        ("cpu", torch.float32, False),
        ("cuda", torch.bfloat16, False),
    ],
)
def test_only_training_in_bf16_on_a_processor_takes_the_quick_way(device, dtype, is_chosen):
    network = torch.nn.Sequential(torch.nn.Conv2d(4, 4, 3, stride=2, groups=4, bias=False))
    choose_convolutions(network, Machine(device=torch.device(device), dtype=dtype, name=""))
    assert is_quick(network[0]) == is_chosen


def test_wide_filters_can_stay_as_they_are_while_others_learn():
    network = torch.nn.Sequential(
        torch.nn.Conv2d(4, 4, 5, padding=2, groups=4, bias=False), torch.nn.Conv2d(4, 4, 5)
    )
    freeze_wide(network)

    assert not network[0].weight.requires_grad
    assert network[1].weight.requires_grad
