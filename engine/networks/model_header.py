"""What a model file says of itself before its weights are read. This does not load torch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from engine.errors import ModelFileError
from engine.networks.model_finder import MODEL_SUFFIX
from engine.networks.registry import scores_in_bf16
from engine.networks.scored_content import scored_content

CARD_KEY = "discern"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelIdentity:
    """What rating needs to know of a model before it is opened.

    `scored_as` is a hash of what scores, whatever the file says of itself. `may_be_bf16` is whether
    it scores in bf16 on processors that have it; its id says so there.

    >>> from engine.networks.model_header import ModelIdentity
    >>> ModelIdentity(name="mine", scored_as="ab" * 32, num_crops=10).model_id
    'mine@abababababab'
    """

    name: str
    scored_as: str
    num_crops: int
    may_be_bf16: bool = False

    @property
    def model_id(self) -> str:
        """What scores in full precision are remembered under: the name, and what scores."""
        return f"{self.name}@{self.scored_as[:12]}"


def identify_model(path: Path) -> ModelIdentity:
    """Who the model of a file is, by its header alone; opening it may still find it damaged.

    Raises ModelFileError.

    >>> from engine.networks.model_finder import default_model
    >>> from engine.networks.model_header import identify_model
    >>> identity = identify_model(default_model())
    >>> identity.num_crops, identity.may_be_bf16
    (1, True)
    """
    card = read_card_values(path)
    try:
        return ModelIdentity(
            name=str(card["name"]),
            num_crops=int(card["num_crops"]),
            may_be_bf16=scores_in_bf16(card),
            scored_as=scored_content(path),  # last: what the card lacks is the better reason
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ModelFileError(f"{path}: The model file's card can't be read: {what}") from error


def read_card_values(path: Path) -> dict[str, Any]:
    """The card of a model file as it is written there, unchecked. Raises ModelFileError.

    >>> from engine.networks.model_finder import default_model
    >>> from engine.networks.model_header import read_card_values
    >>> read_card_values(default_model())["architecture"]
    'panel'
    """
    require_safetensors(path)
    try:
        with safe_open(path, "np") as file:
            return card_values(path, file.metadata())
    except (SafetensorError, OSError) as error:
        raise damaged(path, error) from error


def card_values(path: Path, metadata: Mapping[str, str] | None) -> dict[str, Any]:
    """The card in the metadata of a file. Raises ModelFileError where there is none.

    >>> from pathlib import Path
    >>> from engine.networks.model_header import card_values
    >>> card_values(Path("a.safetensors"), {"discern": '{"name": "mine"}'})
    {'name': 'mine'}
    """
    text = (metadata or {}).get(CARD_KEY)
    if text is None:
        raise ModelFileError(
            f"{path} holds weights but no card, so it is not a model of Discern. Starting weights "
            "belong in a run's TOML, as network.weights."
        )
    return json_card(path, text)


def json_card(path: Path, text: str) -> dict[str, Any]:
    """The table that a card's text states, unchecked. Raises ModelFileError where it states none.

    >>> from pathlib import Path
    >>> from engine.networks.model_header import json_card
    >>> json_card(Path("a.safetensors"), '{"name": "mine"}')
    {'name': 'mine'}
    """
    try:
        values: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{path}: the card is not valid JSON: {error}.") from error
    if not isinstance(values, dict):
        raise ModelFileError(f"{path}: the card is not a table.")
    return values


def require_safetensors(path: Path) -> None:
    """Refuse, with ModelFileError, a file that is not there or of a kind that can carry code.

    >>> from pathlib import Path
    >>> from engine.networks.model_header import require_safetensors
    >>> require_safetensors(Path("missing.safetensors"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.ModelFileError: There is no model file at missing.safetensors. ...
    """
    if not path.is_file():
        raise ModelFileError(
            f"There is no model file at {path}. `discern models list` shows those there are."
        )
    if path.suffix != MODEL_SUFFIX:
        raise ModelFileError(
            f"{path.name} is not a .safetensors file. Other kinds can carry code that runs when "
            "they are opened, so Discern does not open them."
        )


def damaged(path: Path, error: Exception) -> ModelFileError:
    """The error about a file that can't be read as safetensors.

    >>> from pathlib import Path
    >>> from engine.networks.model_header import damaged
    >>> str(damaged(Path("a.safetensors"), ValueError("header too small"))).partition(" Get")[0]
    'a.safetensors is damaged or cut short (header too small).'
    """
    return ModelFileError(
        f"{path} is damaged or cut short ({error}). Get the file again from where it came from."
    )
