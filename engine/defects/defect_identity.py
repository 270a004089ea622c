"""Who a defect network is, by its file alone. This does not load torch."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from engine.defects.bundled import bundled_defect_network
from engine.errors import ModelFileError
from engine.networks.model_header import damaged, json_card, require_safetensors

# Another key than rating models have, so that neither is taken for the other.
CARD_KEY = "discern_defects"
_OWN_PIXELS_VERSION = 1  # to be raised when focus and noise are measured otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectIdentity:
    """What is needed of a defect network before it is opened. `kinds` are in the order of its maps.

    The `look_id` also says how own pixels were measured, so that what is remembered is of one kind.

    >>> from engine.defects.defect_identity import bundled_identity
    >>> identity = bundled_identity()
    >>> identity.kinds[0], identity.network_id.startswith(f"{identity.name}@")
    ('blur', True)
    """

    name: str
    kinds: tuple[str, ...]
    sha256: str

    @property
    def network_id(self) -> str:
        """The name, and the beginning of the file's hash."""
        return f"{self.name}@{self.sha256[:12]}"

    @property
    def look_id(self) -> str:
        """What its findings, and those in a photo's own pixels, are remembered under."""
        return f"{self.network_id}+{_OWN_PIXELS_VERSION}"


@cache
def bundled_identity() -> DefectIdentity:
    """That of the network that travels with the program. Raises ModelFileError.

    >>> from engine.defects.defect_identity import bundled_identity
    >>> "noise" in bundled_identity().kinds
    True
    """
    return identify_defect_network(bundled_defect_network())


def identify_defect_network(path: Path) -> DefectIdentity:
    """That of the network in a file; opening it may still find it damaged. Raises ModelFileError.

    >>> from engine.defects.bundled import bundled_defect_network
    >>> from engine.defects.defect_identity import identify_defect_network
    >>> len(identify_defect_network(bundled_defect_network()).sha256)
    64
    """
    require_safetensors(path)
    try:
        with safe_open(path, "np") as file:
            card = card_values(path, file.metadata())
        with path.open("rb") as opened:
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    except (SafetensorError, OSError) as error:
        raise damaged(path, error) from error
    try:
        return DefectIdentity(
            name=str(card["name"]), kinds=tuple(card["network"]["kinds"]), sha256=sha256
        )
    except (KeyError, TypeError) as error:
        raise ModelFileError(f"{path}: the defect network's card can't be read.") from error


def card_values(path: Path, metadata: dict[str, str] | None) -> dict[str, Any]:
    """The card in a file's metadata as it is written there, unchecked. Raises ModelFileError.

    >>> from pathlib import Path
    >>> from engine.defects.defect_identity import card_values
    >>> card_values(Path("a.safetensors"), {"discern_defects": '{"name": "mine"}'})
    {'name': 'mine'}
    """
    text = (metadata or {}).get(CARD_KEY)
    if text is None:
        raise ModelFileError(
            f"{path} holds no defect network. One that rates photos opens as a model instead."
        )
    return json_card(path, text)
