"""A timm network that gives the feature maps of its stages, from fine to coarse."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.errors import WeightsUnavailable
from engine.networks.backbone import StartingWeights, create_backbone

_TRIED_PX = 64


@dataclass(frozen=True, slots=True)
class MapShapes:
    """How many channels each map has, and how many pixels lie between two of its places.

    >>> from engine.networks.feature_maps import MapShapes
    >>> MapShapes(channels=(24, 40), strides_px=(4, 8)).channels[-1]
    40
    """

    channels: tuple[int, ...]
    strides_px: tuple[int, ...]


def create_feature_maps(
    name: str, *, weights: StartingWeights = "none"
) -> tuple[nn.Module, MapShapes]:
    """The network, whose call gives a list of maps (B, C, h, w), and the shapes of these maps.

    It takes photos (B, 3, H, W) of any size. Raises WeightsUnavailable when timm has no such
    network, its weights can't be had, or it does not give maps that grow ever coarser.

    >>> import torch
    >>> from engine.networks.feature_maps import create_feature_maps
    >>> network, shapes = create_feature_maps("test_efficientnet")
    >>> shapes.strides_px
    (2, 4, 8, 16, 32)
    >>> network(torch.zeros(1, 3, 64, 96))[-1].shape  # a place every 32 pixels
    torch.Size([1, 64, 2, 3])
    """
    try:
        network = create_backbone(
            name, crop_px=_TRIED_PX, weights=weights, gives_feature_maps=True
        ).eval()
        with torch.no_grad():
            maps: list[Tensor] = network(torch.zeros(1, 3, _TRIED_PX, _TRIED_PX))
    except (AssertionError, AttributeError, RuntimeError, TypeError, ValueError) as error:
        raise _unusable(name) from error
    sides = [one.shape[-1] for one in maps if one.ndim == 4 and one.shape[2] == one.shape[3]]
    strides = [_TRIED_PX // max(1, side) for side in sides]
    if len(sides) < len(maps) or strides != sorted(set(strides)):
        raise _unusable(name)
    network.train()
    return network, MapShapes(tuple(one.shape[1] for one in maps), tuple(strides))


def _unusable(name: str) -> WeightsUnavailable:
    return WeightsUnavailable(
        f"{name} does not give feature maps of photos of any size, each coarser than the one "
        "before. Take a convolutional network, such as tf_efficientnet_lite0 or resnet50."
    )
