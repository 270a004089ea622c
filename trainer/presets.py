"""Settings that a TOML may name and override: the paper's for its eight data sets, and our own.

Table 6 of the paper gives size before cropping, batch and labels; the rest of the recipe (9 epochs,
10 crops, AdamW at 2e-4 divided by 10 every 3 epochs) is the config's own default. "discern" has the
losses that paid where we measured them (docs/accuracy.md), "fine-tune" trains a model further.
Standard library only.
"""

import difflib
from collections.abc import Mapping
from typing import Any

from trainer.checked_values import ConfigError

Table = Mapping[str, Any]


def _preset(kind: str, long_side_px: int, short_side_px: int, batch_size: int) -> Table:
    return {
        "name": kind,
        "labels": {"kind": kind},
        "photos": {"long_side_px": long_side_px, "short_side_px": short_side_px},
        "teacher": {"batch_size": batch_size},
        "student": {"batch_size": batch_size},
    }


PRESETS: Mapping[str, Table] = {
    "live": _preset("live", 512, 384, 12),
    "csiq": _preset("csiq", 512, 512, 12),
    "tid2013": _preset("tid2013", 512, 384, 48),
    "kadid10k": _preset("kadid10k", 512, 384, 128),
    # The paper keeps LIVEC's photos as they are, 500 to 640 pixels; this frame does too.
    "livec": _preset("livec", 640, 500, 16),
    "koniq10k": _preset("koniq10k", 512, 384, 128),
    "livefb": _preset("livefb", 512, 512, 128),
    "spaq": _preset("spaq", 512, 384, 128),
}

OWN = "discern"
_OWN: Table = {
    "student": {
        "regression": "norm_in_norm",
        "embedding": "qua",
        "centred": True,
        "contrast_weight": 0.3,
        "temperature": 0.1,
        "ladder_weight": 2.0,
    }
}
# A model of Discern trained further on other labels: small steps, smaller ones below, the first
# blocks and the norms as they are, and the mean of the weights of the last half.
FINE_TUNE = "fine-tune"
_FINE_TUNE: Table = {
    "student": {
        "epochs": 8,
        "batch_size": 32,
        "learning_rate": 5e-5,
        "schedule": "cosine",
        "layer_decay": 0.8,
        "frozen_blocks": 2,
        "frozen_norms": True,
        "averaged_share": 0.5,
        "distillation": False,
        "contrast": "none",
    }
}
_KNOWN: Mapping[str, Table] = {OWN: _OWN, FINE_TUNE: _FINE_TUNE, **PRESETS}


def with_preset(values: Table) -> dict[str, Any]:
    """A TOML's values over those of the preset it names; raises ConfigError for an unknown one."""
    own = dict(values)
    name = own.pop("preset", None)
    if name is None:
        return own
    if not isinstance(name, str) or name not in _KNOWN:
        close = difflib.get_close_matches(str(name), _KNOWN, n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise ConfigError(f"There is no preset {name!r}.", f"{hint}Known are: {', '.join(_KNOWN)}.")
    return _merged(_KNOWN[name], own)


def _merged(defaults: Table, own: Table) -> dict[str, Any]:
    merged = dict(defaults)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return {
        key: dict(value) if isinstance(value, Mapping) else value for key, value in merged.items()
    }
