"""A model's certainty as it lies in its file: numbers as tensors, the rest in the card.

The entry `certainty` of the card states its own format version. Tensors are called `certainty.` and
their name. They are float32, which moves an interval by less than a thousandth of a point.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from engine.certainty.certainty import Basis, Certainty
from engine.certainty.expected_error import ExpectedError
from engine.certainty.known_photos import KnownPhotos
from engine.certainty.off_by import OffBy
from engine.certainty.photo_facts import UsualFacts
from engine.errors import ModelFileError
from engine.networks.model_header import card_values, damaged

CERTAINTY_PREFIX = "certainty."
CERTAINTY_VERSION = 1

Arrays = dict[str, npt.NDArray[np.float32]]


def certainty_arrays(certainty: Certainty) -> Arrays:
    """The tensors of a model's certainty, float32, by their names in the file.

    >>> from engine.certainty.stored_certainty import certainty_arrays, read_certainty
    >>> from engine.networks.model_finder import default_model
    >>> stored = read_certainty(default_model())
    >>> certainty_arrays(stored)["certainty.axes"].shape[1]  # features by axes
    32
    """
    known, expected = certainty.known, certainty.expected
    found = {
        "middle": known.middle_F,
        "spread": known.spread_F,
        "axes": known.axes_FK,
        "lengths": known.lengths_K,
        "means": expected.means_R,
        "spreads": expected.spreads_R,
        "slopes": expected.slopes_R,
    }
    return {
        f"{CERTAINTY_PREFIX}{name}": np.ascontiguousarray(values, np.float32)
        for name, values in found.items()
    }


def certainty_entry(certainty: Certainty) -> dict[str, Any]:
    """The entry of the card: plain values.

    >>> from engine.certainty.stored_certainty import certainty_entry, read_certainty
    >>> from engine.networks.model_finder import default_model
    >>> entry = certainty_entry(read_certainty(default_model()))
    >>> entry["version"], entry["basis"], entry["num_sources"]
    (1, 'sources', 3)
    """
    return {
        "version": CERTAINTY_VERSION,
        "basis": certainty.basis,
        "num_errors": certainty.num_errors,
        "num_sources": certainty.num_sources,
        "beside": certainty.known.beside,
        "beyond": certainty.known.beyond,
        "shared": certainty.off_by.shared,
        "freedom": certainty.off_by.freedom,
        "own": certainty.off_by.own,
        "one": certainty.off_by.one,
        "usual_low": list(certainty.usual.low_Q),
        "usual_high": list(certainty.usual.high_Q),
    }


def read_certainty(path: Path) -> Certainty | None:
    """The certainty in a model file; None where older programs wrote none. Raises ModelFileError.

    >>> from engine.certainty.stored_certainty import read_certainty
    >>> from engine.networks.model_finder import default_model
    >>> found = read_certainty(default_model())
    >>> found is None or found.off_by.one > 0
    True
    """
    try:
        with safe_open(path, "np") as file:
            entry = card_values(path, file.metadata()).get("certainty")
            if entry is None:
                return None
            arrays = {
                name: file.get_tensor(name)
                for name in file.keys()  # noqa: SIM118 - no dict
                if name.startswith(CERTAINTY_PREFIX)
            }
    except (SafetensorError, OSError) as error:
        raise damaged(path, error) from error
    try:
        return _certainty(entry, arrays)
    except (KeyError, TypeError, ValueError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ModelFileError(
            f"{path}: what the file says of the model's certainty can't be read: {what}"
        ) from error


def _certainty(entry: Mapping[str, Any], arrays: Arrays) -> Certainty:
    if entry["version"] != CERTAINTY_VERSION:
        raise ValueError(
            f"it has version {entry['version']}, and this program knows {CERTAINTY_VERSION}. "
            "Update Discern."
        )
    if entry["basis"] not in get_args(Basis):
        raise ValueError(f"its basis is {entry['basis']!r}.")
    wide = {name: np.asarray(values, np.float64) for name, values in arrays.items()}
    if not all(np.isfinite(values).all() for values in wide.values()):
        raise ValueError("it has numbers that are not finite.")
    known = KnownPhotos(
        middle_F=wide[f"{CERTAINTY_PREFIX}middle"],
        spread_F=wide[f"{CERTAINTY_PREFIX}spread"],
        axes_FK=wide[f"{CERTAINTY_PREFIX}axes"],
        lengths_K=wide[f"{CERTAINTY_PREFIX}lengths"],
        beside=_positive(entry, "beside"),
        beyond=_positive(entry, "beyond"),
    )
    expected = ExpectedError(
        means_R=wide[f"{CERTAINTY_PREFIX}means"],
        spreads_R=wide[f"{CERTAINTY_PREFIX}spreads"],
        slopes_R=wide[f"{CERTAINTY_PREFIX}slopes"],
    )
    low_Q, high_Q = (tuple(map(float, entry[name])) for name in ("usual_low", "usual_high"))
    found = Certainty(
        known=known,
        usual=UsualFacts(low_Q=low_Q, high_Q=high_Q),
        expected=expected,
        off_by=OffBy(
            shared=float(entry["shared"]),
            freedom=_positive(entry, "freedom"),
            own=float(entry["own"]),
            one=_positive(entry, "one"),
        ),
        basis=cast("Basis", entry["basis"]),
        num_errors=int(entry["num_errors"]),
        num_sources=int(entry["num_sources"]),
    )
    found.points(known.middle_F[None], np.array([50.0]))  # arrays that do not fit are found now
    if not len(low_Q) == len(high_Q) == _num_facts():
        raise ValueError("its facts are of another number.")
    if min(known.spread_F.min(), known.lengths_K.min(), expected.spreads_R.min()) <= 0:
        raise ValueError("it has spreads that are not above 0.")
    return found


def _num_facts() -> int:
    from dataclasses import fields

    from engine.certainty.photo_facts import PhotoFacts

    return len(fields(PhotoFacts))


def _positive(entry: Mapping[str, Any], name: str) -> float:
    value = float(entry[name])
    if not 0 < value < math.inf:
        raise ValueError(f"{name} is {value}; it must be above 0.")
    return value
