"""What a model file says of the head for distortion maps that it carries."""

import re
from dataclasses import dataclass, field
from typing import Any, Self

from engine.explain.distortion_head import DistortionHeadConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class DistortionCard:
    """How the head is built, how it was taught, and how well it does.

    `scored_as` says what the model scored as when it was given the head. It is for people: scores
    are remembered under what the file holds now, see engine.networks.scored_content. `figures`
    are plain numbers by name.

    >>> from engine.explain.distortion_head import DistortionHeadConfig
    >>> from engine.networks.distortion_card import DistortionCard
    >>> head = DistortionHeadConfig(blocks=(1,), num_features=64)
    >>> DistortionCard(head=head, scored_as="ab" * 32).head.kinds[0]
    'blur'
    >>> DistortionCard(head=head, scored_as="mine")
    Traceback (most recent call last):
        ...
    ValueError: scored_as is 'mine'; it must be a SHA-256.
    """

    head: DistortionHeadConfig
    scored_as: str
    protocol: str = ""
    num_photos: int = 0
    figures: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    date: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.scored_as, str) or not re.fullmatch("[0-9a-f]{64}", self.scored_as):
            raise ValueError(f"scored_as is {self.scored_as!r}; it must be a SHA-256.")
        if not isinstance(self.protocol, str) or not isinstance(self.date, str):
            raise ValueError("protocol and date must be texts.")
        if not isinstance(self.figures, dict) or not isinstance(self.settings, dict):
            raise ValueError("figures and settings must be tables.")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The entry in a model's card; TypeError, KeyError or ValueError if it makes no sense."""
        entries = dict(values)
        return cls(head=DistortionHeadConfig.from_json(entries.pop("head")), **entries)
