"""The quick way back gives the gradients of the plain way."""

import copy

import pytest
import torch
from timm.layers import create_conv2d

from trainer.defects.quick_convolutions import quicken


@pytest.mark.parametrize(("height", "width"), [(16, 16), (15, 18), (9, 7)])
def test_a_strided_filter_gives_the_same_and_learns_the_same(height, width):
    torch.manual_seed(0)
    plain = torch.nn.Sequential(
        create_conv2d(6, 6, 3, stride=2, depthwise=True, padding="same", bias=False)
    )
    quick = copy.deepcopy(plain)
    quicken(quick)
    results = []
    for network in (plain, quick):
        photos = torch.linspace(-1, 1, 2 * 6 * height * width).view(2, 6, height, width)
        photos.requires_grad_()
        filtered = network(photos)
        (filtered * torch.arange(filtered.numel()).view_as(filtered)).sum().backward()
        results.append((filtered.detach(), photos.grad, network[0].weight.grad))

    for mine, theirs in zip(*results, strict=True):
        torch.testing.assert_close(mine, theirs)


def test_wide_filters_stay_as_they_are_and_others_learn():
    network = torch.nn.Sequential(
        torch.nn.Conv2d(4, 4, 5, padding=2, groups=4, bias=False), torch.nn.Conv2d(4, 4, 5)
    )
    quicken(network)

    assert not network[0].weight.requires_grad
    assert network[1].weight.requires_grad
