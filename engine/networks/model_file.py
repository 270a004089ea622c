"""The file a model travels in: safetensors, with its card as JSON in the metadata.

Opening one runs no code from it and needs nothing else. A file that lies is refused.
"""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.errors import EngineError, ModelFileError
from engine.networks.backbone import StartingWeights
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.model_card import ModelCard
from engine.networks.portable import PortableConfig, PortableNetwork
from engine.networks.quality_network import QualityNetwork

NetworkConfig = CsiqaConfig | PortableConfig

_METADATA_KEY = "discern"


def build_network(config: NetworkConfig, *, weights: StartingWeights = "none") -> QualityNetwork:
    """The network of a card or a run's config, with the starting weights asked for."""
    if isinstance(config, CsiqaConfig):
        return CSIQA(config, weights=weights)
    return PortableNetwork(config, weights=weights)


def save_model(
    path: Path, network: QualityNetwork, card: ModelCard, *, dtype: torch.dtype = torch.float16
) -> None:
    """Write weights and card; the file appears whole or not at all.

    Weights that are not finite in `dtype` are refused with ModelFileError.
    """
    tensors: dict[str, Tensor] = {}
    for name, value in network.state_dict().items():
        wanted = dtype if value.is_floating_point() else value.dtype
        kept = value.detach().to("cpu", wanted, copy=True)  # safetensors refuses shared memory
        if not bool(torch.isfinite(kept).all()):
            raise ModelFileError(f"The weights {name} are not finite as {dtype}; not saved.")
        tensors[name] = kept.contiguous()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch()
        mode = temporary.stat().st_mode  # safetensors makes files that only we could read
        save_file(tensors, temporary, {_METADATA_KEY: json.dumps(card.to_json())})
        temporary.chmod(mode)
        os.replace(temporary, path)
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ModelFileError(f"{path} could not be written: {reason}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def read_card(path: Path) -> ModelCard:
    """The card of a model file, without its weights. Raises ModelFileError."""
    _require_safetensors(path)
    try:
        with safe_open(path, "pt") as file:
            return _card(path, file.metadata())
    except (SafetensorError, OSError) as error:
        raise _damaged(path, error) from error


def open_model(path: Path) -> tuple[QualityNetwork, ModelCard]:
    """The network, in float32 and evaluation mode, and its card. Raises ModelFileError."""
    _require_safetensors(path)
    try:
        with safe_open(path, "pt") as file:
            card = _card(path, file.metadata())
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
    except (SafetensorError, OSError) as error:
        raise _damaged(path, error) from error
    try:
        network = build_network(card.network)
    except EngineError as error:
        raise ModelFileError(f"{path}: {error}") from error
    _fill(path, network, tensors)
    network.normalisation = card.normalisation
    return network.eval(), card


def _fill(path: Path, network: QualityNetwork, tensors: dict[str, Tensor]) -> None:
    wanted = network.state_dict()
    missing, unknown = sorted(wanted.keys() - tensors), sorted(tensors.keys() - wanted)
    if missing or unknown:
        words = f"lacks {', '.join(missing[:3])}" if missing else f"has {', '.join(unknown[:3])}"
        more = max(len(missing), len(unknown)) - 3
        raise ModelFileError(
            f"{path} is not the network that its card states: it {words}"
            + (f" and {more} more" if more > 0 else "")
            + ". Get the file again from where it came from."
        )
    for name, value in tensors.items():
        if value.shape != wanted[name].shape:
            raise ModelFileError(
                f"{path} is not the network that its card states: {name} has the shape "
                f"{tuple(value.shape)} instead of {tuple(wanted[name].shape)}."
            )
        if value.is_floating_point() != wanted[name].is_floating_point():
            raise ModelFileError(
                f"{path} is not the network that its card states: {name} is {value.dtype}."
            )
        if not bool(torch.isfinite(value.to(wanted[name].dtype)).all()):
            raise ModelFileError(f"{path} is damaged: {name} holds values that are not numbers.")
    network.load_state_dict(tensors)
    network.float()


def _require_safetensors(path: Path) -> None:
    if not path.is_file():
        raise ModelFileError(
            f"There is no model file at {path}. `discern models list` shows those there are."
        )
    if path.suffix != ".safetensors":
        raise ModelFileError(
            f"{path.name} is not a .safetensors file. Other kinds can carry code that runs when "
            "they are opened, so Discern does not open them."
        )


def _card(path: Path, metadata: dict[str, str] | None) -> ModelCard:
    text = (metadata or {}).get(_METADATA_KEY)
    if text is None:
        raise ModelFileError(
            f"{path} holds weights but no card, so it is not a model of Discern. Starting weights "
            "belong in a run's TOML, as network.weights."
        )
    try:
        values: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{path}: the card is not valid JSON: {error}.") from error
    if not isinstance(values, dict):
        raise ModelFileError(f"{path}: the card is not a table.")
    try:
        return ModelCard.from_json(values)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error


def _damaged(path: Path, error: Exception) -> ModelFileError:
    return ModelFileError(
        f"{path} is damaged or cut short ({error}). Get the file again from where it came from."
    )
