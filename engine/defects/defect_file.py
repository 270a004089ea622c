"""The file a defect network travels in: safetensors with its card, opened like a model's."""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from engine.defects.defect_card import DefectCard
from engine.defects.defect_identity import CARD_KEY, card_values
from engine.defects.defect_network import DefectNetwork
from engine.errors import ModelFileError
from engine.networks.model_header import damaged, require_safetensors
from engine.networks.tensor_file import (
    fill_module,
    storable,
    write_tensors,
)


def save_defect_network(path: Path, network: DefectNetwork, card: DefectCard) -> None:
    """Write weights, as halves, and card; the file appears whole or not at all.

    Raises ModelFileError.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.defects.defect_card import DefectCard
    >>> from engine.defects.defect_file import open_defect_network, save_defect_network
    >>> from engine.defects.defect_network import DefectNetwork, DefectNetworkConfig
    >>> from engine.defects.proven_strength import KindLevel
    >>> config = DefectNetworkConfig(num_features=8, kinds=("blur",))
    >>> levels = {"blur": KindLevel()}
    >>> card = DefectCard(name="mine", network=config, long_side_px=512, levels=levels)
    >>> with TemporaryDirectory() as folder:
    ...     save_defect_network(Path(folder) / "mine.safetensors", DefectNetwork(config), card)
    ...     opened, found = open_defect_network(Path(folder) / "mine.safetensors")
    >>> found == card, opened.config == config
    (True, True)
    """
    tensors = storable(network.state_dict(), torch.float16)
    write_tensors(path, tensors, {CARD_KEY: json.dumps(card.to_json())})


def open_defect_network(path: Path) -> tuple[DefectNetwork, DefectCard]:
    """The network, in float32 and evaluation mode, and its card. Raises ModelFileError.

    >>> from engine.defects.bundled import bundled_defect_network
    >>> from engine.defects.defect_file import open_defect_network
    >>> network, card = open_defect_network(bundled_defect_network())
    >>> network.training, next(network.parameters()).dtype, network.config == card.network
    (False, torch.float32, True)
    """
    require_safetensors(path)
    try:
        with safe_open(path, "pt") as file:
            card = _card(path, file.metadata())
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise damaged(path, error) from error
    network = DefectNetwork(card.network)
    fill_module(path, network, tensors, what="defect network")
    return network.eval(), card


def _card(path: Path, metadata: dict[str, str] | None) -> DefectCard:
    values = card_values(path, metadata)
    try:
        return DefectCard.from_json(values)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error
