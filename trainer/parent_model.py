"""A run that trains a model of Discern further: its settings, taken from that model's card.

The card alone is read, so that this needs no PyTorch.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.networks.model_finder import find_model
from engine.networks.model_header import read_card_values
from engine.networks.registry import PERSONAL, network_entry
from trainer.checked_values import ConfigError, build_checked
from trainer.config import MODEL_MARK, RunConfig


def with_parent(config: RunConfig, user_folder: Path | None) -> RunConfig:
    """The run with the network, the photos' size and the weights of the model that it starts from.

    A run that starts from none is returned as it is. A student that needs a teacher and has none
    learns from the model itself. Raises ConfigError, and ModelFileError for a model that is none.
    """
    if not config.network.model_to_start_from:
        return config
    path = find_model(config.network.model_to_start_from, user_folder).absolute()
    card = read_card_values(path)
    entry = network_entry(card.get("architecture"))
    network = card.get("network")
    if entry is None or not isinstance(network, dict):
        raise ConfigError(
            f"The network of {path.name} is not known here.", "Take another model to start from."
        )
    if entry is PERSONAL:
        raise ConfigError(
            f"{path.name} is a head on top of another model, and has no network of its own.",
            f"Start from the model beneath: {str(card.get('parent', '')).partition('@')[0]}.",
        )
    values = asdict(config)
    values["network"] = {
        "architecture": entry.name,
        "backbone": network.get("backbone", ""),
        "weights": f"{MODEL_MARK}{path}",
        "options": {
            option.name: network[option.name] for option in entry.options if option.name in network
        },
    }
    rule: Any = card.get("resize_rule")
    values["photos"] |= {key: rule.get(key) for key in ("long_side_px", "short_side_px")}
    if "crop_px" in network:
        values["photos"]["crop_px"] = network["crop_px"]
    if entry.has_quality_token and not network.get("has_quality_token", True):
        values["student"] |= {"quality_token": False, "mask": False}
    if values["student"]["distillation"] and not config.teacher.model:
        values["teacher"]["model"] = str(path)
    return build_checked(RunConfig, values)
