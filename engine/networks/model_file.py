"""The file a model travels in: safetensors, with its card as JSON in the metadata.

Opening one runs no code from it and needs nothing else. A file that lies is refused.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from engine.certainty.certainty import Certainty
from engine.certainty.stored_certainty import (
    CERTAINTY_PREFIX,
    certainty_arrays,
    certainty_entry,
)
from engine.errors import EngineError, ModelFileError
from engine.networks.backbone import StartingWeights
from engine.networks.model_card import ModelCard
from engine.networks.model_header import (
    CARD_KEY,
    card_values,
    damaged,
    read_card_values,
    require_safetensors,
)
from engine.networks.network_config import NetworkConfig, network_type
from engine.networks.quality_network import QualityNetwork
from engine.networks.registry import entry_of_config
from engine.networks.tensor_file import NoLargerThan, fill_module, storable, write_tensors

_LARGER_BY = 8  # half precision doubles, and what networks make on the way counts too
_SLACK_BYTES = 128_000_000
_HEAD_PREFIX = "distortion_head."  # of what older programs taught beside the network


def build_network(config: NetworkConfig, *, weights: StartingWeights = "none") -> QualityNetwork:
    """The network of a card or a run's config, with the starting weights asked for.

    >>> import torch
    >>> from engine.networks.model_file import build_network
    >>> from engine.networks.portable import PortableConfig
    >>> network = build_network(PortableConfig(backbone="test_resnet", crop_px=64)).eval()
    >>> network(torch.zeros(2, 3, 64, 64)).shape  # a score for each crop
    torch.Size([2])
    """
    return network_type(entry_of_config(config))(config, weights=weights)


def save_model(
    path: Path,
    network: QualityNetwork,
    card: ModelCard,
    *,
    dtype: torch.dtype = torch.float16,
    certainty: Certainty | None = None,
) -> None:
    """Write weights, card and certainty; the file appears whole or not at all.

    The card's own entry `certainty` is that of the `certainty` given, or none. Weights that are not
    finite in `dtype` are refused with ModelFileError.

    >>> from dataclasses import replace
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.networks.model_file import build_network, open_model, read_card, save_model
    >>> from engine.networks.model_finder import default_model
    >>> network = build_network(CsiqaConfig(backbone="test_vit", crop_px=64))
    >>> card = replace(read_card(default_model()), name="mine", network=network.config)
    >>> with TemporaryDirectory() as folder:
    ...     save_model(Path(folder) / "mine.safetensors", network, card)
    ...     opened, found = open_model(Path(folder) / "mine.safetensors")
    >>> found.name, opened.config == network.config
    ('mine', True)
    """
    tensors = storable(network.state_dict(), dtype)
    entry = None
    if certainty is not None:
        arrays = certainty_arrays(certainty)
        tensors |= {name: torch.from_numpy(values) for name, values in arrays.items()}
        entry = certainty_entry(certainty)
    write_tensors(path, tensors, card_metadata(replace(card, certainty=entry)))


def card_metadata(card: ModelCard) -> dict[str, str]:
    """The metadata of a model file.

    >>> import json
    >>> from engine.networks.model_file import card_metadata, read_card
    >>> from engine.networks.model_finder import default_model
    >>> card = read_card(default_model())
    >>> json.loads(card_metadata(card)["discern"])["name"] == card.name
    True
    """
    return {CARD_KEY: json.dumps(card.to_json())}


def read_card(path: Path) -> ModelCard:
    """The card of a model file, without its weights. Raises ModelFileError.

    >>> from engine.networks.model_file import read_card
    >>> from engine.networks.model_finder import default_model
    >>> card = read_card(default_model())
    >>> card.role, card.architecture
    ('plain', 'panel')
    """
    return _card(path, read_card_values(path))


def open_model(path: Path) -> tuple[QualityNetwork, ModelCard]:
    """The network, in float32 and evaluation mode, and its card. Raises ModelFileError.

    A head for distortion maps, which older programs gave to models, is passed over; what the file
    states of its certainty is read by `read_certainty`.

    >>> from engine.networks.model_file import open_model
    >>> from engine.networks.model_finder import default_model
    >>> network, card = open_model(default_model())
    >>> network.training, network.sight == card.sight
    (False, True)
    """
    require_safetensors(path)
    try:
        with safe_open(path, "pt") as file:
            values = card_values(path, file.metadata())
            card = _card(path, values)
            passed_over = tuple(
                prefix
                for prefix, entry in (
                    (_HEAD_PREFIX, "distortions"),
                    (CERTAINTY_PREFIX, "certainty"),  # read_certainty reads it
                )
                if values.get(entry) is not None
            )
            tensors = {
                name: file.get_tensor(name)
                for name in file.keys()  # noqa: SIM118 - no dict
                if not name.startswith(passed_over)
            }
    except (SafetensorError, OSError) as error:
        raise damaged(path, error) from error
    network = _build_within(path, card)
    fill_module(path, network, tensors)
    network.normalisation = card.normalisation
    return network.eval(), card


def _build_within(path: Path, card: ModelCard) -> QualityNetwork:
    """The network of a card, unless it is far larger than the file that is to fill it."""
    most_bytes = _LARGER_BY * path.stat().st_size + _SLACK_BYTES
    try:
        with NoLargerThan(path, most_bytes):
            return build_network(card.network)
    except ModelFileError:
        raise
    except (EngineError, RuntimeError, MemoryError) as error:  # the last two: no such memory
        raise ModelFileError(f"{path}: {error}") from error


def _card(path: Path, values: dict[str, Any]) -> ModelCard:
    try:
        return ModelCard.from_json(values)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error
