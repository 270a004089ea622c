"""Opening the network of a model, for those who go on from it."""

import os
from pathlib import Path

from engine.device import choose_device
from engine.device_names import DEVICE_NAMES
from engine.home import models_folder
from engine.networks.model_card import ModelCard
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model, find_model
from engine.networks.quality_network import QualityNetwork


def load(
    model: str | Path | None = None, *, device: str = "cpu"
) -> tuple[QualityNetwork, ModelCard]:
    """The network of a model, an nn.Module in evaluation mode, and the model's card.

    The network takes normalised crops, float (B, 3, S, S) with S = `card.crop_px`, and gives scores
    (B,) that are not clipped. Raises EngineError where there is no such model or device.

    >>> from dataclasses import replace
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import torch
    >>> import discern
    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.networks.model_file import build_network, read_card, save_model
    >>> from engine.networks.model_finder import default_model
    >>> made = build_network(CsiqaConfig(backbone="test_vit", crop_px=64))
    >>> given = replace(read_card(default_model()), name="My model", network=made.config)
    >>> with TemporaryDirectory() as folder:
    ...     save_model(Path(folder) / "mine.safetensors", made, given)
    ...     network, card = discern.load(Path(folder) / "mine.safetensors")
    >>> card.name, card.crop_px, network(torch.zeros(2, 3, 64, 64)).shape
    ('My model', 64, torch.Size([2]))
    """
    check_asked(device, None)
    named = checked_model(model)
    path = default_model() if named is None else find_model(named, models_folder())
    chosen = choose_device(device)
    network, card = open_model(path)
    return network.to(chosen), card


def checked_model(model: object) -> str | Path | None:
    """What may name a model; TypeError for anything else.

    >>> from discern.loading import checked_model
    >>> checked_model("mine"), checked_model(None) is None
    ('mine', True)
    >>> checked_model(["mine", "yours"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    TypeError: A model is named by its name in the library or by a file (str or Path), not by ...
    """
    if model is None or isinstance(model, str | Path):
        return model
    if isinstance(model, os.PathLike):
        return Path(model)
    raise TypeError(
        f"A model is named by its name in the library or by a file (str or Path), not by "
        f"{type(model).__name__}. Without one the default is taken."
    )


def check_asked(device: object, num_crops: object) -> None:
    """TypeError for what names no device, or counts no crops.

    >>> from discern.loading import check_asked
    >>> check_asked("cuda:1", None)
    >>> check_asked("cpu", 2.5)
    Traceback (most recent call last):
        ...
    TypeError: num_crops is a whole number or None, not a float.
    """
    if not isinstance(device, str):
        raise TypeError(
            f"A device is named by a text such as {DEVICE_NAMES}, not by {type(device).__name__}."
        )
    if num_crops is not None and (isinstance(num_crops, bool) or not isinstance(num_crops, int)):
        raise TypeError(f"num_crops is a whole number or None, not a {type(num_crops).__name__}.")
