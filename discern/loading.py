"""Opening the network of a model, for those who go on from it."""

import os
from pathlib import Path

from engine.device import choose_device
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

    >>> network, card = load()
    >>> card.crop_px
    224
    """
    named = checked_model(model)
    path = default_model() if named is None else find_model(named, models_folder())
    chosen = choose_device(device)
    network, card = open_model(path)
    return network.to(chosen), card


def checked_model(model: object) -> str | Path | None:
    """What may name a model; TypeError for anything else."""
    if model is None or isinstance(model, str | Path):
        return model
    if isinstance(model, os.PathLike):
        return Path(model)
    raise TypeError(
        f"A model is named by its name in the library or by a file (str or Path), not by "
        f"{type(model).__name__}. Without one the default is taken."
    )
