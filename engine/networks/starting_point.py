"""What a model's card says of the weights that its training began with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

StartKind = Literal["file", "hub", "random"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingPoint:
    """A file by its name, weights of the hub by theirs, or chance.

    `sha256` is that of the file, empty where there was none to be had.

    >>> from engine.networks.starting_point import StartingPoint
    >>> StartingPoint(kind="file", name="vit.safetensors", sha256="ab" * 32).words()[:24]
    'vit.safetensors, SHA-256'
    >>> StartingPoint(kind="hub", name="timm/test_vit.r160_in1k").words()
    'timm/test_vit.r160_in1k from the hub'
    """

    kind: StartKind
    name: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(StartKind):
            raise ValueError(f"The weights came from {self.kind!r}; known are file, hub, random.")
        if not isinstance(self.name, str) or bool(self.name) == (self.kind == "random"):
            raise ValueError(f"The weights from {self.kind} are called {self.name!r}.")
        if not isinstance(self.sha256, str) or not re.fullmatch("([0-9a-f]{64})?", self.sha256):
            raise ValueError(f"The hash of the weights is {self.sha256!r}, which is no SHA-256.")

    def words(self) -> str:
        """For people: "vit.safetensors, SHA-256 ab12..."."""
        if self.kind == "random":
            return "random weights"
        place = "" if self.kind == "file" else " from the hub"
        return f"{self.name}{place}" + (f", SHA-256 {self.sha256}" if self.sha256 else "")

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The entry in a model's card; TypeError or ValueError if it makes no sense."""
        return cls(**values)
