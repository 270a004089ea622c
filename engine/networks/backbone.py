"""Any timm network by name, with starting weights from the hub, a file, or none."""

from pathlib import Path
from typing import Any, Literal

import timm
import torch
from timm.models.vision_transformer import VisionTransformer
from torch import Tensor, nn

from engine.errors import WeightsUnavailable
from engine.networks.normalisation import Normalisation

StartingWeights = Literal["hub", "none"] | Path


def create_backbone(name: str, *, crop_px: int, weights: StartingWeights = "none") -> nn.Module:
    """The timm network `name` without its classifier, for square crops of `crop_px` pixels.

    ViTs keep all their tokens (no pooling), other networks their last feature map. Raises
    WeightsUnavailable when there is no such network or its weights can't be had.
    """
    # Every size but the network's own is a matter of positions, which timm resamples on loading.
    options: dict[str, Any] = {"num_classes": 0}
    if _takes_image_size(name):
        options["img_size"] = crop_px
    if isinstance(weights, Path):
        if not weights.is_file():
            raise WeightsUnavailable(
                f"There are no starting weights at {weights}. Give the path of a .safetensors or "
                f'.pth file of timm\'s {name}, "hub" to fetch them, or "none" to start from chance.'
            )
        options["pretrained_cfg_overlay"] = {"file": str(weights)}
    try:
        return _create(name, is_pretrained=weights != "none", options=options)
    except _UNREACHABLE as error:
        raise WeightsUnavailable(_unavailable(name, weights, error)) from error


def _create(name: str, *, is_pretrained: bool, options: dict[str, Any]) -> nn.Module:
    network = timm.create_model(name, pretrained=is_pretrained, **options)
    assert isinstance(network, nn.Module)
    return network


# What timm, huggingface_hub and torch raise when a name is unknown, the hub can't be reached, the
# file is damaged, or its tensors belong to another network.
_UNREACHABLE = (RuntimeError, OSError, ValueError, KeyError, TypeError, EOFError)


def _unavailable(name: str, weights: StartingWeights, error: BaseException) -> str:
    if not timm.is_model(name.split(".")[0]):
        close = ", ".join(timm.list_models(f"*{name.split('_')[0]}*")[:5])
        return f"timm {timm.__version__} has no network called {name}. " + (
            f"Close names: {close}." if close else "See timm.list_models()."
        )
    if isinstance(weights, Path):
        return f"{weights} does not hold weights of timm's {name}: {_first_line(error)}"
    return (
        f"The starting weights of {name} could not be fetched from the hub ({_first_line(error)}). "
        "Connect to the network once (they are kept afterwards), or download the file on another "
        'machine and give its path as weights, or set weights = "none" to start from chance.'
    )


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _takes_image_size(name: str) -> bool:
    if not timm.is_model(name.split(".")[0]):
        return False
    module = timm.model_entrypoint(name.split(".")[0]).__module__
    return module.rsplit(".", 1)[-1] in {"vision_transformer", "deit"}


def is_plain_vit(network: nn.Module) -> bool:
    """Whether the network is one of timm's plain vision transformers, whose blocks take a mask."""
    return isinstance(network, VisionTransformer)


def normalisation_of(network: nn.Module) -> Normalisation:
    """The mean and std that timm's config of the network states."""
    config: dict[str, Any] = getattr(network, "pretrained_cfg", {}) or {}
    mean = tuple(float(v) for v in config.get("mean", (0.485, 0.456, 0.406)))
    std = tuple(float(v) for v in config.get("std", (0.229, 0.224, 0.225)))
    assert len(mean) == 3
    assert len(std) == 3
    return Normalisation(mean=mean, std=std)


def num_parameters(network: nn.Module) -> int:
    """How many numbers the network holds."""
    return sum(parameter.numel() for parameter in network.parameters())


def compute_dtype(tokens: Tensor) -> torch.dtype:
    """The type that attention over these tokens runs in: autocast's where it is on."""
    kind = tokens.device.type
    if torch.is_autocast_enabled(kind):
        return torch.get_autocast_dtype(kind)
    return tokens.dtype
