"""The settings that a new training starts from."""

from trainer.checked_values import build_checked
from trainer.config import RunConfig
from trainer.presets import OWN, with_preset


def preset_config(name: str) -> RunConfig:
    """The paper's settings for a data set, or with no name Discern's own."""
    values = {"name": "own", "labels": {"source": "labels.csv"}}
    return build_checked(RunConfig, with_preset({**values, "preset": name or OWN}))
