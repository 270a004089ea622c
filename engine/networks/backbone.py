"""Any timm network by name, with starting weights from the hub, a file, or none."""

import difflib
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn

from engine.errors import WeightsUnavailable
from engine.networks.light_timm import VisionTransformer, timm
from engine.networks.normalisation import Normalisation
from engine.networks.starting_weights import create_from_file, create_from_hub

StartingWeights = Literal["hub", "none"] | Path

_LARGEST_CROP_PX = 1024


def create_backbone(
    name: str,
    *,
    crop_px: int,
    weights: StartingWeights = "none",
    gives_feature_maps: bool = False,
) -> nn.Module:
    """The timm network `name` without its classifier, for square crops of `crop_px` pixels.

    ViTs keep all their tokens (no pooling), other networks their last feature map; or with
    `gives_feature_maps` those of all stages. Raises WeightsUnavailable when there is no such
    network or its weights can't be had.

    >>> import torch
    >>> from engine.networks.backbone import create_backbone
    >>> backbone = create_backbone("test_vit", crop_px=64)
    >>> backbone.forward_features(torch.zeros(1, 3, 64, 64)).shape  # CLS and 4 x 4 patches
    torch.Size([1, 17, 64])
    """
    _require_known(name)
    options: dict[str, Any] = {"num_classes": 0}
    if gives_feature_maps:
        options = {"features_only": True}
    config = timm.models.get_pretrained_cfg(name)
    if config is not None and config.fixed_input_size and not gives_feature_maps:
        # timm resamples positions to the size when weights are loaded
        options["img_size"] = crop_px
    try:
        if isinstance(weights, Path):
            return create_from_file(name, weights, options)
        if weights == "hub":
            return create_from_hub(name, options)
        network = timm.create_model(name, **options)
    except (AssertionError, TypeError, ZeroDivisionError) as error:
        raise unsuitable_size(name, crop_px) from error
    assert isinstance(network, nn.Module)
    return network


def check_crop(backbone: str, crop_px: int) -> None:
    """Refuses, for a network's config, what can't name a network or the side of a crop.

    >>> from engine.networks.backbone import check_crop
    >>> check_crop("resnet50", 224)
    >>> check_crop("resnet50", 0)
    Traceback (most recent call last):
        ...
    ValueError: crop_px is 0; it must be 1 to 1024.
    """
    if not isinstance(backbone, str) or not backbone:
        raise ValueError(f"The backbone is {backbone!r}; it must be the name of a timm network.")
    if type(crop_px) is not int or not 1 <= crop_px <= _LARGEST_CROP_PX:
        raise ValueError(f"crop_px is {crop_px!r}; it must be 1 to {_LARGEST_CROP_PX}.")


def unsuitable_size(name: str, crop_px: int) -> WeightsUnavailable:
    """The error about a network that can't be built for crops of this size.

    >>> from engine.networks.backbone import unsuitable_size
    >>> str(unsuitable_size("resnet50", 8)).partition(".")[0]
    "timm's resnet50 can't take crops of 8 pixels"
    """
    config = timm.models.get_pretrained_cfg(name)
    own_px = config.input_size[-1] if config is not None else 224
    return WeightsUnavailable(
        f"timm's {name} can't take crops of {crop_px} pixels. Its own size is {own_px}: set "
        f"photos.crop_px = {own_px}, or take another network."
    )


def _require_known(name: str) -> None:
    """Refuses what timm does not know by itself, such as names that would be looked up online."""
    architecture, _, tag = name.partition(".")
    if not timm.is_model(architecture):
        close = difflib.get_close_matches(architecture, timm.list_models(), n=5)
        raise WeightsUnavailable(
            f"timm {timm.__version__} has no network called {architecture}. "
            + (f"Close names: {', '.join(close)}." if close else "See timm.list_models().")
        )
    if tag and name not in (known := timm.list_pretrained(f"{architecture}.*")):
        raise WeightsUnavailable(
            f"timm {timm.__version__} knows no weights {tag} of {architecture}. "
            + (f"It knows: {', '.join(known)}." if known else "It knows none.")
        )


def is_plain_vit(network: nn.Module) -> bool:
    """Whether the network is one of timm's plain vision transformers, whose blocks take a mask.

    >>> from engine.networks.backbone import create_backbone, is_plain_vit
    >>> [is_plain_vit(create_backbone(name, crop_px=64)) for name in ("test_vit", "test_resnet")]
    [True, False]
    """
    return isinstance(network, VisionTransformer)


def normalisation_of(network: nn.Module) -> Normalisation:
    """The mean and std that timm's config of the network states.

    >>> from engine.networks.backbone import create_backbone, normalisation_of
    >>> normalisation_of(create_backbone("test_vit", crop_px=64))
    Normalisation(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    """
    config: dict[str, Any] = getattr(network, "pretrained_cfg", {}) or {}
    mean = tuple(float(v) for v in config.get("mean", (0.485, 0.456, 0.406)))
    std = tuple(float(v) for v in config.get("std", (0.229, 0.224, 0.225)))
    assert len(mean) == 3
    assert len(std) == 3
    return Normalisation(mean=mean, std=std)


def num_parameters(network: nn.Module) -> int:
    """How many numbers the network holds.

    >>> from torch import nn
    >>> from engine.networks.backbone import num_parameters
    >>> num_parameters(nn.Linear(3, 2))  # 2 x 3 weights and 2 biases
    8
    """
    return sum(parameter.numel() for parameter in network.parameters())


def compute_dtype(tokens: Tensor) -> torch.dtype:
    """The type that attention over these tokens runs in: autocast's where it is on.

    >>> import torch
    >>> from engine.networks.backbone import compute_dtype
    >>> compute_dtype(torch.zeros(1))
    torch.float32
    >>> with torch.autocast("cpu", dtype=torch.bfloat16):
    ...     compute_dtype(torch.zeros(1))
    torch.bfloat16
    """
    kind = tokens.device.type
    if torch.is_autocast_enabled(kind):
        return torch.get_autocast_dtype(kind)
    return tokens.dtype
